"""The chosen country: tells if a question is about something else."""

from __future__ import annotations

from bot.query.continuation import leans
from bot.query.countries import HOME, countries, is_here
from bot.query.exemplars import INBOUND, OUTBOUND, Closeness
from bot.query.query import SURE_SIDE
from bot.query.regions import regions

LEAD = 0.1
"""Lead from which on a question that names no place is about China and not about the country chosen.

The closest exemplar on coming to China leads by this over the closest one on going abroad, which is compared with the
question behind the country's name. So is .66 of 122 development questions on coming here, and none of 107 on a host
country whose name was taken out of them.
"""


def is_elsewhere(question: str, country: str, alone: Closeness | None, placed: Closeness | None) -> bool:
    """Checks that a question is not about the country chosen, given by its name.

    `alone` is the closeness of its exemplars, `placed` that of the question behind the country's name; None if unknown.
    """
    named = set(countries(question)) - {HOME}
    is_inbound = alone is not None and alone.side > SURE_SIDE
    if named:
        return is_inbound or named.isdisjoint(countries(country))
    if regions(question):
        return True
    if is_here(question) or HOME in countries(question):
        return is_inbound
    return is_inbound and is_of_china_only(question, alone, placed)


def is_of_china_only(question: str, alone: Closeness | None, placed: Closeness | None) -> bool:
    """Checks that no country has an answer to a question as close as China has."""
    if alone is None or placed is None or (leans(question) and not alone.is_clearly_inbound):
        return False
    return alone.of_side(INBOUND).highest - placed.of_side(OUTBOUND).highest > LEAD
