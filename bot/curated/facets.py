"""Facets of a question: what it names and asks for.

Equivalent questions agree in all facets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.query.answer_type import ARTICLE, articles, expected_answer_type
from bot.query.countries import HOME, countries, other_cities
from bot.query.document_names import law
from bot.query.identifiers import CODE, NUMBER
from bot.query.query import spoken
from text.lexicon.load import either, keys, pattern
from text.lexicon.negation import has_negation
from text.numbers import figures, known_figures

CONCEPTS = {key.replace("_", " "): pattern(f"concept.{key}") for key in keys("concept")}
"""Concepts that differ by one word; two questions must both name one, or neither."""
DURATION = pattern("facet.duration")
MONEY = pattern("facet.money")
WHETHER = re.compile(
    rf"{either('facet.whether')}|^\W*(?:{either('facet.whether_first')})",
    re.IGNORECASE,
)
"""Yes-or-no questions."""
LATER_WHEN = re.compile(
    r"^(?!\W*(?:(?:since|by|until|from) )?when\b).*\bwhen\b(?!.*(?:\bdeadline|\bwhat date))", re.IGNORECASE
)
"""An English "when" that is a conjunction and asks nothing."""
AT_FIRST = {"manner": rf"|^\W*(?:{either('facet.manner_first')})"}
KINDS = tuple((key, re.compile(either(f"kind.{key}") + AT_FIRST.get(key, ""), re.IGNORECASE)) for key in keys("kind"))
ALIKE = frozenset(
    frozenset(pair.split())
    for pair in (
        *("number rate", "number amount", "number count", "rate amount", "duration date"),
        *("which rate", "which number", "which amount", "which date", "which papers", "which person"),
    )
)
"""Pairs of answer types that languages or wordings use for one thing."""


@dataclass(frozen=True)
class Named:
    """Facets of a question.

    - `countries`: in order of mention.
    - `figures`: figures in digits; `known`: these and those in words.
    - `kind`: answer type; may be empty.
    """

    language: str
    countries: tuple[str, ...]
    cities: frozenset[str]
    figures: frozenset[str]
    known: frozenset[str]
    articles: frozenset[str]
    law: str
    identifiers: frozenset[str]
    concepts: frozenset[str]
    negated: bool
    kind: str


STRICT = ("cities", "articles", "identifiers", "concepts", "negated")
"""Facets that must be equal."""


@lru_cache(maxsize=4096)
def named(question: str) -> Named:
    """Returns the facets of a question in any language."""
    language = spoken(question)
    plain = ARTICLE.sub(" ", without_codes(question))
    return Named(
        language,
        countries(question),
        frozenset(city.lower() for city in other_cities(question)),
        frozenset(figures(plain)),
        frozenset(known_figures(plain)),
        frozenset(articles(question)),
        law(question),
        frozenset(codes(question)),
        frozenset(name for name, words in CONCEPTS.items() if words.search(question)),
        has_negation(question, language),
        kind(question),
    )


def without_codes(question: str) -> str:
    """Returns a question without its customs codes and document numbers."""
    return NUMBER.sub(" ", CODE.sub(" ", question))


def codes(question: str) -> list[str]:
    """Returns the customs codes and document numbers, as digits only."""
    found = [match[0] for pattern in (CODE, NUMBER) for match in pattern.finditer(question)]
    return ["".join(filter(str.isdigit, each)) for each in found]


def kind(question: str) -> str:
    """Returns the answer type, such as a duration; "" if there is none."""
    if WHETHER.search(question):
        return "whether"
    if DURATION.search(question):
        return "duration"
    if MONEY.search(question):
        return "amount"
    asked = expected_answer_type(question)
    if asked and not (asked.name == "date" and LATER_WHEN.search(question)) and asked.name != "telephone or address":
        return asked.name
    return next((name for name, words in KINDS if words.search(question)), "")


def agree(one: Named, other: Named) -> bool:
    """Checks that two questions name the same things and have the same answer type.

    Within one language the countries must be in the same order, which tells from and to.
    """
    if any(getattr(one, name) != getattr(other, name) for name in STRICT):
        return False
    if {*one.countries} - {HOME} != {*other.countries} - {HOME} or (one.law and other.law and one.law != other.law):
        return False
    if one.language == other.language and one.countries != other.countries and len(one.countries) > 1:
        return False
    if not (one.figures <= other.known and other.figures <= one.known):
        return False
    kinds = {one.kind, other.kind}
    return len(kinds) == 1 or "" in kinds or frozenset(kinds) in ALIKE
