"""Whether the passages found support an answer at all, or the bot has to say that it does not know.

The weights come from a logistic fit on XQuAD with half of the passages left out (questions whose passage is
there against those whose passage is not), in Chinese, English, Russian and Arabic; see docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.asking import years
from bot.extracting import Scored
from bot.places import is_named
from bot.questions import Question
from ingest.documents import Passage

WORDS, SIMILARITY, OFFSET = 8.0, 45.0, -41.1
"""Question and passage in one language: the share of the question's words, the cosine, the constant."""
SIMILARITY_ACROSS, OFFSET_ACROSS = 40.0, -33.5
"""Question and passage in different languages, where words say nothing."""
OTHER_COUNTRY, OTHER_YEAR, NOT_WHAT_WAS_ASKED = 3.0, 3.0, 3.0
"""What it counts against an answer that no passage is about the country or the year that was asked about,
or that no unit near the best gives the kind of thing that was asked for."""
NEAR = 4.0
"""How far below the best unit another may lie and still be near it."""


def leading(question: Question, passages: Sequence[Passage]) -> list[Passage]:
    """The passages about a country that was asked about; all where none was, or none is."""
    return [passage for passage in passages if fits(question, passage)] or list(passages)


def support(question: Question, passages: Sequence[Passage], ranked: Sequence[Scored]) -> float:
    """How far passages speak for an answer: above 0 they do. Minus infinity where there is none."""
    if not passages or not ranked:
        return float("-inf")
    best = max(passages[:3], key=lambda passage: evidence(question, passage))
    found = evidence(question, best)
    if not fits(question, best):
        found -= OTHER_COUNTRY
    if not years(question.text) <= years(whole(best)):
        found -= OTHER_YEAR
    if not any(each.gives for each in ranked if each.score >= ranked[0].score - NEAR):
        found -= NOT_WHAT_WAS_ASKED
    return found


def evidence(question: Question, passage: Passage) -> float:
    if passage.metadata.language == question.language:
        return WORDS * passage.coverage + SIMILARITY * passage.similarity + OFFSET
    return SIMILARITY_ACROSS * passage.similarity + OFFSET_ACROSS


def fits(question: Question, passage: Passage) -> bool:
    """Whether a passage is about a country that was asked about, or none was."""
    if not question.countries or set(question.countries) & set(passage.metadata.countries):
        return True
    return any(is_named(country, whole(passage)) for country in question.countries)


def whole(passage: Passage) -> str:
    """A passage with its title and headings."""
    return " ".join([passage.metadata.title, *passage.chunk.headings, passage.chunk.text])
