"""Countries to choose from if a question lacks one and their rules differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from babel.languages import get_territory_language_info

from bot.query.continuation import WITH_CHINA
from bot.query.countries import HOME, INBOUND, OUTBOUND, OWN_RULES, country_name, is_here, mentions, other_cities
from bot.query.query import Query
from bot.query.regions import regions
from store.documents import Metadata, Passage
from store.index import query_terms
from text.lexicon.load import pattern
from text.sorting import name_order

FEWEST, CHOICES = 3, 8
"""Fewest countries in the documents for asking which one; most countries offered."""
SHORT_TERMS, BARE_TERMS = 7, 3
"""Most terms of an unclear question; up to BARE_TERMS it always is unclear."""
ASKS_FOR_COUNTRIES = pattern("clarification.countries")
SPOKEN = 10
"""Least percentage of people who speak the person's language, of a country that is offered before others."""


def open_places(
    question: Query, found: Sequence[Passage], documents: Iterable[Metadata], is_decided: bool, support: float
) -> tuple[str, ...]:
    """Returns the countries to choose from if a question lacks one, else none.

    `is_decided` is True if nothing about another country answers nearly as well as the best snippet; `support` is the
    answerability score.
    """
    choices = places(question, found, documents)
    return tuple(choices) if lacks_place(question, choices, is_decided, support) else ()


def lacks_place(question: Query, choices: Sequence[str], is_decided: bool, support: float) -> bool:
    """Checks that a question needs a country that neither it nor its answer tells.

    Its vectors and words tell so, or it is short and on a subject on which each country has its own rules. Only with
    enough `choices`.
    """
    asked = question.text
    if len(choices) < FEWEST or asked != question.asked or other_cities(asked):
        return False
    host = bool(question.countries) or any(code != HOME for _, code in mentions(asked))
    if question.is_placeless(support):
        return not (host or regions(asked))
    if not OWN_RULES.search(asked):
        return False
    says_way = OUTBOUND.search(asked) or INBOUND.search(asked) or is_here(asked)
    said = host or regions(asked) or ((question.home or says_way) and not WITH_CHINA.search(asked))
    if said or ASKS_FOR_COUNTRIES.search(asked) or question.is_exact or question.law or question.is_clearly_inbound:
        return False
    length = len(query_terms(asked))
    return length <= BARE_TERMS or (length <= SHORT_TERMS and not is_decided)


def places(question: Query, passages: Sequence[Passage], documents: Iterable[Metadata]) -> list[str]:
    """Returns up to CHOICES countries of the documents: China, then by name.

    Only countries with a guide of their own: those in which the person's language is spoken before others, then those
    of the passages found. Their names are in the person's language.
    """
    guided = dict.fromkeys(code for each in documents if len(each.countries) == 1 for code in each.countries)
    found = [each.metadata.countries for each in passages]
    ordered = dict.fromkeys(chain(*(each for each in found if len(each) == 1), *found, guided))
    hosts = [code for code in ordered if code in guided and code != HOME]
    nearest = sorted(hosts, key=lambda code: not is_spoken(question.language, code))[: CHOICES - 1]
    names = (country_name(code, question.language) for code in nearest)
    named = sorted(filter(None, names), key=name_order(question.language))
    return [country_name(HOME, question.language), *named] if HOME in guided else named


def is_spoken(language: str, country: str) -> bool:
    """Checks that a language is spoken in a country; English tells nothing."""
    share = get_territory_language_info(country).get(language, {}).get("population_percent")
    return language != "en" and isinstance(share, float) and share >= SPOKEN
