"""Ranks the snippets (sentences, items, rows) of the best passages for a query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.query.answer_type import AnswerType, expected_answer_type, heading_for
from bot.query.countries import HOME, countries
from bot.query.document_names import cites
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.scoring import (
    ARTICLE_BONUS,
    DEMOTION,
    HEADING_BONUS,
    IDENTIFIER_BONUS,
    OTHER_COUNTRY_DEMOTION,
    SIMILARITY_STD,
    place_demotion,
    words_weight,
)
from bot.retrieval.snippets import Snippet, find_snippets
from store.documents import Passage
from store.index import terms, text_to_embed

PASSAGES_READ = 4
"""Number of passages whose snippets are ranked."""
PASSAGE_WEIGHT = 0.5
"""Weight of the score gap between passages when their snippets are compared."""
OWN_WEIGHT = 0.5
"""Extra weight of a snippet's own words, beside those shared with its heading."""
ABOUT_AS_GOOD = 1.0
"""Score gap up to which two snippets answer equally well."""
KIND_BONUS = 2.5
"""Boost for snippets that contain the expected answer type."""
AGREEMENT_WEIGHT = 40.0
"""Weight of a full late-interaction match of a snippet with all query tokens."""
COSINE_WEIGHT = 2.0
"""Weight of a snippet's cosine without token vectors: snippets under one title differ less than passages do.

Otherwise the score gaps up to which snippets are quoted together would let in what has nothing to do with the question.
"""
ALONE = 0.5
"""Share of AGREEMENT_WEIGHT for the snippet's own tokens, without those above it."""


@dataclass(frozen=True)
class RankedSnippet:
    """A snippet with its score; scores are comparable within one query."""

    unit: Snippet
    score: float
    near: float
    """Similarity part of the score: late interaction, or cosine without token vectors."""
    coverage: float
    gives: bool
    plain: float
    """Score without KIND_BONUS."""


def rank_snippets(question: Query, passages: Sequence[Passage], meaning: EmbeddingModel) -> list[RankedSnippet]:
    """Returns the snippets of the best passages, best first."""
    found = [unit for number, passage in enumerate(passages[:PASSAGES_READ]) for unit in find_snippets(passage, number)]
    if not found:
        return []
    near = agreements(passages, found) or similarities(question, passages, found, meaning)
    scored = [score_unit(unit, each, passages, question) for unit, each in zip(found, near, strict=True)]
    return known_first(sorted(scored, key=lambda each: -each.score))


def known_first(ranked: Sequence[RankedSnippet]) -> list[RankedSnippet]:
    """Puts those that know before the best one where that says "not known" and they are about as good."""
    if not ranked[0].unit.is_unknown:
        return list(ranked)
    knowing = [each for each in ranked if not each.unit.is_unknown and each.score >= ranked[0].score - ABOUT_AS_GOOD]
    return knowing + [each for each in ranked if each not in knowing]


def agreements(passages: Sequence[Passage], found: Sequence[Snippet]) -> list[float] | None:
    """Returns the late-interaction scores of snippets with the text above them.

    They are weighted by AGREEMENT_WEIGHT.

    None if a passage has no token vectors.
    """
    if any(passages[unit.passage].agreement is None for unit in found):
        return None
    return [AGREEMENT_WEIGHT * agreement_with(passages[unit.passage], unit) for unit in found]


def agreement_with(passage: Passage, unit: Snippet) -> float:
    """Returns the late-interaction score of a snippet with titles, heading and header."""
    text = passage.chunk.text
    above = len(text_to_embed(passage.metadata, passage.chunk)) - len(text)
    start, end = unit.start - passage.chunk.start, unit.end - passage.chunk.start
    # offsets in the embedded text, which begins with the titles above the chunk
    spans = [(0, above), (above + start, above + end)]
    for part in filter(None, (unit.context, unit.header)):
        if (at := text.rfind(part, 0, start)) >= 0:
            spans.append((above + at, above + at + len(part)))
    if passage.agreement is None:
        return 0.0
    return (1 - ALONE) * passage.agreement.within(*spans) + ALONE * passage.agreement.within(spans[1])


def similarities(
    question: Query, passages: Sequence[Passage], found: Sequence[Snippet], meaning: EmbeddingModel
) -> list[float]:
    """Returns the cosine of each snippet with the text above it, in standard deviations, times COSINE_WEIGHT.

    Used without token vectors; slower, because each snippet has to be embedded first.
    """
    texts = [described(passages[unit.passage], unit) for unit in found]
    return [COSINE_WEIGHT * each / SIMILARITY_STD for each in question.similarities(texts, meaning)]


def score_unit(unit: Snippet, near: float, passages: Sequence[Passage], question: Query) -> RankedSnippet:
    """Returns a snippet with its score."""
    passage = passages[unit.passage]
    total = sum(question.weights.values()) or 1.0
    own = share(terms(unit.text), question.weights) / total
    whole = share(terms(described(passage, unit)), question.weights) / total
    score = near + words_weight(question, passage.metadata) * (whole + OWN_WEIGHT * own)
    score += PASSAGE_WEIGHT * (passage.score - passages[0].score)
    if is_elsewhere(unit, question.countries or question.scope.countries):
        score -= OTHER_COUNTRY_DEMOTION
    elif not question.countries and question.scope.audience:
        score -= place_demotion(question, passage.metadata)
    if (wanted := heading_for(question.text)) and wanted.search(unit.context):
        score += HEADING_BONUS
    score -= DEMOTION.get(passage.validity, 0.0)
    article = question.names_article(passage.source)
    if article and passage.chunk.article_at(unit.start) == article:
        score += ARTICLE_BONUS
    if question.article and not question.named and cites(unit.text, question.law, question.article):
        score += ARTICLE_BONUS
    score += IDENTIFIER_BONUS * question.held(unit.text)
    gives = gives_what_was_asked(question, unit)
    return RankedSnippet(unit, score + (KIND_BONUS if gives else 0.0), near, whole, gives, score)


def is_elsewhere(unit: Snippet, asked: Collection[str]) -> bool:
    """Checks that a snippet is only about other countries, such as a comparison row."""
    named = {country for country in countries(unit.text) if country != HOME}
    return bool(asked) and bool(named) and not named & set(asked)


def gives_what_was_asked(question: Query, unit: Snippet) -> bool:
    """Checks that a snippet has the expected answer type, or says "not known".

    True if the query has no expected answer type.
    """
    asked = expected_answer_type(question.text)
    return asked is None or is_given(asked, unit) or unit.is_unknown


def share(found: Iterable[str], weights: Mapping[str, float]) -> float:
    """Returns the total weight of the terms found."""
    return sum(weights.get(term, 0.0) for term in set(found))


def described(passage: Passage, unit: Snippet) -> str:
    """Returns a snippet with the title, heading and table header above it."""
    return "\n".join(filter(None, (passage.metadata.title, unit.context, unit.header, unit.text)))


def is_given(asked: AnswerType | None, unit: Snippet) -> bool:
    """Checks that a snippet contains the expected answer type; False without one."""
    return bool(asked and asked.given.search(unit.text))


def is_unknown(ranked: Sequence[RankedSnippet]) -> bool:
    """Checks that the best answer is "the documents do not know".

    A snippet that knows is never behind one that does not and is about as good (`known_first`).
    """
    return bool(ranked) and ranked[0].unit.is_unknown
