"""The pages of a document that were corrected by hand, with the figures that this changed."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.diff.numbers import changed_numbers
from ingest.diff.wording import FigureChange
from store.documents import Document, Original


@dataclass(frozen=True)
class CorrectedPage:
    """A page by its number, what was read on it, and the figures that differ by now."""

    number: int
    original: Original
    figures: tuple[FigureChange, ...]


def corrected_pages(document: Document | None) -> list[CorrectedPage]:
    """Those that the index knows; none for None."""
    pages = document.pages if document else ()
    text = document.text if document else ""
    return [
        CorrectedPage(page.number, page.original, changed_numbers(page.original.text, text[page.start : page.end]))
        for page in pages
        if page.original
    ]
