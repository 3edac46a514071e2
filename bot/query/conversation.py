"""What a conversation gives the readings of a later question: its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.query.countries import is_here
from bot.query.query import Query


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
