"""Which sentences, items and rows of the best passages come nearest to a question."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.query.answer_type import Kind, asked_for, heading_for
from bot.query.countries import HOME, countries
from bot.query.document_names import cites
from bot.query.query import Meaning, Question
from bot.retrieval.scoring import (
    ARTICLE_BONUS,
    DEMOTION,
    HEADING_BONUS,
    IDENTIFIER_BONUS,
    OTHER_COUNTRY_DEMOTION,
    SPREAD,
    place_demotion,
    words_weight,
)
from bot.retrieval.snippets import Unit, units
from store.documents import Passage
from store.index import searched_text, terms

PASSAGES_READ = 4
PASSAGE_WEIGHT = 0.5
"""How much of the distance between passages counts when their units are compared."""
OWN_WEIGHT = 0.5
"""How much a unit's own words count beside those that its heading shares with the question."""
ABOUT_AS_GOOD = 1.0
"""How far the scores of two units lie apart that answer equally well."""
KIND_BONUS = 2.5
"""What it counts that a unit gives the kind of thing that was asked for."""
AGREEMENT_WEIGHT = 40.0
"""What a full agreement of a unit with all tokens of the question weighs."""
ALONE = 0.5
"""How much of that is what its own tokens agree, without those above it."""

UNKNOWN = re.compile(
    r"(?:目前|现有)?资料(?:中|里)?(?:没有|未查到|未找到)|尚无资料"
    r"|\b(?:present|our|this|available) material (?:has|gives|holds|contains|says) (?:no|nothing)\b"
    r"|\b(?:is|are) not in (?:the present|our|this|the available) material"
    r"|material não (?:traz|tem|indica|contém)|não (?:consta|constam) (?:do|no) (?:nosso )?material"
    r"|(?:в )?(?:наших|имеющихся) материалах[^.|]{0,40}\bнет\b|\bнет в (?:наших|имеющихся) материалах",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Scored:
    """A unit and how well it answers; comparable within one question."""

    unit: Unit
    score: float
    near: float
    """How near it comes to the question by meaning alone."""
    coverage: float
    gives: bool
    plain: float
    """The score without regard to what the unit gives."""


def rank(question: Question, passages: Sequence[Passage], meaning: Meaning) -> list[Scored]:
    """The units of the best passages, best first."""
    found = [unit for number, passage in enumerate(passages[:PASSAGES_READ]) for unit in units(passage, number)]
    if not found:
        return []
    near = agreements(passages, found) or similarities(question, passages, found, meaning)
    scored = [score_unit(unit, each, passages, question) for unit, each in zip(found, near, strict=True)]
    return sorted(scored, key=lambda each: -each.score)


def agreements(passages: Sequence[Passage], found: Sequence[Unit]) -> list[float] | None:
    """How the question's tokens agree with those of each unit and what stands above it, weighted; None where the
    tokens of a passage are not known."""
    if any(passages[unit.passage].agreement is None for unit in found):
        return None
    return [AGREEMENT_WEIGHT * agreement_with(passages[unit.passage], unit) for unit in found]


def agreement_with(passage: Passage, unit: Unit) -> float:
    """How the question's tokens agree with a unit, the titles above its chunk, its heading and its table's header."""
    text = passage.chunk.text
    above = len(searched_text(passage.metadata, passage.chunk)) - len(text)
    start, end = unit.start - passage.chunk.start, unit.end - passage.chunk.start
    spans = [(0, above), (above + start, above + end)]
    for part in filter(None, (unit.context, unit.header)):
        if (at := text.rfind(part, 0, start)) >= 0:
            spans.append((above + at, above + at + len(part)))
    if passage.agreement is None:
        return 0.0
    return (1 - ALONE) * passage.agreement.within(*spans) + ALONE * passage.agreement.within(spans[1])


def similarities(
    question: Question, passages: Sequence[Passage], found: Sequence[Unit], meaning: Meaning
) -> list[float]:
    """The similarity of each unit and what stands above it to the question, in spreads: without tokens, each unit has
    to be embedded first."""
    vectors = meaning.passages([described(passages[unit.passage], unit) for unit in found])
    return [float(each) / SPREAD for each in vectors @ question.vector]


def score_unit(unit: Unit, near: float, passages: Sequence[Passage], question: Question) -> Scored:
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
    return Scored(unit, score + (KIND_BONUS if gives else 0.0), near, whole, gives, score)


def is_elsewhere(unit: Unit, asked: Collection[str]) -> bool:
    """Whether a unit is about other countries than those asked about, such as a row of a comparison."""
    named = {country for country in countries(unit.text) if country != HOME}
    return bool(asked) and bool(named) and not named & set(asked)


def gives_what_was_asked(question: Question, unit: Unit) -> bool:
    """Whether a unit holds the kind of thing that was asked for, or says that the documents do not have it."""
    asked = asked_for(question.text)
    return asked is None or is_given(asked, unit) or says_unknown(unit.text)


def share(found: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in set(found))


def described(passage: Passage, unit: Unit) -> str:
    """A unit with what stands above it: the document's title, the heading, the header of its table."""
    return "\n".join(filter(None, (passage.metadata.title, unit.context, unit.header, unit.text)))


def is_given(asked: Kind | None, unit: Unit) -> bool:
    """Whether a unit holds the kind of thing that was asked for."""
    return bool(asked and asked.given.search(unit.text))


def says_unknown(text: str) -> bool:
    """Whether a quote says that the documents do not know."""
    return bool(UNKNOWN.search(text))


def is_unknown(ranked: Sequence[Scored]) -> bool:
    """Whether the best answer is that the documents do not know: the best unit says so, or the most similar
    of those that are about as good."""
    near = [each for each in ranked if each.score >= ranked[0].score - ABOUT_AS_GOOD]
    return any(says_unknown(each.unit.text) for each in (ranked[0], max(near, key=lambda each: each.near)))
