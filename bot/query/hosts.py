"""Host countries: finds those that a question is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

import numpy as np

from bot.query.countries import HOME, countries, is_here, mention_spans, replace_hosts
from bot.query.exemplars import FARTHEST, NO_GUIDE, OUTBOUND, Closeness, closeness
from store.documents import Metadata
from store.embeddings.vectors import Floats
from store.index import Index
from text.language import question_language
from text.lexicon.load import alternatives, bodies, languages, words

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


def weigh_hosts(
    text: str, close: Closeness, documents: Mapping[str, Metadata], encode: Callable[[str], Floats | None]
) -> Closeness:
    """Returns the closeness of a question, by the host countries that it names.

    If it names none, guides to one country are behind. If it does, it is also compared without their names with what
    guides to no country answer: how long a filing in China takes does not depend on the country.
    """
    about = hosts_by_guide(documents).keys()
    if not set(countries(text)) - {HOME}:
        return close.behind(about, UNNAMED)
    general = closeness(encode(without_names(text)))
    return or_in_general(close, general, about) if general else close


def without_names(text: str) -> str:
    """Returns a text with words for any foreign country in place of host countries."""
    language = question_language(text)
    return replace_hosts(text, words("place.foreign", language if language in languages() else "en")[0])


def or_in_general(close: Closeness, general: Closeness, hosts: Collection[str]) -> Closeness:
    """Returns the closeness, or that of a question without names where it is higher.

    Only for exemplars on going abroad that other guides than `hosts` answer, and if one of these then comes nearer than
    all others do to the question as it was asked: those on the country itself, and those that nothing answers.
    """
    known = close.exemplars
    is_host = np.array([name in hosts or number == NO_GUIDE for number, name in enumerate(known.names)])
    is_general = (known.sides == OUTBOUND) & ~is_host[known.guides]
    nearest, others = (each.max(initial=FARTHEST) for each in (general.cosines[is_general], close.cosines[~is_general]))
    if nearest <= others:
        return close
    return Closeness(known, np.where(is_general, np.maximum(close.cosines, general.cosines), close.cosines))


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
