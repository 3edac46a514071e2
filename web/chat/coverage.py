"""Says what the documents cover if a country asked about is not among it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answer import Answer
from bot.outcomes import Outcome
from bot.query.countries import HOME, countries, country_name
from bot.starters.questions import Starter
from text.sorting import join_names, name_order
from web.chat.start_page import choice
from web.context import StartersLike

MOST = 3
"""Questions offered that hold for every country."""


@dataclass(frozen=True)
class Coverage:
    """Countries that documents are about, and questions that need none.

    - `covered`: these countries in words, as readers sort them.
    - `everywhere`: answered questions that hold whatever the country is.
    """

    covered: str
    everywhere: tuple[Starter, ...]


def describe_coverage(answer: Answer, starters: StartersLike, language: str) -> Coverage | None:
    """Returns the coverage for a refusal that warns of uncovered places.

    None for any other answer, and while no country is known.
    """
    is_warned = any(each.kind == "uncovered" for each in answer.warnings)
    known = starters.offer().countries
    if not (is_warned and known) or answer.outcome is not Outcome.NOT_IN_KNOWLEDGE_BASE:
        return None
    covered = sorted((country_name(code, language) for code in known), key=name_order(language))
    return Coverage(join_names(covered, language), everywhere(starters, language))


def everywhere(starters: StartersLike, language: str) -> tuple[Starter, ...]:
    """Returns known examples on going abroad that name no country, without a search."""
    examples = starters.list_cached(choice("outbound", language))
    return tuple(each for each in examples if not set(countries(each.question)) - {HOME})[:MOST]
