"""Finding passages: by meaning and by words together, with the validity of their documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat

from bot.query.query import Meaning, Question, understand
from bot.retrieval.scoring import (
    FEW_CANDIDATES,
    UNRELATED,
    Parts,
    agreement_scores,
    effects,
    meaning_score,
    words_score,
)
from store.documents import Metadata, Passage, Validity
from store.embeddings.late_interaction import agreement
from store.index import Candidate, Index, searched_text

Search = Callable[[str, int], list[Passage]]
"""The passages for a question, best first, at most as many as the limit."""

CANDIDATES = 60
READ_NOW, READ_OF_ONE, READ_COVERAGE = 6, 2, 0.8
"""Candidates that are not embedded yet that are embedded for a question, at most, those of one document, and the share
of the best one's coverage that they have at least."""


@dataclass(frozen=True)
class Weighed:
    """A passage with what its score is made of, and the terms of the question that it holds."""

    passage: Passage
    parts: Parts
    terms: frozenset[str]


def hybrid(index: Index, meaning: Meaning, on: date | None = None) -> Search:
    """A search by meaning and words, on a day (default today)."""

    def search(text: str, limit: int) -> list[Passage]:
        return find(understand(text, "", index, meaning), index, meaning, on or date.today(), limit)

    return search


def find(question: Question, index: Index, meaning: Meaning, on: date, limit: int) -> list[Passage]:
    """The passages for a question that was understood, best first."""
    return [each.passage for each in weigh(question, index, meaning, on, limit)[:limit]]


def weigh(question: Question, index: Index, meaning: Meaning, on: date, limit: int) -> list[Weighed]:
    """All candidates for a question, best first, among them the best `limit`."""
    candidates = index.candidates(list(question.weights), question.vector, max(limit, CANDIDATES))
    documents = index.documents()
    known = [each for each in embedded_now(candidates, documents, question, meaning) if each.source in documents]
    valid = index.validities(on)
    typical = typical_similarities(question, index)
    passages = [to_passage(each, documents[each.source], question, valid.get(each.source), typical) for each in known]
    better = preferred_translations(documents, question.language)
    weighed = [
        Weighed(replace(passage, score=parts.score), parts, candidate.terms)
        for candidate, passage, agrees in zip(known, passages, agreement_scores(passages), strict=True)
        for parts in [parts_of(candidate, passage, question, agrees, better)]
    ]
    return sorted(weighed, key=lambda each: -each.passage.score)


def parts_of(
    candidate: Candidate, passage: Passage, question: Question, agrees: float, better: Mapping[str, str]
) -> Parts:
    """What the score of a passage is made of; `agrees` is what the agreement of its tokens counts."""
    return Parts(
        meaning_score(candidate.similarity, passage.typical),
        words_score(question, passage.metadata, passage.coverage),
        agrees,
        dict(effects(passage, question, better)),
    )


def embedded_now(
    candidates: Sequence[Candidate], documents: Mapping[str, Metadata], question: Question, meaning: Meaning
) -> list[Candidate]:
    """The candidates, of which those that are not embedded yet and hold most of the question's words are embedded for
    it: a file that was just read must not rank behind all that were read before."""
    waiting: dict[str, list[Candidate]] = {}
    rival = READ_COVERAGE * max((each.coverage for each in candidates), default=0.0)
    for each in sorted(candidates, key=lambda each: -each.coverage):
        if each.similarity is None and each.source in documents and each.coverage >= rival:
            waiting.setdefault(each.source, []).append(each)
    first = [each for own in waiting.values() for each in own[:READ_OF_ONE]][:READ_NOW]
    if not first:
        return list(candidates)
    vectors, signs = meaning.read([searched_text(documents[each.source], each.chunk) for each in first])
    now = {
        (each.source, each.chunk.start): replace(each, similarity=float(vector @ question.vector), signs=own)
        for each, vector, own in zip(first, vectors, signs or repeat(None), strict=False)
    }
    return [now.get((each.source, each.chunk.start), each) for each in candidates]


def typical_similarities(question: Question, index: Index) -> dict[str, float]:
    """How similar any passage of a language is to a question; under "" of any language."""
    known = index.chunk_count()
    own = known / (known + FEW_CANDIDATES)
    return {
        language: UNRELATED + own * (float(question.vector @ centre) - UNRELATED)
        for language, centre in index.centres().items()
    }


def to_passage(
    candidate: Candidate,
    metadata: Metadata,
    question: Question,
    valid: tuple[Validity, str] | None,
    typical: Mapping[str, float],
) -> Passage:
    """A candidate as a passage, which has no score yet."""
    validity, replaced_by = valid or (Validity.UNKNOWN, "")
    tokens = agreement(question.tokens, candidate.signs) if question.tokens and candidate.signs else None
    return Passage(
        candidate.source,
        candidate.chunk,
        metadata,
        0.0,
        validity,
        replaced_by,
        candidate.similarity or 0.0,
        candidate.coverage,
        typical.get(metadata.language, typical.get("", UNRELATED)),
        tokens,
    )


def preferred_translations(documents: Mapping[str, Metadata], language: str) -> dict[str, str]:
    """For each document that has a translation which the person reads better: that translation."""
    groups: dict[str, list[str]] = {}
    for source, metadata in documents.items():
        if metadata.translation_of in documents:
            groups.setdefault(metadata.translation_of, [metadata.translation_of]).append(source)
    better = {}
    for members in groups.values():
        best = min(members, key=lambda source: reading_rank(documents[source].language, language))
        better.update({source: best for source in members if source != best})
    return better


def reading_rank(document_language: str, language: str) -> int:
    """The person's own language first, then English, then Chinese, then others."""
    order = [language, "en", "zh"]
    return order.index(document_language) if document_language in order else len(order)
