"""Hybrid search: vectors and full text together, with the validity of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat

from bot.query.query import EmbeddingModel, Query, understand
from bot.retrieval.scoring import (
    FEW_CANDIDATES,
    UNRELATED,
    ScoreParts,
    adjustments,
    agreement_scores,
    meaning_score,
    words_score,
)
from store.documents import Metadata, Passage, Validity
from store.embeddings.late_interaction import agreement
from store.index import Candidate, Index, Scope, text_to_embed
from store.validity import original

Search = Callable[[str, int], list[Passage]]
"""Function from a query and a limit to at most so many passages, best first."""

CANDIDATES = 60
READ_NOW, READ_OF_ONE, READ_COVERAGE = 6, 2, 0.8
"""Limits for embedding candidates that have no vector yet while a query waits.

At most READ_NOW candidates, READ_OF_ONE of one document, and only those with READ_COVERAGE of the best coverage.
"""


@dataclass(frozen=True)
class FoundPassage:
    """A passage with the reading that found it.

    With the parts of its score and the query terms that it contains.
    """

    passage: Passage
    parts: ScoreParts
    terms: frozenset[str]
    reading: Query

    @property
    def score(self) -> float:
        """Score among the passages of all readings."""
        return self.passage.score + self.reading.preference


def hybrid(index: Index, embedding_model: EmbeddingModel, on: date | None = None) -> Search:
    """Returns the search function for a day (default today)."""

    def search(text: str, limit: int) -> list[Passage]:
        return search_passages(
            understand(text, "", index, embedding_model), index, embedding_model, on or date.today(), limit
        )

    return search


def search_passages(
    question: Query, index: Index, embedding_model: EmbeddingModel, on: date, limit: int
) -> list[Passage]:
    """Returns the passages for an understood query, best first."""
    return [each.passage for each in score_candidates(question, index, embedding_model, on, limit)[:limit]]


def score_candidates(
    question: Query, index: Index, embedding_model: EmbeddingModel, on: date, limit: int
) -> list[FoundPassage]:
    """Returns all scored candidates, best first, among them the best `limit`.

    A document that has a translation which the person reads better is left out, unless the question names it.
    """
    vector = question.vector if question.has_vector else None
    documents, typical = index.documents(), typical_similarities(question, index)
    valid = index.validities(on)
    left = find_better_translations(documents, question.language, valid).keys() - question.named
    usual = {
        source: baseline(typical, metadata.language)
        for source, metadata in documents.items()
        if source not in left and question.only in ("", metadata.kind)
    }
    whole = {source for source in usual if question.share_of(source)}
    scope = Scope(usual, question.language, whole)
    candidates = index.candidates(list(question.weights), vector, max(limit, CANDIDATES), scope)
    read = [each for each in candidates if each.source in usual]
    known = embed_missing(read, documents, question, embedding_model)
    passages = [to_passage(each, documents[each.source], question, valid.get(each.source), typical) for each in known]
    # late interaction is scored over all candidates, because its baseline is their mean
    weighed = [
        FoundPassage(replace(passage, score=parts.score), parts, candidate.terms, question)
        for candidate, passage, agrees in zip(known, passages, agreement_scores(passages), strict=True)
        for parts in [parts_of(candidate, passage, question, agrees)]
    ]
    return sorted(weighed, key=lambda each: -each.passage.score)


def parts_of(candidate: Candidate, passage: Passage, question: Query, agrees: float) -> ScoreParts:
    """Returns the parts of a passage's score; `agrees` is its late-interaction part."""
    return ScoreParts(
        meaning_score(candidate.similarity, passage.baseline_similarity),
        words_score(question, passage.metadata, passage.coverage),
        agrees,
        dict(adjustments(passage, question)),
    )


def embed_missing(
    candidates: Sequence[Candidate], documents: Mapping[str, Metadata], question: Query, embedding_model: EmbeddingModel
) -> list[Candidate]:
    """Returns the candidates, with the most relevant unembedded ones embedded now.

    Otherwise a file that was just read would rank behind all files that were read before.
    """
    waiting: dict[str, list[Candidate]] = {}
    rival = READ_COVERAGE * max((each.coverage for each in candidates), default=0.0)
    for each in sorted(candidates, key=lambda each: -each.coverage):
        if each.similarity is None and each.source in documents and each.coverage >= rival:
            waiting.setdefault(each.source, []).append(each)
    first = [each for own in waiting.values() for each in own[:READ_OF_ONE]][:READ_NOW]
    if not first or not question.has_vector:
        return list(candidates)
    vectors, signs = embedding_model.embed_passages(
        [text_to_embed(documents[each.source], each.chunk) for each in first]
    )
    now = {
        (each.source, each.chunk.start): replace(each, similarity=float(vector @ question.vector), signs=own)
        for each, vector, own in zip(first, vectors, signs or repeat(None), strict=False)
    }
    return [now.get((each.source, each.chunk.start), each) for each in candidates]


def typical_similarities(question: Query, index: Index) -> dict[str, float]:
    """Returns the baseline similarity to the query by language; "" is any language.

    Empty if the query has no vector.
    """
    if not question.has_vector:
        return {}
    known = index.chunk_count()
    own = known / (known + FEW_CANDIDATES)
    return {
        language: UNRELATED + own * (float(question.vector @ centre) - UNRELATED)
        for language, centre in index.centres().items()
    }


def baseline(typical: Mapping[str, float], language: str) -> float:
    """Returns the similarity that any passage of a language has to the query."""
    return typical.get(language, typical.get("", UNRELATED))


def to_passage(
    candidate: Candidate,
    metadata: Metadata,
    question: Query,
    valid: tuple[Validity, str] | None,
    typical: Mapping[str, float],
) -> Passage:
    """Converts a candidate to a passage, without a score yet."""
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
        baseline(typical, metadata.language),
        tokens,
    )


def find_better_translations(
    documents: Mapping[str, Metadata], language: str, valid: Mapping[str, tuple[Validity, str]]
) -> dict[str, str]:
    """Maps documents to the translation that the person reads better, if any.

    A translation that may apply goes before one that does not. `valid`: validity of documents on the day; without one
    it is unknown.
    """
    groups: dict[str, set[str]] = {}
    for source, metadata in documents.items():
        if metadata.translation_of and (own := original(source, documents)) != source:
            groups.setdefault(own, {own}).add(source)

    def rank(source: str) -> tuple[bool, int, str]:
        validity, _ = valid.get(source, (Validity.UNKNOWN, ""))
        return not validity.may_apply, reading_rank(documents[source].language, language), source

    best = {min(members, key=rank): members for members in groups.values()}
    return {source: better for better, members in best.items() for source in members if source != better}


def reading_rank(document_language: str, language: str) -> int:
    """Ranks document languages: the person's own, English, Chinese, then others."""
    order = [language, "en", "zh"]
    return order.index(document_language) if document_language in order else len(order)
