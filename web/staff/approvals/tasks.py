"""Drafts and uploads that wait, and those on which a person can act."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request

from ingest.uploads.registry import Upload
from ingest.uploads.staging import Staged
from records import Draft, DraftKind
from web.staff.approval_rules import whose_turn
from web.staff.context import StaffContext
from web.staff.documents.held import list_held_changes
from web.staff.formatting import title_of
from web.staff.pages import Pages, Task


def waiting_uploads(room: StaffContext) -> list[Upload]:
    """Returns the uploads that wait for a decision."""
    return [each for each in room.arriving.queue().read_all() if each.state == "clash"]


def name_upload(upload: Upload) -> str:
    """Returns the title of a file that waits; its name if it has none."""
    return title_of(upload.document.metadata if upload.document else None, upload.staged.name)


def name_draft(room: StaffContext, draft: Draft) -> str:
    """Returns a draft's subject, a document by its title.

    What was taken away keeps its path, which it had in the folder.
    """
    if draft.kind is DraftKind.WITHDRAWAL:
        return draft.subject
    sources = [draft.subject]
    if draft.kind is DraftKind.DETAILS:
        sources = [source for source, _, _ in list_held_changes(draft)]
    name = title_of(room.index.documents().get(sources[0]), sources[0])
    return name if len(sources) == 1 else f"{name} + {len(sources) - 1}"


def own_tasks(pages: Pages, request: Request) -> list[Task]:
    """Returns the drafts and uploads that a person decides on or has got back."""

    def task(waiting: Draft | Staged, subject: str, path: str) -> Task | None:
        """Task of what waits; None if it is somebody else's turn."""
        turn = whose_turn(pages, request, waiting.who, waiting.returned)
        is_own = turn in ("returned", "decide")
        return Task(f"approvals.turn.{turn}", subject, f"{path}?id={quote(waiting.id)}") if is_own else None

    room = pages.room
    drafts = [task(each, name_draft(room, each), "approvals/draft") for each in room.records.drafts.read_all()]
    titles, waiting = room.arriving.name_waiting_files(), room.arriving.waiting_files()
    files = [task(each, titles.get(each.id) or each.name, "folder/incoming/change") for each in waiting]
    return list(filter(None, (*drafts, *files)))
