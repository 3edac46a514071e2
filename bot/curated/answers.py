"""Curated answers: selects the one for a question and composes it with citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from bot.answer import Answer, Citation
from bot.curated.facets import facets
from bot.curated.matching import Compared, compare_questions, embed_question
from bot.generation.citations import citation
from bot.generation.grounding import find_unsupported_figures, resolve_markers
from bot.messages import text
from bot.outcomes import Outcome
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.hybrid_search import CANDIDATES, search_passages
from records import CuratedAnswer, CuratedText
from store.documents import Chunk, Document, Passage, Validity
from store.embeddings import EmbeddingFailedError
from store.index import Index
from text.boundaries import boundaries, is_safe_cut, shorten
from text.catalog import SERVICE_LANGUAGES
from text.citations import MARKER, find_cited_numbers
from text.scripts import FULL_STOPS

FOREIGN = "en"
"""Language of curated answers for readers of languages that the service lacks."""
QUOTE_CHARACTERS = 240
"""Longest quote of a passage, in characters, if the center chose no quote."""
QUOTE_END = re.compile(rf"[{FULL_STOPS}]|\.(?=\s)|\n\n")

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


def passages_of(
    answer: CuratedAnswer, question: Query, index: Index, embedding_model: EmbeddingModel, on: date
) -> list[Passage]:
    """Returns the cited passage of each source, with its validity on the day."""
    found = search_passages(question, index, embedding_model, on, CANDIDATES)
    return [passage_of(each.source, each.quote, found, index, on) for each in answer.sources]


def compose_curated(draft: Answer, answer: CuratedAnswer, passages: Sequence[Passage]) -> Answer:
    """Returns the curated answer as shown: author and dates, text, and citations.

    The records find the curated answer by `reason`, its id.
    """
    written = text_for(answer, draft.language) or CuratedText(draft.language, "", "")
    citations = [
        cite_quote(number, passage, source.quote)
        for number, (source, passage) in enumerate(zip(answer.sources, passages, strict=True), 1)
    ]
    body = resolve_markers(written.answer, len(citations)) if find_cited_numbers(written.answer) else written.answer
    markers = "" if find_cited_numbers(body) else "".join(f"[{each.number}]" for each in citations)
    days = {"day": str(answer.changed_at.astimezone().date()), "until": str(answer.until)}
    return replace(
        draft,
        language=written.language,
        outcome=Outcome.ANSWERED,
        mode="curated",
        reason=answer.id,
        text=f"{text('curated', written.language, **days)} {markers}".rstrip() + f"\n\n{body}",
        citations=tuple(citations),
        passages=tuple(passages),
        complete=True,
    )


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


def cite_quote(number: int, passage: Passage, quote: str) -> Citation:
    """Returns the citation of the chosen quote, or of the beginning of the passage."""
    text = passage.chunk.text
    place = text.find(quote) if quote else -1
    if place < 0:
        place, quote = 0, beginning(text)
    safe = boundaries(text)
    start, end = safe.before(place), safe.after(place + len(quote))
    return citation(passage, number, passage.chunk.start + start, passage.chunk.start + end, text[start:end])


def beginning(passage: str) -> str:
    """Returns the first sentences of a passage that fit into QUOTE_CHARACTERS."""
    cut = shorten(passage, QUOTE_CHARACTERS, "")
    ends = [match.end() for match in QUOTE_END.finditer(cut) if is_safe_cut(passage, match.end())]
    return passage[: ends[-1]].rstrip() if ends and cut != passage else cut


def find_quote(quote: str, document: Document | None) -> int | None:
    """Returns the offset of a quote in a document, in characters.

    None if the document does not have it, is missing, or the quote is empty.
    """
    place = document.text.find(quote) if document and quote else -1
    return place if place >= 0 else None


def loose_figures(answer: CuratedAnswer, index: Index) -> dict[str, list[str]]:
    """Returns, by language, the figures of an answer that none of its documents has.

    {} if it has no documents.
    """
    if not answer.sources:
        return {}
    documents = [index.document(each.source) for each in answer.sources]
    texts = [document.text for document in documents if document]
    found = {
        each.language: list(dict.fromkeys(find_unsupported_figures(MARKER.sub(" ", each.answer), texts)))
        for each in answer.texts
    }
    return {language: figures for language, figures in found.items() if figures}
