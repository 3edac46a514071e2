"""Uploads: the page for dropping files, their progress, and the decisions on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from ingest.uploads.file_names import folders, list_known_types
from ingest.uploads.progress import HowFar, IndexSnapshot
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from ingest.uploads.trash import NotInTrashError
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import Turn, may_bring_back, whose_turn
from web.staff.form_types import Id, Source
from web.staff.formatting import title_of
from web.staff.messages import localise
from web.staff.pages import Pages, current_user, language_of
from web.staff.uploads.decide import add_deciding
from web.staff.uploads.details import add_details
from web.staff.uploads.diff import add_comparisons
from web.staff.uploads.page_text import add_page_texts
from web.staff.uploads.problems import ProblemFinder
from web.staff.uploads.receive import add_receiving
from web.staff.uploads.writing import add_writing


class Adding(BaseModel):
    """Query of the page for dropping files.

    `folder` preselects one. `replaces` names the document that gets a new version, `instead` the returned upload that
    gets a corrected file, `gap` the gap to return to. `edited` names the document whose text was just changed in the
    browser: no file is asked for.
    """

    folder: Source = ""
    replaces: Source = ""
    edited: Source = ""
    instead: Id = ""
    gap: Id = ""
    days: int = Field(90, ge=1, le=3_650)


@dataclass(frozen=True)
class Row:
    """A file in the list.

    - `how_far`: its progress; None if it is not in the folder.
    - `seconds`: how long it has been read.
    - `is_met`: True if the document in conflict is still there.
    - `is_scan`: True if its pages must be compared with their pictures.
    - `turn`: who acts next on a file that waits.
    - `problems`: what the checks find in a file that waits, for its author.
    """

    arrival: Upload
    how_far: HowFar | None = None
    seconds: int = 0
    is_met: bool = False
    is_scan: bool = False
    turn: Turn = "decide"
    problems: Sequence[str] = ()

    @property
    def is_running(self) -> bool:
        """True while the file waits to be read, is read, or has no vectors in the index."""
        return self.arrival.state in ("waiting", "reading") or self.how_far in ("reading", "words")


def router(pages: Pages) -> APIRouter:
    """Routes `/folder/incoming` and `/folder/compare`."""
    routes = APIRouter()
    arriving, finder = pages.room.arriving, ProblemFinder(pages.room.settings.knowledge_dir)

    @routes.get("/folder/incoming")
    def show_uploads(request: Request, sent: Annotated[Adding, Query()]) -> HTMLResponse:
        arrivals = arriving.queue()
        shown = values_of_form(request, pages, arrivals, sent) | upload_values(request, pages, arrivals, finder)
        return pages.show(request, "uploads/adding", **shown)

    @routes.get("/folder/incoming/rows")
    def rows(request: Request) -> HTMLResponse:
        return pages.part(request, "uploads/rows", **upload_values(request, pages, arriving.queue(), finder))

    add_details(routes, pages, arriving)
    add_page_texts(routes, pages, arriving)
    add_deciding(routes, pages, arriving)
    add_receiving(routes, arriving)
    add_writing(routes, pages, arriving)
    add_comparisons(routes, pages, arriving)
    return routes


def values_of_form(request: Request, pages: Pages, arrivals: UploadQueue, sent: Adding) -> dict[str, Any]:
    """Returns the values of the form for files, and of what it is about."""
    settings, source = pages.room.settings, sent.replaces or sent.edited
    returned = arrivals.find_own(current_user(request), sent.instead)
    return {
        "folder": PurePosixPath(source).parent.as_posix().removeprefix(".") if source else sent.folder,
        "folders": folders(settings.knowledge_dir),
        "known": list_known_types(),
        "most": settings.file_megabytes,
        "gap": sent.gap,
        "days": sent.days,
        "returned": returned.staged if returned else None,
        "replaces": sent.replaces,
        "edited": sent.edited,
        "replaced": title_of(pages.room.index.documents().get(source), source),
    }


def upload_values(request: Request, pages: Pages, arrivals: UploadQueue, finder: ProblemFinder) -> dict[str, Any]:
    """Returns the values of the file list."""
    language = language_of(request)
    standing = IndexSnapshot.of(pages.room.index)
    is_approval = is_approval_needed(pages.room)
    rows = mark_replaced([row_of(arrival, arrivals, standing) for arrival in arrivals.read_all()], arrivals)
    if is_approval:
        turn = partial(whose_turn, pages, request)
        rows = [replace(each, turn=turn(each.arrival.staged.who, each.arrival.staged.returned)) for each in rows]
    held = [row for row in rows if row.arrival.state == "clash"]
    found = finder.find(arrivals, [each.arrival for each in held if each.arrival.staged.who == current_user(request)])
    problems = {name: [localise(each, language) for each in told] for name, told in found.items()}
    rows = [replace(each, problems=problems.get(each.arrival.id, ())) for each in rows]
    tally = {
        "running": sum(row.is_running for row in rows),
        "undecided": sum(row.turn == "decide" for row in held),
        "returned": sum(row.turn == "returned" for row in held),
        "held": sum(row.turn in ("colleague", "author") for row in held),
        "stuck": sum(row.arrival.state == "stuck" for row in rows),
        "failed": sum(row.arrival.state == "unreadable" or row.how_far == "failed" for row in rows),
        "done": sum(row.how_far == "meaning" for row in rows),
    }
    return {
        "is_approval": is_approval,
        "rows": rows,
        "tally": tally,
        "progress": pages.room.library.progress(),
        "may_undo": may_undo(arrivals, may_bring_back(pages, request)),
        "read_seconds": pages.room.settings.read_seconds,
        "told": lambda message: localise(message, language),
    }


def may_undo(arrivals: UploadQueue, may: Callable[[str], bool]) -> Callable[[str], bool]:
    """Returns a predicate: may the person restore the removed document with this id.

    False if it is gone.
    """

    def is_allowed(removed: str) -> bool:
        with suppress(NotInTrashError):
            return may(arrivals.trash.find(removed).who)
        return False

    return is_allowed


def mark_replaced(rows: Sequence[Row], arrivals: UploadQueue) -> list[Row]:
    """Marks the rows, latest first, whose file a later upload has replaced.

    Not if the replacement was taken back.
    """
    marked, replaced = list[Row](), set[str]()
    for row in rows:
        marked.append(replace(row, how_far="replaced") if row.how_far and row.arrival.source in replaced else row)
        with suppress(NotInTrashError):
            if row.how_far and row.arrival.removed and arrivals.trash.find(row.arrival.removed):
                replaced.add(row.arrival.source)
    return marked


def row_of(arrival: Upload, arrivals: UploadQueue, standing: IndexSnapshot) -> Row:
    """Returns the row of an upload; notes if its file is completely in the index."""
    if arrival.state == "landed":
        folder = arrivals.trash.knowledge_dir
        is_settled = arrival.settled and (folder / arrival.source).is_file()
        far = "meaning" if is_settled else standing.how_far(arrival.source, folder)
        if far == "meaning" and not arrival.settled:
            arrivals.settle(arrival)
        return Row(arrival, far)
    if arrival.state == "reading":  # in steps of five seconds, so that the list changes less often
        return Row(arrival, seconds=int((datetime.now(UTC) - arrival.since).total_seconds()) // 5 * 5)
    return Row(arrival, is_met=arrivals.is_met(arrival), is_scan=arrivals.needs_check(arrival))
