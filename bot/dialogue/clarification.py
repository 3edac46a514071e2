"""Clarifying questions: ask back if the country or the subject is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from babel import Locale

from bot.dialogue.follow_ups import SUGGESTED, next_questions
from bot.messages import join_names, join_titles, text
from bot.query.countries import HOME, NAME_LANGUAGES, countries, country_name, is_here, mentions, other_cities
from bot.query.query import Query
from store.documents import Metadata, Passage
from store.index import query_terms
from text.lexicon.load import pattern
from text.scripts import IDEOGRAPH

FEWEST, CHOICES = 3, 8
"""Fewest countries in the documents for asking which one; most countries offered."""
SHORT_TERMS, BARE_TERMS = 7, 3
"""Most terms of an unclear question; up to BARE_TERMS it always is unclear."""
IDEOGRAPHS = 3
"""Longest question, in ideographs, that is taken for a mere name."""

OWN_RULES = pattern("clarification.own_rules")
"""Subjects on which each country has its own rules."""
WITH_CHINA = pattern("clarification.treaty")
"""Treaties and agreements, in which China is named as the other side."""
OUTBOUND, INBOUND = pattern("scope.outbound"), pattern("scope.inbound")
"""Words for going abroad, and for coming to China."""


@dataclass(frozen=True)
class Back:
    """A clarifying question, and complete questions to choose from."""

    text: str
    choices: tuple[str, ...]


def open_places(
    question: Query, found: Sequence[Passage], documents: Iterable[Metadata], is_decided: bool
) -> tuple[str, ...]:
    """Returns the countries to choose from if a question lacks one, else none.

    `is_decided` is True if nothing about another country answers nearly as well as the best snippet.
    """
    choices = places(question, found, documents)
    return tuple(choices) if lacks_place(question, choices, is_decided) else ()


def ask_back(
    question: Query, found: Sequence[Passage], choices: Sequence[str], is_first: bool, support: float
) -> Back | None:
    """Returns a clarifying question if country or subject is unclear, else None.

    `choices` are the countries to choose from, empty if the country is clear. `is_first` is True if nothing was asked
    before, `support` that of the passages found.
    """
    if choices:
        body = text("needs_clarification", question.language, choices=join_names(choices, question.language))
        return Back(body, tuple(add_country(question, each) for each in choices))
    if is_first and lacks_subject(question, support):
        titles = list(dict.fromkeys(passage.metadata.title for passage in found))[:SUGGESTED]
        body = text("needs_subject", question.language, choices=join_titles(titles, question.language))
        return Back(body, next_questions(question.language, found, [question.text]))
    return None


def lacks_place(question: Query, choices: Sequence[str], is_decided: bool) -> bool:
    """Checks that a question needs a country that neither it names nor what answers it decides.

    Only for subjects on which each country has its own rules, and with enough `choices`.
    """
    asked = question.text
    if len(choices) < FEWEST or asked != question.asked or not OWN_RULES.search(asked) or other_cities(asked):
        return False
    host = bool(question.countries) or any(code != HOME for _, code in mentions(asked))
    says_way = OUTBOUND.search(asked) or INBOUND.search(asked) or is_here(asked)
    said = host or ((question.home or says_way) and not WITH_CHINA.search(asked))
    if said or question.is_exact or question.law or question.is_clearly_inbound:
        return False
    length = len(query_terms(asked))
    return length <= BARE_TERMS or (length <= SHORT_TERMS and not is_decided)


def is_elsewhere(question: str, country: str) -> bool:
    """Checks that a question is not about the country chosen: it names another one, or is about investing here.

    A topic may be chosen instead of a country; any question may be about it.
    """
    if not country_name(country, "en"):
        return False
    if named := set(countries(question)) - {HOME}:
        return country not in named
    return is_here(question) and not OUTBOUND.search(question)


def lacks_subject(question: Query, support: float) -> bool:
    """Checks that a question is vague, or is only a name without an answer; of a single word whatever is found."""
    plain = re.sub(r"[\W_]+", " ", question.text).strip()
    is_long = len(query_terms(question.text)) > 1
    return question.is_vague(support if is_long else 0.0) or (support <= 0 and is_a_name(plain))


def is_a_name(plain: str) -> bool:
    """Checks that a question is one word, or up to three ideographs."""
    return " " not in plain and (not IDEOGRAPH.search(plain) or len(plain) <= IDEOGRAPHS)


def places(question: Query, passages: Sequence[Passage], documents: Iterable[Metadata]) -> list[str]:
    """Returns up to CHOICES countries of the documents, in the person's language.

    Only countries with a guide of their own: China first, then those of the passages found.
    """
    guided = dict.fromkeys(code for each in documents if len(each.countries) == 1 for code in each.countries)
    found = [each.metadata.countries for each in passages]
    ordered = chain([HOME], *(each for each in found if len(each) == 1), *found, guided)
    codes = list(dict.fromkeys(code for code in ordered if code in guided))[:CHOICES]
    names = Locale(question.language if question.language in NAME_LANGUAGES else "en").territories
    return [names[code] for code in codes if code in names]


def add_country(question: Query, place: str) -> str:
    """Returns the question asked about one country."""
    return f"{place}{question.text}" if question.language == "zh" else f"{place}: {question.text}"
