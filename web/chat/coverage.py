"""Explains a refusal about a country or region that the documents do not cover."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answer import Answer
from bot.outcomes import Outcome
from bot.query.countries import HOME, countries, country_name
from bot.query.regions import unknown_places
from bot.starters.questions import Starter
from text.sorting import join_names, name_order
from web.chat.start_page import choice
from web.context import StartersLike
from web.i18n import texts

MOST = 3
"""Questions offered that hold for every country."""


@dataclass(frozen=True)
class Coverage:
    """Missing and covered countries.

    - `missing`: a sentence on the countries, or else regions, asked about that no document is about.
    - `covered`: the countries that documents are about, in words, as readers sort them.
    - `everywhere`: answered questions that hold whatever the country is.
    """

    missing: str
    covered: str
    everywhere: tuple[Starter, ...]


def describe_coverage(answer: Answer, starters: StartersLike, language: str) -> Coverage | None:
    """Returns the coverage for a refusal about uncovered places; else None."""
    if answer.outcome is not Outcome.NOT_IN_KNOWLEDGE_BASE or not answer.complete:
        return None
    known, question = starters.offer().countries, answer.standalone_question
    is_inbound = any(each.metadata.audience == "inbound" for each in answer.passages[:1])
    missing, areas = unknown_places(question, {HOME, *known}, language)
    if not known or not (missing or areas) or is_inbound:  # of who comes here it is the own country
        return None
    covered = sorted((country_name(code, language) for code in known), key=name_order(language))
    words = texts(language)["coverage.missing" if missing else "coverage.region"]
    return Coverage(
        words.format(names=join_names(missing or areas, language)),
        join_names(covered, language),
        everywhere(starters, language),
    )


def everywhere(starters: StartersLike, language: str) -> tuple[Starter, ...]:
    """Returns known examples on going abroad that name no country, without a search."""
    examples = starters.known(choice("outbound", language))
    return tuple(each for each in examples if not set(countries(each.question)) - {HOME})[:MOST]
