"""Finds the passages that curated answers cite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.curated.answers import find_quote
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.hybrid_search import CANDIDATES, search_passages
from records import CuratedAnswer
from store.documents import Chunk, Document, Passage, Validity
from store.index import Index
from text.boundaries import shorten

QUOTE_CHARACTERS = 240
"""Longest quote of a passage, in characters, if the center chose no quote."""


@dataclass(frozen=True)
class CitedAnswer:
    """A curated answer to `wording`, with the cited passage of each of its sources."""

    answer: CuratedAnswer
    wording: str
    passages: Sequence[Passage]


def passages_of(
    answer: CuratedAnswer, question: Query, index: Index, embedding_model: EmbeddingModel, on: date
) -> list[Passage]:
    """Returns the cited passage of each source, with its validity on the day."""
    found = search_passages(question, index, embedding_model, on, CANDIDATES)
    return [passage_of(each.source, each.quote, found, index, on) for each in answer.sources]


def passage_of(source: str, quote: str, found: Sequence[Passage], index: Index, on: date) -> Passage:
    """Returns the passage of a document with the quote, or a substitute.

    Without the quote: the best passage for the question, or the beginning of the document.
    """
    document = index.document(source) or Document(source, "")
    own = [each for each in found if each.source == source]
    if (place := find_quote(quote, document)) is not None:
        holding = [each for each in own if each.chunk.start <= place and place + len(quote) <= each.chunk.end]
        return holding[0] if holding else cut_passage(document, place, place + len(quote), index, on)
    return own[0] if own else cut_passage(document, 0, len(shorten(document.text, QUOTE_CHARACTERS, "")), index, on)


def cut_passage(document: Document, start: int, end: int, index: Index, on: date) -> Passage:
    """Returns a span of a document as a passage; no search found it."""
    chunk = Chunk(start, end, document.text[start:end], page=document.page_at(start))
    validity, replaced_by = index.validities(on).get(document.source, (Validity.UNKNOWN, ""))
    return Passage(document.source, chunk, document.metadata, 0.0, validity, replaced_by)
