"""Host countries: which of the countries that documents are about a question is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from bot.query.countries import HOME, countries, is_here, mention_spans
from bot.query.exemplars import Closeness
from store.documents import Metadata
from store.index import Index
from text.lexicon.load import alternatives, bodies

HOST_SHARE = 0.75
"""Least share of the nearest exemplars that guides to a country answer if a question that names none is about it.

People write kazakstan, or a place that no list has. Of 1,408 questions with an answer that name no host country 29 have
.6, 27 of them rightly; but a country without a guide that is misspelt, as Tajikstan, has .61 of its neighbour.
"""
THERE = re.compile(rf"(?:{alternatives('place.at')}|{alternatives('role.into')})(?: the| a| o)?\s*$", re.IGNORECASE)
"""What stands before the name of a country where something happens, or goes to."""
BEHIND = re.compile(rf"\s*(?:{bodies('place.behind')})(?!\w)", re.IGNORECASE)
"""The same behind the name, as in Hindi."""
GUIDE = re.compile(r"(?P<name>.+)\.[a-z]{2}\.md")
"""Source of a guide: its name, its language and the ending."""


def hosts_of(text: str, index: Index) -> tuple[str, ...]:
    """Returns the host countries that a text names.

    Empty for a Dutch company that asks about Qiantang: it does not ask about its home country.
    """
    hosts = tuple(country for country in countries(text) if country != HOME)
    return () if is_here(text) and not set(hosts) & covered_countries(index) else hosts


def hosts_before(asked: str, text: str, index: Index) -> tuple[str, ...]:
    """Returns the host countries that a question names, else those of `text`, its reading with the earlier questions.

    Keeps the earlier countries if it names only countries without documents, and not as places: "and if it is a
    Singapore fund?"
    """
    own, whole, known = hosts_of(asked, index), hosts_of(text, index), covered_countries(index)
    if own and asked != text and known.isdisjoint(own) and not happens_there(asked):
        return tuple(each for each in whole if each in known) or own
    return own or whole


def happens_there(text: str) -> bool:
    """Checks that something happens in, or goes to, a country that a text names."""
    return any(
        THERE.search(text[:start]) or BEHIND.match(text, end)
        for start, end, code in mention_spans(text)
        if code != HOME
    )


def host_from_exemplars(close: Closeness | None, documents: Mapping[str, Metadata]) -> tuple[str, ...]:
    """Returns the host country of the guides that answer the nearest exemplars; empty below HOST_SHARE."""
    shares, guides = defaultdict[str, float](float), close.guides if close else {}
    about = {guide_name(source): each.countries for source, each in documents.items()} if guides else {}
    for name, share in guides.items():
        if len(hosts := about.get(name, ())) == 1 and HOME not in hosts:
            shares[hosts[0]] += share
    return tuple(country for country, share in shares.items() if share >= HOST_SHARE)


def guide_name(source: str) -> str:
    """Returns the name that a guide shares with its translations; "" for another document."""
    named = GUIDE.fullmatch(source)
    return named["name"] if named else ""


def covered_countries(index: Index) -> set[str]:
    """Returns the countries that documents are about."""
    return {country for metadata in index.documents().values() for country in metadata.countries}
