"""Diff between a document and its new version, before and after the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from ingest.diff.comparison import FieldChange, compare
from ingest.uploads.conflicts import Preview, outlook
from ingest.uploads.file_names import free_source
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from ingest.uploads.trash import NotInTrashError
from store.validity_changes import Shift
from web.staff.corrected_pages import corrected_pages
from web.staff.documents.validity_confirmation import words_of
from web.staff.documents.validity_preview import foresee_in_place, former, seal
from web.staff.formatting import Formatter
from web.staff.pages import Pages, go, language_of, saying
from web.staff.uploads.queue import Arriving

Id = Annotated[str, Query(max_length=100)]


def add_comparisons(routes: APIRouter, pages: Pages, arriving: Arriving) -> None:
    """Adds `/folder/incoming/change` for waiting files, `/folder/compare` for new versions."""

    @routes.get("/folder/incoming/change")
    def change(request: Request, id: Id) -> Response:
        arrivals = arriving.arrivals()
        try:
            arrival = arrivals.look_again(id)
        except NotInTrashError:
            pages.flash(request, "uploads.decided", "note")
            return go(request, "folder/incoming")
        if arrival.document is None or arrival.state != "clash":
            return go(request, "folder/incoming")
        old = arrivals.document(arrival.clash.source) if arrival.clash else None
        return pages.show(
            request,
            "uploads/change",
            arrival=arrival,
            clash=arrival.clash,
            comparison=compare(old, arrival.document) if old else None,
            corrected=corrected_pages(old),
            corrected_source=old.source if old else "",
            corrected_when="corrected_before",
            field=field_in(request),
            is_met=arrivals.is_met(arrival),
            new=arrival.document,
            old=old,
            outlook=outlook_of(arrivals, arrival, date.today()),
            foreseen={what: foreseen(arrivals, arrival, what, date.today()) for what in ("replace", "keep_both")},
            seal=lambda shifts: seal(arrival.id, shifts),
            **words_of(request, pages),
        )

    @routes.get("/folder/compare")
    def compared(request: Request, removed: Id) -> HTMLResponse:
        arrivals = arriving.arrivals()
        try:
            taken = arrivals.trash.find(removed)
        except NotInTrashError:
            return pages.show(request, "trouble", 404, trouble="uploads.compare_gone", detail="")
        old, new = former(arrivals.trash, taken), arrivals.document(taken.by)
        return pages.show(
            request,
            "uploads/compare",
            comparison=compare(old, new) if old and new else None,
            corrected=corrected_pages(new),
            corrected_source=taken.by,
            corrected_when="corrected_after",
            field=field_in(request),
            is_there=(arrivals.trash.knowledge_dir / taken.by).is_file() if taken.by else False,
            new=new,
            old=old,
            taken=taken,
        )


def outlook_of(arrivals: UploadQueue, arrival: Upload, on: date) -> Preview:
    """Returns which document answers if both are kept."""
    if arrival.document is None or arrival.clash is None:
        return Preview("both")
    return outlook(arrival.document.metadata, arrival.clash.source, arrivals.known(), on)


def foreseen(arrivals: UploadQueue, arrival: Upload, what: str, on: date) -> tuple[Shift, ...]:
    """Returns the documents whose validity an upload would change.

    With `replace`, it replaces the document in conflict; else it is added beside it.
    """
    if arrival.document is None:
        return ()
    if what == "replace" and arrival.clash:
        old = source = arrival.clash.source
    else:
        old, source = "", free_source(arrivals.trash.knowledge_dir, arrival.staged.folder, arrival.staged.name)
    return foresee_in_place(arrivals.known(), old, source, arrival.document.metadata, on)


@dataclass(frozen=True)
class Field:
    """Formats metadata values in the page language."""

    language: str
    words: Callable[[str], str]

    def __call__(self, change: FieldChange, value: str) -> str:
        if not value:
            return self.words("uploads.unknown")
        if change.name == "language":
            return Formatter(self.language).language_name(value)
        return self.words(f"validity.{value}") if change.name == "status" else value


def field_in(request: Request) -> Field:
    return Field(language_of(request), saying(language_of(request)))
