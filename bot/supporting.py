"""Whether the passages found support an answer at all, or the bot has to say that it does not know.

The weights come from a logistic fit on XQuAD with half of the passages left out (questions whose passage is
there against those whose passage is not), in Chinese, English, Russian and Arabic; see docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.extracting import Scored
from bot.places import is_named
from bot.questions import Question
from ingest.documents import Passage

WORDS, SIMILARITY, OFFSET = 8.0, 45.0, -43.0
"""Question and passage in one language: the share of the question's words, the cosine, the constant."""
SIMILARITY_ACROSS, OFFSET_ACROSS = 40.0, -33.2
"""Question and passage in different languages, where words say nothing."""


def leading(question: Question, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that may be quoted: those about a country that was asked about, all where none was."""
    return [passage for passage in passages if fits(question, passage)]


def support(question: Question, passages: Sequence[Passage], ranked: Sequence[Scored]) -> float:
    """How far fitting passages speak for an answer: above 0 they do. Minus infinity where there is none."""
    if not passages or not ranked:
        return float("-inf")
    return max(evidence(question, passage) for passage in passages[:3])


def evidence(question: Question, passage: Passage) -> float:
    if passage.metadata.language == question.language:
        return WORDS * passage.coverage + SIMILARITY * passage.similarity + OFFSET
    return SIMILARITY_ACROSS * passage.similarity + OFFSET_ACROSS


def fits(question: Question, passage: Passage) -> bool:
    """Whether a passage is about a country that was asked about, or none was."""
    if not question.countries or set(question.countries) & set(passage.metadata.countries):
        return True
    text = " ".join([passage.metadata.title, *passage.chunk.headings, passage.chunk.text])
    return any(is_named(country, text) for country in question.countries)
