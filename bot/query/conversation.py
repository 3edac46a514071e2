"""What a conversation gives the readings of a later question: its place, and what it is not about any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.query.countries import is_here
from bot.query.exemplars import Closeness, closeness
from bot.query.query import EmbeddingModel, Query


def in_conversation(
    readings: Sequence[tuple[Query, float]], before: str, meaning: EmbeddingModel
) -> list[tuple[Query, float]]:
    """Returns the readings of a question after what was asked before, which is "" for a first one."""
    if not before:
        return list(readings)
    said = closeness(meaning.embed_query(before)[0], readings[0][0].language, meaning.name)
    return [(apart_from(said, each), worth) for each, worth in keep_place(readings)]


def apart_from(said: Closeness | None, question: Query) -> Query:
    """Returns a question for which exemplars of what was asked before do not speak: that was answered."""
    if question.exemplars is None or said is None:
        return question
    return replace(question, exemplars=question.exemplars.apart_from(said))


def keep_place(readings: Sequence[tuple[Query, float]]) -> list[tuple[Query, float]]:
    """Returns the readings of a question; one that names no place is about the countries of the first one.

    The first one begins with what was asked before: "And the VAT?" after a question on Cuba is about Cuba, also where
    the search reads it alone, and not about China.
    """
    first = readings[0][0]
    alone = next(each for each, _ in readings if each.text == each.asked)
    if alone.countries or is_about_home(alone):
        return list(readings)
    is_abroad = bool(first.countries) and not is_about_home(first)
    return [
        (replace(each, countries=each.countries or first.countries, is_abroad=is_abroad), worth)
        for each, worth in readings
    ]


def is_about_home(question: Query) -> bool:
    """Checks that a query names China or a place in it."""
    return question.home or is_here(question.text)
