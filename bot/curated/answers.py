"""Curated answers: selects the one for a question."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.curated.facets import facets
from bot.curated.matching import Compared, compare_questions, embed_question
from bot.query.query import EmbeddingModel, Query
from records import CuratedAnswer, CuratedText
from store.documents import Document
from store.embeddings import EmbeddingFailedError
from store.index import Index
from text.catalog import SERVICE_LANGUAGES

FOREIGN = "en"
"""Language of curated answers for readers of languages that the service lacks."""

Trouble = Literal["ended", "source_gone", "no_text", "quote_gone"]
"""Problem of a curated answer for staff to fix; "quote_gone" leaves it in use."""


@dataclass(frozen=True)
class Near:
    """A question with a curated answer, compared with the question being tried."""

    answer: CuratedAnswer
    wording: str
    compared: Compared

    @property
    def rank(self) -> tuple[bool, float]:
        """Higher is nearer."""
        return self.compared.is_same, self.compared.probability


def trouble(answer: CuratedAnswer, index: Index, on: date) -> Trouble | None:
    """Returns the problem of a curated answer on a day.

    None if it has none.
    """
    documents = index.documents()
    if answer.until < on:
        return "ended"
    if any(each.source not in documents for each in answer.sources):
        return "source_gone"
    if not any(each.answer and each.wordings for each in answer.texts):
        return "no_text"
    quoted = (each for each in answer.sources if each.quote)
    return "quote_gone" if any(find_quote(each.quote, index.document(each.source)) is None for each in quoted) else None


def is_used(answer: CuratedAnswer, index: Index, on: date) -> bool:
    """Checks that a curated answer may be given on a day."""
    return trouble(answer, index, on) in (None, "quote_gone")


def text_for(answer: CuratedAnswer, language: str) -> CuratedText | None:
    """Returns the text for a language, in English if the service lacks it.

    None if the answer has no text in that language.
    """
    return answer.text(language if language in SERVICE_LANGUAGES else FOREIGN)


def select_answer(
    answers: Sequence[CuratedAnswer], asked: Sequence[Query], index: Index, embedding_model: EmbeddingModel, on: date
) -> tuple[CuratedAnswer, Query] | None:
    """Returns the curated answer for the readings of a question, with the reading.

    None if no answer matches, if those that match are not written for the person, or if several do.
    """
    found = [
        (answer, question)
        for question in asked
        for answer in answers
        if text_for(answer, question.language)
        and is_for(answer, question, embedding_model)
        and is_used(answer, index, on)
    ]
    # two different answers to one question: neither is certain
    return found[0] if len({answer.id for answer, _ in found}) == 1 else None


def is_for(answer: CuratedAnswer, question: Query, embedding_model: EmbeddingModel) -> bool:
    """Checks that a question means the same as one of an answer."""
    return any(compare_questions(question, each, embedding_model).is_same for each in wordings_for(answer, question))


def wordings_for(answer: CuratedAnswer, question: Query) -> list[str]:
    """Returns the wordings of an answer that a question is compared with.

    Those in the question's language if there are any: across languages a difference is seen less, so that others would
    let near questions pass.
    """
    wordings = [wording for each in answer.texts for wording in each.wordings]
    language = facets(question.text).language
    return [each for each in wordings if facets(each).language == language] or wordings


def prepare(answer: CuratedAnswer, embedding_model: EmbeddingModel) -> None:
    """Caches the vectors and facets of an answer's questions.

    Stops without an error if the embedding endpoint fails.
    """
    with suppress(EmbeddingFailedError):
        for each in answer.texts:
            for wording in each.wordings:
                embed_question(embedding_model, wording)
                embedding_model.question_vector(wording)
                facets(wording)


def nearest(
    answers: Sequence[CuratedAnswer], question: Query, embedding_model: EmbeddingModel, limit: int
) -> list[Near]:
    """Returns the curated questions closest to one, equivalent ones first.

    At most `limit`, and of each answer only the closest.
    """
    near = [
        max(
            (
                Near(answer, each, compare_questions(question, each, embedding_model))
                for each in wordings_for(answer, question)
            ),
            key=lambda each: each.rank,
        )
        for answer in answers
        if answer.question
    ]
    return sorted(near, key=lambda each: each.rank, reverse=True)[:limit]


def find_quote(quote: str, document: Document | None) -> int | None:
    """Returns the offset of a quote in a document, in characters.

    None if the document does not have it, is missing, or the quote is empty.
    """
    place = document.text.find(quote) if document and quote else -1
    return place if place >= 0 else None
