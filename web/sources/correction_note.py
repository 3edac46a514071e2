"""Note on a page corrected by the staff: the date and the original text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel.dates import format_date

from ingest.diff.comparison import Comparison, compare_texts
from ingest.diff.numbers import find_changed_numbers
from ingest.diff.wording import FigureChange
from store.documents import Document, Page

REMEMBERED = 32
MOST_FIGURES = 8
"""Number changes shown at once; the others are in the diff."""


@dataclass(frozen=True)
class Change:
    """Diff of a correction: changed numbers, and paragraphs."""

    figures: tuple[FigureChange, ...]
    comparison: Comparison


@dataclass(frozen=True)
class CorrectionNote:
    """Day of the correction in the page language, the original text, and the diff."""

    day: str
    original: str
    change: Change


def correction_note(document: Document, page: Page | None, language: str) -> CorrectionNote | None:
    """Returns the note of a page.

    None for a page without a correction, and for one whose original text is not known.
    """
    if page is None or page.original is None:
        return None
    before, after = page.original.text, document.text[page.start : page.end]
    day = str(format_date(page.original.corrected_at.astimezone(), "long", locale=language))
    return CorrectionNote(day, before, change(before, after))


@lru_cache(REMEMBERED)
def change(before: str, after: str) -> Change:
    """Compares two texts. Cached, because any visitor may ask for it repeatedly."""
    return Change(find_changed_numbers(before, after)[:MOST_FIGURES], compare_texts(before, after))
