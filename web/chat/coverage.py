"""Explains a refusal about a country that the documents do not cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answer
from bot.messages import join_names
from bot.outcomes import Outcome
from bot.query.countries import HOME, countries, country_name
from bot.starters.questions import Starter
from web.chat.start_page import choice
from web.context import StartersLike
from web.sorting import name_order

MOST = 3
"""Questions offered that hold for every country."""


@dataclass(frozen=True)
class Coverage:
    """Missing and covered countries.

    - `missing`: the countries asked about that no document is about, in words.
    - `covered`: the countries that documents are about, in words, as readers sort them.
    - `everywhere`: answered questions that hold whatever the country is.
    """

    missing: str
    covered: str
    everywhere: tuple[Starter, ...]


def describe_coverage(answer: Answer, starters: StartersLike, language: str) -> Coverage | None:
    """Returns the coverage for a refusal about uncovered countries; else None."""
    if answer.outcome is not Outcome.NOT_IN_KNOWLEDGE_BASE or not answer.complete:
        return None
    known = starters.offer().countries
    asked = [code for code in countries(answer.standalone_question) if code != HOME]
    is_inbound = any(each.metadata.audience == "inbound" for each in answer.passages[:1])
    missing = [code for code in asked if code not in known]
    if not known or not missing or is_inbound:  # of who comes here it is the own country
        return None
    return Coverage(names(missing, language), names(known, language, is_sorted=True), everywhere(starters, language))


def names(codes: Sequence[str], language: str, is_sorted: bool = False) -> str:
    named = [country_name(code, language) for code in codes]
    return join_names(sorted(named, key=name_order(language)) if is_sorted else named, language)


def everywhere(starters: StartersLike, language: str) -> tuple[Starter, ...]:
    """Returns known examples on going abroad that name no country, without a search."""
    examples = starters.known(choice("outbound", language))
    return tuple(each for each in examples if not set(countries(each.question)) - {HOME})[:MOST]
