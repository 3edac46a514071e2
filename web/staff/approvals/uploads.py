"""Uploads that wait for approval."""

from __future__ import annotations

from ingest.uploads.registry import Upload
from web.staff.context import StaffContext


def waiting_uploads(room: StaffContext, only_if_open: bool = False) -> list[Upload]:
    """Returns the uploads that wait for a decision.

    With `only_if_open`, none before the upload queue is used.
    """
    if only_if_open and room.arriving.opened is None:
        return []
    return [each for each in room.arriving.queue().all() if each.state == "clash"]
