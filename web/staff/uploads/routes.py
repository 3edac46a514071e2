"""Uploads: the page for dropping files, their progress, and the decisions on them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from ingest.uploads.file_names import folders, known_types
from ingest.uploads.progress import HowFar, IndexSnapshot
from ingest.uploads.publish_problems import ConflictChangedError, DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from ingest.uploads.trash import NotInTrashError, PathTakenError
from web.staff.approvals.needed import is_approval_needed
from web.staff.approvals.rules import why_not
from web.staff.documents.validity_confirmation import Asked, ask
from web.staff.documents.validity_preview import foresee_back, seal
from web.staff.formatting import title_of
from web.staff.messages import localise
from web.staff.pages import Pages, Undo, go, language_of, who
from web.staff.uploads.diff import add_comparisons, foreseen, scanned_pages, seal_of_texts
from web.staff.uploads.receive import Place, add_receiving
from web.staff.uploads.writing import add_writing

HERE = "folder/incoming"


class NotApprovedError(Exception):
    """The decision on a file needs an approval that this one is not. The message is the key of the reason."""


class ValidityChangedError(Exception):
    """The validity changes of a decision differ from those that the clerk has seen."""


Id = Annotated[str, Form(max_length=100)]
Handle = Annotated[str, Query(max_length=100)]
Days = Annotated[int, Query(ge=1, le=3_650)]
What = Literal["replace", "keep_both", "discard", "again"]


class Decided(BaseModel):
    """Decision on a file.

    `met` is the document in conflict that the clerk saw; None if the page did not send it. `confirmed` is the seal of
    the validity changes that the clerk saw, `seen` that of the texts. `checked` are the pages read by OCR that an
    approver has compared with their pictures.
    """

    id: str = Field(max_length=100)
    what: What
    met: str | None = Field(None, max_length=1000)
    confirmed: str = Field("", max_length=100)
    seen: str = Field("", max_length=100)
    checked: list[int] = []


@dataclass(frozen=True)
class Row:
    """A file in the list.

    - `how_far`: its progress; None if it is not in the folder.
    - `seconds`: how long it has been read.
    - `is_met`: True if the document in conflict is still there.
    """

    arrival: Upload
    how_far: HowFar | None = None
    seconds: int = 0
    is_met: bool = False

    @property
    def is_running(self) -> bool:
        return self.arrival.state in ("waiting", "reading") or self.how_far in ("reading", "words")


def router(pages: Pages) -> APIRouter:
    """Routes `/folder/incoming` and `/folder/compare`.

    `folder` preselects one; `replaces` names the document that gets a new version, `gap` the gap to return to.
    """
    routes = APIRouter()
    arriving = pages.room.arriving

    @routes.get("/folder/incoming")
    def show_uploads(
        request: Request, folder: Place = "", replaces: Place = "", gap: Handle = "", days: Days = 90
    ) -> HTMLResponse:
        settings, replaced = pages.room.settings, pages.room.index.documents().get(replaces)
        return pages.show(
            request,
            "uploads/adding",
            folder=PurePosixPath(replaces).parent.as_posix().removeprefix(".") if replaces else folder,
            folders=folders(settings.knowledge_dir),
            known=known_types(),
            most=settings.file_megabytes,
            gap=gap,
            days=days,
            replaces=replaces,
            replaced=title_of(replaced, replaces),
            **listed(request, pages, arriving.arrivals()),
        )

    @routes.get("/folder/incoming/rows")
    def rows(request: Request) -> HTMLResponse:
        return pages.part(request, "uploads/rows", **listed(request, pages, arriving.arrivals()))

    @routes.post("/folder/incoming/decide")
    def decide(request: Request, decided: Annotated[Decided, Form()]) -> RedirectResponse:
        try:
            act(request, pages, arriving.arrivals(), decided)
        except NotInTrashError:
            pages.flash(request, "uploads.decided", "note")
        except NotApprovedError as error:
            pages.flash(request, str(error), "trouble")
            return go(request, f"{HERE}/change?{urlencode({'id': decided.id})}")
        except ConflictChangedError:
            pages.flash(request, "uploads.met_another", "note")
            return go(request, f"{HERE}/change?{urlencode({'id': decided.id})}")
        except ValidityChangedError:
            pages.flash(request, "uploads.foreseen_another", "note")
            return go(request, f"{HERE}/change?{urlencode({'id': decided.id})}")
        return go(request, HERE)

    @routes.post("/folder/incoming/undo")
    def undo(request: Request, removed: Id, confirmed: Id = "") -> Response:
        with pages.room.changing:
            with suppress(NotInTrashError):
                shifts = foresee_back(pages.room.trash, pages.room.index, removed, date.today())
                if shifts and confirmed != (sealed := seal(removed, shifts)):
                    source = pages.room.trash.find(removed).source
                    return ask(request, pages, Asked("version_back", source, {"removed": removed}, sealed, shifts))
            put_back(request, pages, arriving.arrivals(), removed)
        return go(request, HERE)

    add_receiving(routes, arriving)
    add_writing(routes, pages, arriving)
    add_comparisons(routes, pages, arriving)
    return routes


def listed(request: Request, pages: Pages, arrivals: UploadQueue) -> dict[str, Any]:
    """Returns the values of the file list."""
    standing = IndexSnapshot.of(pages.room.index)
    rows = [row_of(arrival, arrivals, standing) for arrival in arrivals.all()]
    tally = {
        "running": sum(row.is_running for row in rows),
        "undecided": sum(row.arrival.state in ("clash", "stuck") for row in rows),
        "failed": sum(row.arrival.state == "unreadable" or row.how_far == "failed" for row in rows),
        "done": sum(row.how_far == "meaning" for row in rows),
    }
    language, progress = language_of(request), pages.room.library.progress()
    return {
        "is_approval": is_approval_needed(pages.room),
        "rows": rows,
        "tally": tally,
        "progress": progress,
        "read_seconds": pages.room.settings.read_seconds,
        "told": lambda message: localise(message, language),
    }


def row_of(arrival: Upload, arrivals: UploadQueue, standing: IndexSnapshot) -> Row:
    if arrival.state == "landed":
        far = "meaning" if arrival.settled else standing.how_far(arrival.source, arrivals.trash.knowledge_dir)
        if far == "meaning":
            arrivals.settle(arrival)
        return Row(arrival, far)
    if arrival.state == "reading":  # in steps of five seconds, so that the list changes less often
        return Row(arrival, seconds=int((datetime.now(UTC) - arrival.since).total_seconds()) // 5 * 5)
    return Row(arrival, is_met=arrivals.is_met(arrival))


def act(request: Request, pages: Pages, arrivals: UploadQueue, decided: Decided) -> None:
    """Applies a decision on a file and reports it.

    Raises NotInTrashError, NotApprovedError, ConflictChangedError and ValidityChangedError.
    """
    what = decided.what
    if what == "again":
        return arrivals.again(decided.id)
    if what == "discard":
        arrival = arrivals.discard(decided.id)
        if arrival.state not in ("landed", "same"):
            pages.audit(request, "upload.discarded", arrival.staged.name, author=arrival.staged.who)
            pages.flash(request, "uploads.discarded", name=arrival.staged.name)
        return None
    with arrivals.changing:
        check_approval(request, pages, arrivals, decided)
        shifts = foreseen(arrivals, arrivals.find(decided.id), what, date.today())
        if shifts and decided.confirmed != seal(decided.id, shifts):
            raise ValidityChangedError(decided.id)
        arrival = arrivals.decide(decided.id, what, who(request), decided.met)
    if arrival.trouble:
        name = arrival.clash.source if arrival.trouble == "both_there" and arrival.clash else arrival.staged.name
        return pages.flash(request, f"uploads.trouble.{arrival.trouble}", "trouble", name=name)
    undo = Undo(f"{HERE}/undo", {"removed": arrival.removed}) if arrival.removed else None
    is_beside = arrivals.is_met(arrival) and arrival.clash and arrival.clash.source != arrival.source
    done = "added" if what == "keep_both" and not is_beside else what
    return pages.flash(request, f"uploads.{done}_done", undo=undo, name=arrival.source)


def check_approval(request: Request, pages: Pages, arrivals: UploadQueue, decided: Decided) -> None:
    """Checks that a second person has seen what a file changes, if that is needed. Raises NotApprovedError."""
    if not is_approval_needed(pages.room):
        return
    arrival = arrivals.find(decided.id)
    if reason := why_not(request, arrival.staged.who):
        raise NotApprovedError(reason)
    if decided.seen != seal_of_texts(arrivals, arrival):
        raise NotApprovedError("approvals.look_first")
    if not set(scanned_pages(arrival.document)) <= set(decided.checked):
        raise NotApprovedError("approvals.check_pages")


def put_back(request: Request, pages: Pages, arrivals: UploadQueue, removed_id: str) -> None:
    """Restores the old version and reports it, or says why not."""
    try:
        old, newer = arrivals.put_back(removed_id, who(request))
    except NotInTrashError:
        return pages.flash(request, "uploads.undone_before", "note")
    except PathTakenError as error:
        return pages.flash(request, "uploads.taken", "trouble", name=str(error))
    except DecisionNotNotedError:
        return pages.flash(request, "uploads.trouble.not_noted", "trouble", name="")
    except OSError as error:
        return pages.flash(request, "uploads.trouble.forbidden", "trouble", name=error.filename or "")
    if newer and not newer.is_whole:
        return pages.flash(request, "uploads.trouble.both_there", "trouble", name=old.by)
    undo = Undo(f"{HERE}/undo", {"removed": newer.removed.id}, "uploads.redo") if newer else None
    return pages.flash(request, "uploads.undone", undo=undo, name=old.source)
