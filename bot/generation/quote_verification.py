"""Holds quotes against their documents when an answer is made: verbatim, and no number, date or word cut."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Citation
from bot.retrieval.snippets import Unit
from store.documents import Passage
from store.index import Index
from text.boundaries import REACH, boundaries, is_safe_cut

LOG = logging.getLogger(__name__)
Span = tuple[int, int, str]


def verify_units(chosen: Sequence[Unit], passages: Sequence[Passage], index: Index) -> list[Unit]:
    """The units as they stand in their documents, without those that stand there no more."""
    found = [(unit, verify(passages[unit.passage].source, unit.start, unit.end, unit.text, index)) for unit in chosen]
    return [replace(unit, start=span[0], end=span[1], text=span[2]) for unit, span in found if span]


def verify_citations(citations: Sequence[Citation], index: Index) -> tuple[Citation, ...] | None:
    """Citations as they stand in their documents; None where one of them stands there no more."""
    found = [(each, verify(each.source, each.start, each.end, each.quote, index)) for each in citations]
    whole = [replace(each, start=span[0], end=span[1], quote=span[2]) for each, span in found if span]
    return tuple(whole) if len(whole) == len(citations) else None


def verify(source: str, start: int, end: int, quote: str, index: Index) -> Span | None:
    """Where a quote stands, and its text, widened where it would begin or end within what must stay whole.

    None where the document says something else there, because it was changed or removed since it was searched.
    """
    first = max(0, start - REACH)
    text = index.text_at(source, first, end + REACH) or ""
    if text[start - first : end - first] != quote:
        LOG.warning("A quote was left out: %s was changed while it was answered from.", source)
        return None
    if is_safe_cut(text, start - first) and is_safe_cut(text, end - first):
        return start, end, quote
    safe = boundaries(text)
    begin, stop = safe.before(start - first), safe.after(end - first)
    return first + begin, first + stop, text[begin:stop]
