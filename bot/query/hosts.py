"""Host countries: which of the countries that documents are about a question is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from bot.query.countries import HOME, countries, is_here
from bot.query.exemplars import Closeness
from store.documents import Metadata
from store.index import Index

TOLD = 0.75
"""Share of the nearest exemplars that guides to a country answer, from which a question that names none is about it.

People write kazakstan, or a place that no list has. Of 1,408 questions with an answer that name no host country 29 have
.6, 27 of them rightly; but a country without a guide that is misspelt, as Tajikstan, has .61 of its neighbour.
"""
GUIDE = re.compile(r"(?P<name>.+)\.[a-z]{2}\.md")
"""Source of a guide: its name, its language and the ending."""


def hosts_of(text: str, index: Index) -> tuple[str, ...]:
    """Returns the host countries that a text names.

    None for a Dutch company that asks about Qiantang: its home is not what it asks about.
    """
    hosts = tuple(country for country in countries(text) if country != HOME)
    return () if is_here(text) and not set(hosts) & covered(index) else hosts


def host_told(close: Closeness | None, documents: Mapping[str, Metadata]) -> tuple[str, ...]:
    """Returns the host country that the guides are about which answer the nearest exemplars; none if it is not sure."""
    shares, guides = defaultdict[str, float](float), close.guides if close else {}
    about = {guide_name(source): each.countries for source, each in documents.items()} if guides else {}
    for name, share in guides.items():
        if len(hosts := about.get(name, ())) == 1 and HOME not in hosts:
            shares[hosts[0]] += share
    return tuple(country for country, share in shares.items() if share >= TOLD)


def guide_name(source: str) -> str:
    """Returns the name that a guide shares with its translations; "" for another document."""
    named = GUIDE.fullmatch(source)
    return named["name"] if named else ""


def covered(index: Index) -> set[str]:
    """Returns the countries that documents are about."""
    return {country for metadata in index.documents().values() for country in metadata.countries}
