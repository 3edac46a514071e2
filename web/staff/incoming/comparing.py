"""What changed between a document and its new version: before somebody decides, and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from ingest.changes import FieldChange, compare
from ingest.documents import Document, Loaded
from ingest.metadata import read_metadata
from ingest.reading import front_matter, sidecar
from ingest.removing import Bin, Gone, Removed
from web.staff.corrected import corrected_pages
from web.staff.incoming.arriving import Arriving
from web.staff.pages import Pages, go, language_of, saying
from web.staff.speaking import Speech

Id = Annotated[str, Query(max_length=100)]


def add_comparisons(routes: APIRouter, pages: Pages, arriving: Arriving) -> None:
    """`/folder/incoming/change`: what a file that waits would change; `/folder/compare`: what a new version changed."""

    @routes.get("/folder/incoming/change")
    def change(request: Request, id: Id) -> Response:
        arrivals = arriving.arrivals()
        try:
            arrival = arrivals.look_again(id)
        except Gone:
            pages.tell(request, "incoming.decided", "note")
            return go(request, "folder/incoming")
        if arrival.document is None or arrival.state != "clash":
            return go(request, "folder/incoming")
        old = arrivals.document(arrival.clash.source) if arrival.clash else None
        return pages.show(
            request,
            "incoming/change",
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
            outlook=arrivals.outlook(arrival, date.today()),
        )

    @routes.get("/folder/compare")
    def compared(request: Request, removed: Id) -> HTMLResponse:
        arrivals = arriving.arrivals()
        try:
            taken = arrivals.bin.find(removed)
        except Gone:
            return pages.show(request, "trouble", 404, trouble="incoming.compare_gone", detail="")
        old, new = former(arrivals.bin, taken), arrivals.document(taken.by)
        return pages.show(
            request,
            "incoming/compare",
            comparison=compare(old, new) if old and new else None,
            corrected=corrected_pages(new),
            corrected_source=taken.by,
            corrected_when="corrected_after",
            field=field_in(request),
            is_there=(arrivals.bin.knowledge_dir / taken.by).is_file() if taken.by else False,
            new=new,
            old=old,
            taken=taken,
        )


def former(bin: Bin, removed: Removed) -> Document | None:
    """A document of the bin with its metadata, as it was read last; None where it never was."""
    if not (text := bin.text(removed)):
        return None
    file = bin.file(removed)
    metadata, _ = read_metadata(removed.source, front_matter(file), sidecar(file), Loaded(text, title=removed.title))
    return Document(removed.source, text, metadata)


@dataclass(frozen=True)
class Field:
    """How values of metadata are written in the language of the page."""

    language: str
    words: Callable[[str], str]

    def __call__(self, change: FieldChange, value: str) -> str:
        if not value:
            return self.words("incoming.unknown")
        if change.name == "language":
            return Speech(self.language).language_name(value)
        return self.words(f"validity.{value}") if change.name == "status" else value


def field_in(request: Request) -> Field:
    return Field(language_of(request), saying(language_of(request)))
