"""Host countries: finds those that a question is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from bot.query.countries import HOME, countries, is_here, mention_spans
from bot.query.exemplars import Closeness
from store.documents import Metadata
from store.index import Index
from text.lexicon.load import alternatives, bodies

HOST_SHARE = 0.7
"""Least share of the nearest exemplars by which a country is inferred.

The share that guides to this country answer; for a question that names no country.
People write kazakstan, or a place that no list has. Of 1,408 questions with an answer that name no host country 29 have
.6, 27 of them rightly; but a country without a guide that is misspelt, as Tajikstan, has .61 of its neighbour.
"""
UNNAMED = 0.05
"""Lag in closeness of exemplars on one host country, for a question that names none.

Of 6,384 training questions that name neither a country nor a place in China 5 of 100 are about one host country.
"""
THERE = re.compile(rf"(?:{alternatives('place.at')}|{alternatives('role.into')})(?: the| a| o)?\s*$", re.IGNORECASE)
"""Words before a country's name if something happens in it, or goes to it."""
BEHIND = re.compile(rf"\s*(?:{bodies('place.behind')})(?!\w)", re.IGNORECASE)
"""Words behind a country's name with that meaning, as in Hindi."""
GUIDE = re.compile(r"(?P<name>.+)\.[a-z]{2}\.md")
"""Source of a guide: its name, its language and the ending."""


def hosts_of(text: str, index: Index) -> tuple[str, ...]:
    """Returns the host countries that a text names.

    Empty for a Dutch company that asks about Qiantang: it does not ask about its home country.
    """
    hosts = tuple(country for country in countries(text) if country != HOME)
    return () if is_here(text) and not set(hosts) & find_covered_countries(index) else hosts


def hosts_before(asked: str, text: str, index: Index) -> tuple[str, ...]:
    """Returns the host countries that a question names, else those named earlier.

    `text` is its reading with the earlier questions. Keeps the earlier countries if it names only countries without
    documents, and not as places: "and if it is a Singapore fund?"
    """
    own, whole, known = hosts_of(asked, index), hosts_of(text, index), find_covered_countries(index)
    if own and asked != text and known.isdisjoint(own) and not happens_there(asked):
        return tuple(each for each in whole if each in known) or own
    return own or whole


def happens_there(text: str, is_home: bool = False) -> bool:
    """Checks that something happens in, or goes to, a host country that a text names.

    In China or a place in it, if `is_home`.
    """
    return any(
        THERE.search(text[:start]) or BEHIND.match(text, end)
        for start, end, code in mention_spans(text)
        if (code == HOME) == is_home
    )


def host_from_exemplars(close: Closeness | None, documents: Mapping[str, Metadata]) -> tuple[str, ...]:
    """Returns the host country that the nearest exemplars tell; () if none does.

    That of the guides that answer at least HOST_SHARE of them.
    """
    if close is None:
        return ()
    shares, hosts = defaultdict[str, float](float), hosts_by_guide(documents)
    for name, share in close.guides.items():
        if name in hosts:
            shares[hosts[name]] += share
    return tuple(country for country, share in shares.items() if share >= HOST_SHARE)


def hosts_behind(text: str, close: Closeness, documents: Mapping[str, Metadata]) -> Closeness:
    """Returns the closeness of a question, host countries behind if it names none."""
    if any(code != HOME for _, _, code in mention_spans(text)):
        return close
    return close.behind(hosts_by_guide(documents).keys(), UNNAMED)


def hosts_by_guide(documents: Mapping[str, Metadata]) -> dict[str, str]:
    """Returns the host country of each guide that is about a single one, by its name."""
    about = {guide_name(source): each.countries for source, each in documents.items()}
    return {name: own[0] for name, own in about.items() if name and len(own) == 1 and HOME not in own}


def guide_name(source: str) -> str:
    """Returns the name that a guide shares with its translations; "" for others."""
    named = GUIDE.fullmatch(source)
    return named["name"] if named else ""


def find_covered_countries(index: Index) -> set[str]:
    """Returns the countries that documents are about."""
    return {country for metadata in index.documents().values() for country in metadata.countries}
