"""Negations of a text, for the languages that have word lists."""

from __future__ import annotations

import re

from text.lexicon.load import either, languages, pattern

NEGATIONS = {
    language: re.compile(either("facet.negation", language), re.IGNORECASE)
    for language in languages()
    if either("facet.negation", language)
}
ONLY_ASKING = pattern("facet.only_asking")
"""A negation that only asks."""


def has_negation(text: str, language: str) -> bool:
    """Checks that a text negates something; in a language without a word list, as English does."""
    return bool(NEGATIONS.get(language, NEGATIONS["en"]).search(ONLY_ASKING.sub("", text)))


def is_known(language: str) -> bool:
    """Checks that the negations of a language are known."""
    return language in NEGATIONS
