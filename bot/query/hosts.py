"""Host countries: which of the countries that documents are about a question is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise

from bot.query.countries import HOME, countries, is_here, mentions
from bot.query.exemplars import INBOUND, Closeness, closeness
from bot.query.payments import FROM, side_of_payment
from store.documents import Metadata
from store.index import Index, Vector
from text.lexicon.load import alternatives, bodies

HOST_SHARE = 0.75
"""Least share of the nearest exemplars that guides to a country answer if a question that names none is about it.

People write kazakstan, or a place that no list has. Of 1,408 questions with an answer that name no host country 29 have
.6, 27 of them rightly; but a country without a guide that is misspelt, as Tajikstan, has .61 of its neighbour.
"""
IN_CHINA = re.compile(alternatives("place.inside"), re.IGNORECASE)
"""Says that something happens in China: "in Qiantang"."""
THERE = re.compile(rf"(?:{alternatives('place.at')}|{alternatives('role.into')})(?: the| a| o)?\s*$", re.IGNORECASE)
"""What stands before the name of a country where something happens, or goes to."""
BEHIND = re.compile(rf"\s*(?:{bodies('place.behind')})(?!\w)", re.IGNORECASE)
"""The same behind the name, as in Hindi."""
OURS, NEAR = re.compile(alternatives("place.ours"), re.IGNORECASE), 25
"""Says within so many characters before a place that it is the asker's own: "our company in Hangzhou"."""
OWN_SIDE, OWN_LEAD = 0.8, 0.2
"""Least `side` of a question without the country's name if that is the asker's own country, and the largest lead, in
the question as it stands, of exemplars on going abroad over those on coming to China.

Of 500 training and development questions that pass 497 are about China; 40 of them counted as being about that country.
"""
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
    named = names_in(text)
    parts = named.split(text) if named else []
    return any(THERE.search(before) or BEHIND.match(behind) for before, behind in pairwise(parts))


def names_in(text: str) -> re.Pattern[str] | None:
    """Returns a pattern of the names of host countries in a text; None if it names none."""
    named = "|".join(re.escape(words) for words, code in mentions(text) if code != HOME)
    return re.compile(rf"(?<![A-Za-z])(?:{named})(?![A-Za-z])") if named else None


def host_from_exemplars(close: Closeness | None, documents: Mapping[str, Metadata]) -> tuple[str, ...]:
    """Returns the host country of the guides that answer the nearest exemplars; empty below HOST_SHARE."""
    shares, guides = defaultdict[str, float](float), close.guides if close else {}
    about = {guide_name(source): each.countries for source, each in documents.items()} if guides else {}
    for name, share in guides.items():
        if len(hosts := about.get(name, ())) == 1 and HOME not in hosts:
            shares[hosts[0]] += share
    return tuple(country for country, share in shares.items() if share >= HOST_SHARE)


def by_place(text: str, close: Closeness, encode: Callable[[str], Vector | None]) -> Closeness:
    """Returns the closeness of a question; exemplars of the other side are far if a payment surely goes one way.

    Those on going abroad are far, too, if it names only the asker's own country.

    "Can a UAE company own 100% in Qiantang?" comes nearest to questions on the UAE; without that name it is surely
    (OWN_SIDE) about coming to China. As it stands it may not be much closer (OWN_LEAD) to questions on going abroad.
    `encode` gives vectors of questions.
    """
    if side := side_of_payment(text):
        return close.of_side(side)
    alone = without_own_country(text)
    nameless = closeness(encode(alone)) if alone else None
    if nameless is None or nameless.side <= OWN_SIDE:
        return close
    inbound = close.of_side(INBOUND)
    return inbound if close.highest - inbound.highest <= OWN_LEAD else close


def without_own_country(text: str) -> str:
    """Returns a text without the one host country that it names, if something happens in China and not there.

    "" if it names none or several, or if the place in China is the asker's own ("our company in Hangzhou") and nothing
    says that somebody comes from that country.
    """
    named, china = names_in(text), IN_CHINA.search(text)
    if not named or not china or len({*countries(text)} - {HOME}) != 1 or happens_there(text):
        return ""
    is_ours = OURS.search(text, max(0, china.start() - NEAR), china.start())
    comes_from = any(FROM.search(before) for before in named.split(text)[:-1])
    return "" if is_ours and not comes_from else named.sub(" ", text)


def guide_name(source: str) -> str:
    """Returns the name that a guide shares with its translations; "" for another document."""
    named = GUIDE.fullmatch(source)
    return named["name"] if named else ""


def covered_countries(index: Index) -> set[str]:
    """Returns the countries that documents are about."""
    return {country for metadata in index.documents().values() for country in metadata.countries}
