"""Completes the readings of a later question: their countries and exemplars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.query.continuation import is_continuation
from bot.query.countries import countries, is_here
from bot.query.exemplars import INBOUND, OUTBOUND, Closeness
from bot.query.query import SURE_SIDE, Query
from store.index import query_terms

FEW_TERMS = 2
"""Most terms of a question that names nothing itself, such as "how long does it take?"."""


def in_conversation(
    readings: Sequence[Query],
    completed: Sequence[Query],
    earlier: Closeness | None,
    is_abroad: bool = False,
) -> list[Query]:
    """Returns the readings of a question, each with what the earlier questions add.

    `completed` are those of a model, which are complete. `earlier` is the closeness of the earlier questions; None if
    there are none, or no vectors. `is_abroad` is True if the earlier questions surely were about going abroad.
    """
    placed = keep_place([*readings, *completed], is_abroad)
    own, others = placed[: len(readings)], placed[len(readings) :]
    return [*keep_side(keep_subject(own, earlier), earlier), *others]


def keep_documents(readings: Sequence[Query], quoted: frozenset[str]) -> list[Query]:
    """Returns readings that name the documents quoted before, if no exemplar is near.

    "And the deposit?" after a notice on a hall is about that notice, not about another one with a deposit. The guides
    have exemplars for what is asked of them.
    """
    if alone_of(readings).distance <= 0:
        return list(readings)
    return [replace(each, named=each.named | quoted) for each in readings]


def keep_side(readings: Sequence[Query], earlier: Closeness | None) -> list[Query]:
    """Returns readings; an open one is on the side of the earlier questions.

    It names nothing, or says that it goes on: "how long does it take?" after opening a company in Qiantang is not about
    going abroad, in whatever language. Unchanged if the question names a place, or has more than FEW_TERMS terms
    and does not say that it goes on, or if the earlier ones are not surely of one side.
    """
    alone = alone_of(readings)
    is_bound = len(query_terms(alone.text)) <= FEW_TERMS or is_continuation(alone.text)
    is_open = is_bound and not alone.countries and not alone.is_about_home
    if earlier is None or not is_open or abs(earlier.side) <= SURE_SIDE:
        return list(readings)
    return [set_side(each, INBOUND if earlier.side > 0 else OUTBOUND) for each in readings]


def set_side(question: Query, side: int) -> Query:
    """Returns a reading that is known to be on a side."""
    return replace(question, exemplars=question.exemplars and question.exemplars.of_side(side))


def keep_subject(readings: Sequence[Query], earlier: Closeness | None) -> list[Query]:
    """Returns the readings of a question, with the closeness of a later question.

    The reading without the earlier questions keeps its own, since the question may begin a new subject, unless it names
    nothing: the exemplars of "how many days?" have subjects of their own.
    """
    whole, alone = readings[0], alone_of(readings)
    if earlier is None or whole.exemplars is None or alone.exemplars is None:
        return list(readings)
    close, is_whole = whole.exemplars.going_on(alone.exemplars, earlier), not names_nothing(alone)
    return [each if each is alone and is_whole else replace(each, exemplars=close) for each in readings]


def names_nothing(alone: Query) -> bool:
    """Checks that a question has at most FEW_TERMS terms, and no place."""
    return len(query_terms(alone.text)) <= FEW_TERMS and not countries(alone.text) and not is_here(alone.text)


def keep_place(readings: Sequence[Query], is_abroad: bool = False) -> list[Query]:
    """Returns the readings; if none names a place, with the first one's countries.

    The first reading begins with the earlier questions: "And the VAT?" after a question on Cuba is about Cuba, also in
    the reading without them, and not about China. That holds although a company from Hangzhou asked, if the earlier
    questions surely were about going abroad (`is_abroad`).
    """
    first = readings[0]
    alone = alone_of(readings)
    if alone.countries or (alone.is_about_home and not (is_abroad and goes_home(alone))):
        return list(readings)
    is_china = first.is_about_home or first.is_inbound
    is_host = bool(first.countries) and (is_abroad or not is_china)
    return [replace(each, countries=each.countries or first.countries, is_abroad=is_host) for each in readings]


def goes_abroad(earlier: Closeness | None) -> bool:
    """Checks that the earlier questions surely are about going abroad."""
    return earlier is not None and earlier.side < -SURE_SIDE


def goes_home(question: Query) -> bool:
    """Checks that a question is about no place here and not about coming to China.

    Such as "what is deducted on profits to China?".
    """
    return not is_here(question.text) and not question.is_inbound


def alone_of(readings: Sequence[Query]) -> Query:
    """Returns the reading without the earlier questions."""
    return next(each for each in readings if each.text == each.asked)
