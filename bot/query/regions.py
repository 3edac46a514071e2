"""Regions of several countries that a text names, such as the EU and Africa."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from bot.query.countries import countries, country_name, mention_spans
from text.lexicon.load import alternatives, keys, languages, without_context, words


def regions(text: str) -> tuple[str, ...]:
    """Returns the keys of the regions named, in order: `eu`, not also `europe` for it.

    South Africa is no region, nor is the Central African Republic.
    """
    named = [range(start, end) for start, end, _ in mention_spans(text)]
    found = [match for match in region_pattern().finditer(text) if not is_part_of_one(match, named)]
    return tuple(dict.fromkeys(str(match.lastgroup) for match in found))


def is_part_of_one(match: re.Match[str], named: Iterable[range]) -> bool:
    """Checks that a match lies within one of some spans."""
    return any(match.start() in span and match.end() - 1 in span for span in named)


def region_name(region: str, language: str) -> str:
    """Returns the name of a region in a language, or in English: its first word."""
    own = words(f"region.{region}", language) if language in languages() else ()
    return without_context((own or words(f"region.{region}", "en"))[0])


def unknown_places(text: str, known: Collection[str], language: str) -> tuple[list[str], list[str]]:
    """Returns the names of countries and of regions of a text that are not known.

    `known` are codes of countries and keys of regions.
    """
    missing = [country_name(each, language) for each in countries(text) if each not in known]
    return missing, [region_name(each, language) for each in regions(text) if each not in known]


@cache
def region_pattern() -> re.Pattern[str]:
    """Matches any region; its key is the name of the group."""
    return re.compile("|".join(f"(?P<{key}>{alternatives(f'region.{key}')})" for key in keys("region")), re.IGNORECASE)
