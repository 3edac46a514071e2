"""Drafts and uploads that wait, and those on which a person can act."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request

from ingest.uploads.registry import Upload
from ingest.uploads.staging import Staged
from records import Draft
from web.staff.approval_rules import whose_turn
from web.staff.context import StaffContext
from web.staff.pages import Pages, Task


def waiting_uploads(room: StaffContext) -> list[Upload]:
    """Returns the uploads that wait for a decision."""
    return [each for each in room.arriving.queue().read_all() if each.state == "clash"]


def own_tasks(pages: Pages, request: Request) -> list[Task]:
    """Returns the drafts and uploads that a person decides on or has got back."""

    def task(waiting: Draft | Staged, subject: str, path: str) -> Task | None:
        """Task of what waits; None if it is somebody else's turn."""
        turn = whose_turn(pages, request, waiting.who, waiting.returned)
        is_own = turn in ("returned", "decide")
        return Task(f"approvals.turn.{turn}", subject, f"{path}?id={quote(waiting.id)}") if is_own else None

    drafts = [task(each, each.subject, "approvals/draft") for each in pages.room.records.drafts.read_all()]
    files = [task(each, each.name, "folder/incoming/change") for each in pages.room.arriving.waiting_files()]
    return list(filter(None, (*drafts, *files)))
