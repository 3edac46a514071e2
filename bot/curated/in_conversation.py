"""Chooses the readings of a question that curated answers are compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.curated.matching import normalise
from bot.query.continuation import is_continuation, leans
from bot.query.countries import OWN_RULES, countries
from bot.query.query import Asked, Query
from records import CuratedAnswer

Select = Callable[[Sequence[CuratedAnswer], Sequence[Query]], tuple[CuratedAnswer, Query] | None]
"""Finds the curated answer to readings; see `bot.curated.answers.select_answer`."""


def select_for(
    answers: Sequence[CuratedAnswer], asked: Asked, is_later: bool, select: Select
) -> tuple[CuratedAnswer, Query] | None:
    """Returns the curated answer to a question, with the reading that it fits.

    `select` finds it; None if there is none. `is_later` is True if something was asked before. A question that may
    leave something out is compared word for word only.
    """
    whole = [each for each, _ in asked.readings if is_one_question(each, asked, is_later)]
    if (found := select(answers, whole)) or not stands_alone(asked):
        return found
    alone = [each for each, _ in asked.readings if each.text == asked.text]
    return select([each for each in answers if is_worded(each, asked.text)], alone)


def is_one_question(reading: Query, asked: Asked, is_later: bool) -> bool:
    """Checks that a reading is one question that needs nothing asked before.

    It is not joined to an earlier question, and does not lean on one or on a chosen country.
    """
    is_joined = reading.text != asked.text and reading.text.endswith(asked.text)
    return not (is_later and is_joined) and not (asked.before and leans(reading.text))


def stands_alone(asked: Asked) -> bool:
    """Checks that a question is no continuation and means no country named before."""
    means_country = OWN_RULES.search(asked.text) and countries(asked.before) and not countries(asked.text)
    return not is_continuation(asked.text) and not means_country


def is_worded(answer: CuratedAnswer, question: str) -> bool:
    """Checks that an answer was written for just these words."""
    return normalise(question) in {normalise(wording) for each in answer.texts for wording in each.wordings}
