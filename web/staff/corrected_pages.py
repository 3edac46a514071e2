"""Pages of a document that were corrected by hand, with the changed numbers."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.diff.numbers import find_changed_numbers
from ingest.diff.wording import FigureChange
from store.documents import Document, Original


@dataclass(frozen=True)
class CorrectedPage:
    """A page: its number, its original text, and the numbers that differ."""

    number: int
    original: Original
    figures: tuple[FigureChange, ...]


def list_corrected_pages(document: Document | None) -> list[CorrectedPage]:
    """Returns the corrected pages in the index; empty for None."""
    pages = document.pages if document else ()
    text = document.text if document else ""
    return [
        CorrectedPage(page.number, page.original, find_changed_numbers(page.original.text, text[page.start : page.end]))
        for page in pages
        if page.original
    ]
