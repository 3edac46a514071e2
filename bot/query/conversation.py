"""What a conversation gives the readings of a later question: its place, and what its exemplars are close to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.query.exemplars import Closeness
from bot.query.query import SURE_SIDE, Query


def in_conversation(
    readings: Sequence[tuple[Query, float]],
    completed: Sequence[tuple[Query, float]],
    earlier: Closeness | None,
    is_abroad: bool = False,
) -> list[tuple[Query, float]]:
    """Returns the readings of a question, each as it is meant after what was asked before.

    `completed` are those of a model, which say all. `earlier`: how close exemplars are to what was asked before; None
    if that is nothing, or nothing tells. `is_abroad`: it surely was about going abroad.
    """
    placed = keep_place([*readings, *completed], is_abroad)
    own, others = placed[: len(readings)], placed[len(readings) :]
    return [*keep_subject(own, earlier), *others]


def keep_subject(readings: Sequence[tuple[Query, float]], earlier: Closeness | None) -> list[tuple[Query, float]]:
    """Returns the readings of a question; exemplars are as close to those with words from before as to a later one.

    Alone it may begin a new subject.
    """
    whole, alone = readings[0][0], alone_of(readings)
    if earlier is None or whole.exemplars is None or alone.exemplars is None:
        return list(readings)
    close = whole.exemplars.going_on(alone.exemplars, earlier)
    return [(each if each is alone else replace(each, exemplars=close), worth) for each, worth in readings]


def keep_place(readings: Sequence[tuple[Query, float]], is_abroad: bool = False) -> list[tuple[Query, float]]:
    """Returns the readings of a question; one that names no place is about the countries of the first one.

    The first one begins with what was asked before: "And the VAT?" after a question on Cuba is about Cuba, also where
    the search reads it alone, and not about China; though a company from Hangzhou asked, if what was asked before
    surely was about going abroad (`is_abroad`).
    """
    first = readings[0][0]
    alone = alone_of(readings)
    if alone.countries or alone.is_about_home:
        return list(readings)
    is_china = first.is_about_home or first.is_inbound
    is_host = bool(first.countries) and (is_abroad or not is_china)
    return [
        (replace(each, countries=each.countries or first.countries, is_abroad=is_host), worth)
        for each, worth in readings
    ]


def goes_abroad(earlier: Closeness | None) -> bool:
    """Checks that what was asked before surely is about going abroad."""
    return earlier is not None and earlier.side < -SURE_SIDE


def alone_of(readings: Sequence[tuple[Query, float]]) -> Query:
    """Returns the reading without what was asked before."""
    return next(each for each, _ in readings if each.text == each.asked)
