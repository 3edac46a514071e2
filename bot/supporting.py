"""Whether the passages found support an answer at all, or the bot has to say that it does not know.

The weights come from a logistic fit on XQuAD with half of the passages left out (questions whose passage is
there against those whose passage is not), in Chinese, English, Russian and Arabic; see docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.asking import subjects, years
from bot.extracting import Scored
from bot.places import is_named, other_cities
from bot.questions import Question
from bot.units import Unit
from ingest.documents import Passage

WORDS, SIMILARITY, OFFSET = 8.0, 45.0, -41.1
"""Question and passage in one language: the share of the question's words, the cosine, the constant."""
SIMILARITY_ACROSS, OFFSET_ACROSS = 40.0, -33.5
"""Question and passage in different languages, where words say nothing."""
SAME_COUNTRY = 1.0
"""What it counts for an answer that its document is about the country that was asked about."""
NOT_WHAT_WAS_ASKED = 3.0
"""What it counts against an answer that no passage is about the place that was asked about, or that no unit near
the best gives the kind of thing that was asked for."""
NEAR = 2.0
"""How far below the best unit, without regard to what it gives, one that gives what was asked may lie."""


def leading(question: Question, passages: Sequence[Passage]) -> list[Passage]:
    """The passages about a country that was asked about; all where none was, or none is."""
    return [passage for passage in passages if fits(question, passage)] or list(passages)


def support(question: Question, passages: Sequence[Passage], ranked: Sequence[Scored]) -> float:
    """How far passages speak for an answer: above 0 they do. Minus infinity where there is none."""
    if not passages or not ranked:
        return float("-inf")
    found, best = max(
        (evidence(question, passage, closeness(number, passage, ranked)), number)
        for number, passage in enumerate(passages[:3])
    )
    if not fits(question, passages[best]):
        found -= NOT_WHAT_WAS_ASKED
    near = [each for each in ranked if each.gives and each.plain >= max(other.plain for other in ranked) - NEAR]
    if not near:
        found -= NOT_WHAT_WAS_ASKED
    if not names_subject(question, passages) or not any(
        is_of_the_year(question, passages, each) for each in near or ranked
    ):
        return float("-inf")
    return found


def names_subject(question: Question, passages: Sequence[Passage]) -> bool:
    """Whether the tax or levy that a question names stands in a passage: another tax is no answer."""
    text = " ".join(passage.chunk.text for passage in passages).lower()
    return all(subject in text for subject in subjects(question.text))


def is_of_the_year(question: Question, passages: Sequence[Passage], scored: Scored) -> bool:
    """Whether a unit says something of the years that were asked about, or its document applied by then."""
    passage = passages[scored.unit.passage]
    since = passage.metadata.effective_from
    missing = years(question.text) - years(whole(passage, scored.unit))
    return not missing or bool(since and since.year <= min(map(int, missing)))


def closeness(number: int, passage: Passage, ranked: Sequence[Scored]) -> float:
    """How similar a passage is to the question; that of its most similar unit while it is not embedded yet."""
    return passage.similarity or max((each.similarity for each in ranked if each.unit.passage == number), default=0.0)


def evidence(question: Question, passage: Passage, similarity: float) -> float:
    agrees = SAME_COUNTRY if set(question.countries) & set(passage.metadata.countries) else 0.0
    if passage.metadata.language == question.language:
        return WORDS * passage.coverage + SIMILARITY * similarity + OFFSET + agrees
    return SIMILARITY_ACROSS * similarity + OFFSET_ACROSS + agrees


def fits(question: Question, passage: Passage) -> bool:
    """Whether a passage is about the places that were asked about, or none was."""
    text = " ".join([passage.metadata.title, *passage.chunk.headings, passage.chunk.text])
    if not all(city in text for city in other_cities(question.text)):
        return False
    if not question.countries or set(question.countries) & set(passage.metadata.countries):
        return True
    return any(is_named(country, text) for country in question.countries)


def whole(passage: Passage, unit: Unit) -> str:
    """A unit with the titles above it."""
    return " ".join([passage.metadata.title, *passage.chunk.headings, unit.context, unit.header, unit.text])
