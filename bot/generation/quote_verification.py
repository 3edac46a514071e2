"""Verifies quotes against their documents: verbatim, no number, date or word cut."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Citation
from bot.retrieval.snippets import Snippet
from store.documents import Passage
from store.index import Index
from text.boundaries import REACH, boundaries, is_safe_cut

LOG = logging.getLogger(__name__)
Span = tuple[int, int, str]
"""Start, end and text of a quote."""


def verify_snippets(chosen: Sequence[Snippet], passages: Sequence[Passage], index: Index) -> list[Snippet]:
    """Returns the snippets as in their documents, without those no longer there."""
    found = [
        (snippet, verify(passages[snippet.passage].source, snippet.start, snippet.end, snippet.text, index))
        for snippet in chosen
    ]
    return [replace(snippet, start=span[0], end=span[1], text=span[2]) for snippet, span in found if span]


def verify_citations(citations: Sequence[Citation], index: Index) -> tuple[Citation, ...] | None:
    """Returns the citations as in their documents.

    None if a quote is no longer in its document.
    """
    found = [(each, verify(each.source, each.start, each.end, each.quote, index)) for each in citations]
    whole = [replace(each, start=span[0], end=span[1], quote=span[2]) for each, span in found if span]
    return tuple(whole) if len(whole) == len(citations) else None


def verify(source: str, start: int, end: int, quote: str, index: Index) -> Span | None:
    """Returns a quote's place and text, widened to cut no number, date or word.

    None if the document has another text there, because it was changed or removed since the search.
    """
    first = max(0, start - REACH)
    text = index.text_at(source, first, end + REACH) or ""
    if text[start - first : end - first] != quote:
        LOG.warning("A quote was left out: %s changed while the answer was made.", source)
        return None
    if is_safe_cut(text, start - first) and is_safe_cut(text, end - first):
        return start, end, quote
    safe = boundaries(text)
    begin, stop = safe.before(start - first), safe.after(end - first)
    return first + begin, first + stop, text[begin:stop]
