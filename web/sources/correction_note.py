"""What is said of a page that the staff corrected by hand: when, and what stood there before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel.dates import format_date

from ingest.diff.comparison import Comparison, compare_texts
from ingest.diff.numbers import changed_numbers
from ingest.diff.wording import FigureChange
from store.documents import Document, Page

REMEMBERED = 32
MOST_FIGURES = 8
"""Figures that are shown at once; the others stand among the changes."""


@dataclass(frozen=True)
class Change:
    """What a correction changed: the figures, and the paragraphs."""

    figures: tuple[FigureChange, ...]
    comparison: Comparison


@dataclass(frozen=True)
class CorrectionNote:
    """The day of the correction in the language of the page, the text as it was read, and what changed."""

    day: str
    original: str
    change: Change


def correction_note(document: Document, page: Page | None, language: str) -> CorrectionNote | None:
    """None for a page that was not corrected, and for one whose text was not known before."""
    if page is None or page.original is None:
        return None
    before, after = page.original.text, document.text[page.start : page.end]
    day = str(format_date(page.original.corrected_at.astimezone(), "long", locale=language))
    return CorrectionNote(day, before, change(before, after))


@lru_cache(REMEMBERED)
def change(before: str, after: str) -> Change:
    """Remembered, since anybody may ask for it as often as they like."""
    return Change(changed_numbers(before, after)[:MOST_FIGURES], compare_texts(before, after))
