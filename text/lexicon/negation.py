"""Negations of a text, for the languages that have word lists."""

from __future__ import annotations

import re

from text.lexicon.load import alternatives, languages, pattern

NEGATIONS = {
    language: re.compile(alternatives("facet.negation", language), re.IGNORECASE)
    for language in languages()
    if alternatives("facet.negation", language)
}
ONLY_ASKING = pattern("facet.only_asking")
"""A negation that only asks, and denies nothing."""

APART = pattern("facet.no_negation", "limit.least_before", "limit.most_before")
"""Words that are no negation in a statement, and limits such as 不超过."""

DENIAL = pattern("facet.denial")
"""Words that deny without a negation, such as 禁止 and "exempt"."""


def has_negation(text: str, language: str) -> bool:
    """Checks that a text negates something.

    A language without a word list is read as English.
    """
    return bool(NEGATIONS.get(language, NEGATIONS["en"]).search(ONLY_ASKING.sub("", text)))


def denies(text: str, language: str) -> bool:
    """Checks that a statement negates something.

    A limit such as 不超过 or "no more than" is no negation.
    """
    plain = APART.sub(" ", text)
    return has_negation(plain, language) or bool(DENIAL.search(plain))


def is_known(language: str) -> bool:
    """Checks that the negations of a language are known."""
    return language in NEGATIONS
