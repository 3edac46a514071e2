"""Roles: finds questions in which two things of one kind might have swapped roles.

Neither vectors nor token vectors distinguish "from A to B" from "from B to A", so such questions cannot be matched
across languages.
"""

from __future__ import annotations

import re

from bot.query.countries import countries, mentions
from text.lexicon.load import either, pattern

PARTIES = pattern("role.party")
"""Organisations and people: whoever pays, lends, owns, employs or sells."""
KINDS = (PARTIES, *(pattern(f"role.{key}") for key in ("permit", "business", "currency", "tax")))
"""Patterns of things of one kind; two in a question may have swapped roles."""
ACTS = pattern("role.act")
"""Acts of one party on another; languages leave open which party is meant."""
FROM = re.compile(rf"(?:{either('role.from')})(?: the)?\s*$", re.IGNORECASE)
INTO = re.compile(rf"(?:{either('role.into')})(?: the| a| o)?\s*$", re.IGNORECASE)


def names_two(question: str) -> bool:
    """Checks that a question names two things of one kind, such as countries."""
    return len(countries(question)) > 1 or any(len(kind.findall(question)) > 1 for kind in KINDS)


def may_be_swapped(one: str, other: str) -> bool:
    """Checks that two questions in different languages may have opposite meanings."""
    if any(names_two(each) or is_done_to(each) for each in (one, other)):
        return True
    return bool(opposites(one) & directions(other))


def is_done_to(question: str) -> bool:
    """Checks that a question names a party and an act on or by another."""
    return bool(PARTIES.search(question) and ACTS.search(question))


def directions(question: str) -> set[tuple[str, str]]:
    """Returns the countries that a question goes from or to: `(code, "from" or "to")`."""
    found = set()
    for words, code in mentions(question):
        before = question[: question.lower().find(words.lower())]
        found |= {(code, name) for name, way in (("from", FROM), ("to", INTO)) if way.search(before)}
    return found


def opposites(question: str) -> set[tuple[str, str]]:
    """Returns the directions of a question, reversed."""
    return {(code, "to" if way == "from" else "from") for code, way in directions(question)}
