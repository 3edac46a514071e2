"""Facets of a question: what it names and asks for, and how two questions differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.query.answer_type import ARTICLE, articles, find_answer_type, years
from bot.query.countries import HOME, countries, mentions, other_cities
from bot.query.document_names import law
from bot.query.identifiers import CODE, NUMBER
from store.index.tables.full_text import ASKING, STOP_WORDS, stem
from text.language import question_language
from text.lexicon.load import alternatives, keys, pattern
from text.lexicon.negation import has_negation
from text.numbers import figures, find_all_figures
from text.scripts import IDEOGRAPHS

CONCEPTS = {key.replace("_", " "): pattern(f"concept.{key}") for key in keys("concept")}
"""Concepts that differ by one word; two questions must both name one, or neither."""
DURATION = pattern("facet.duration")
MONEY = pattern("facet.money")
WHETHER = re.compile(
    rf"{alternatives('facet.whether')}|^\W*(?:{alternatives('facet.whether_first')})",
    re.IGNORECASE,
)
"""Yes-or-no questions."""
LATER_WHEN = re.compile(
    r"^(?!\W*(?:(?:since|by|until|from) )?when\b).*\bwhen\b(?!.*(?:\bdeadline|\bwhat date))", re.IGNORECASE
)
"""An English "when" that is a conjunction and asks nothing."""
AT_FIRST = {"manner": rf"|^\W*(?:{alternatives('facet.manner_first')})"}
KINDS = tuple(
    (key, re.compile(alternatives(f"kind.{key}") + AT_FIRST.get(key, ""), re.IGNORECASE)) for key in keys("kind")
)
ALIKE = frozenset(
    frozenset(pair.split())
    for pair in (
        *("number rate", "number amount", "number count", "rate amount", "duration date"),
        *("which rate", "which number", "which amount", "which date", "which papers", "which person"),
    )
)
"""Pairs of answer types that languages or wordings use for one thing."""


PARTIES = pattern("role.party")
"""Organisations and people that pay, lend, own, employ or sell."""
ACTS = re.compile(rf"(?:{alternatives('role.act')})[^\W{IDEOGRAPHS}]*", re.IGNORECASE)
"""Verbs for what one party does to another."""
ROLES = (PARTIES, *(pattern(f"role.{key}") for key in ("permit", "business", "currency", "tax")))
"""Things of one kind; two in a question may have swapped roles."""
WORD = rf"([{IDEOGRAPHS}]{{2}}|[^\W{IDEOGRAPHS}]+)"
BEFORE, BEHIND = re.compile(rf"{WORD}\W?$"), re.compile(rf"^\W(?:\w{{1,3}}\W)?{WORD}")
"""Word next to a thing that tells it apart: a Chinese or a foreign company."""
WORDS = re.compile(rf"[{IDEOGRAPHS}]|[^\W{IDEOGRAPHS}]+")
ALMOST = 0.6
"""Share of equal words from which a single other word counts as a difference."""
STEM = 4
"""Characters compared of a thing and the word next to it, as endings vary."""
FROM = re.compile(rf"(?:{alternatives('role.from')})(?: the)?\s*$", re.IGNORECASE)
INTO = re.compile(rf"(?:{alternatives('role.into')})(?: the| a| o)?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Facets:
    """Things that a question names, and the type of answer that it asks for.

    - `countries`: in order of mention.
    - `figures`: figures in digits; `known`: these and those in words.
    - `exact`: articles, customs codes, document numbers, years and cities.
    - `kind`: answer type; may be empty.
    - `roles`: for each kind of things that may swap roles, those that it names, in order.
    - `neighbours`: as `roles`, with a word before or behind each thing.
    - `acts`: what a party does, if it names one; `ways`: countries with "from" or "to".
    """

    language: str
    countries: tuple[str, ...]
    figures: frozenset[str]
    known: frozenset[str]
    exact: frozenset[str]
    law: str
    concepts: frozenset[str]
    is_negated: bool
    kind: str
    roles: tuple[tuple[str, ...], ...]
    neighbours: tuple[tuple[str, ...], ...]
    acts: frozenset[str]
    ways: frozenset[tuple[str, str]]


@lru_cache(maxsize=4096)
def facets(question: str) -> Facets:
    """Returns the facets of a question in any language."""
    language = question_language(question)
    plain = ARTICLE.sub(" ", without_codes(question))
    return Facets(
        language,
        countries(question),
        frozenset(figures(plain)),
        frozenset(find_all_figures(plain)),
        frozenset((*articles(question), *codes(question), *years(question), *map(str.lower, other_cities(question)))),
        law(question),
        frozenset(name for name, words in CONCEPTS.items() if words.search(question)),
        has_negation(question, language),
        answer_kind(question),
        tuple(tuple(match[0] for match in each.finditer(question.lower())) for each in ROLES),
        tuple(
            named
            for each in ROLES
            for named in with_neighbours(question.lower(), list(each.finditer(question.lower())))
        ),
        frozenset(ACTS.findall(question.lower()) if PARTIES.search(question) else ()),
        frozenset(ways(question)),
    )


def with_neighbours(question: str, things: Sequence[re.Match[str]]) -> Iterator[tuple[str, ...]]:
    """Yields things in their order with the words before them, and with those behind."""
    for beside, texts in (
        (BEFORE, [question[: each.start()] for each in things]),
        (BEHIND, [question[each.end() :] for each in things]),
    ):
        words = [match[1][:STEM] if (match := beside.search(text)) else "" for text in texts]
        yield tuple(f"{word} {each[0][:STEM]}" for word, each in zip(words, things, strict=True))


def ways(question: str) -> Iterator[tuple[str, str]]:
    """Yields the countries that a question goes from or to."""
    for words, code in mentions(question):
        before = question[: question.lower().find(words.lower())]
        yield from ((code, name) for name, way in (("from", FROM), ("to", INTO)) if way.search(before))


def without_codes(question: str) -> str:
    """Returns a question without its customs codes and document numbers."""
    return NUMBER.sub(" ", CODE.sub(" ", question))


def codes(question: str) -> list[str]:
    """Returns the customs codes and document numbers, as digits only."""
    found = [match[0] for pattern in (CODE, NUMBER) for match in pattern.finditer(question)]
    return ["".join(filter(str.isdigit, each)) for each in found]


def answer_kind(question: str) -> str:
    """Returns the answer type, such as a duration; "" if there is none."""
    if WHETHER.search(question):
        return "whether"
    if DURATION.search(question):
        return "duration"
    if MONEY.search(question):
        return "amount"
    asked = find_answer_type(question)
    if asked and not (asked.name == "date" and LATER_WHEN.search(question)) and asked.name != "telephone or address":
        return asked.name
    return next((name for name, words in KINDS if words.search(question)), "")


def differences(one: Facets, other: Facets) -> dict[str, float]:
    """Returns for each facet whether two questions differ in it, 1 or 0."""
    kinds = {one.kind, other.kind}
    is_alike = len(kinds) == 1 or "" in kinds or frozenset(kinds) in ALIKE
    is_other_law = bool(one.law and other.law and one.law != other.law)
    differ = {
        "countries": {*one.countries} - {HOME} != {*other.countries} - {HOME},
        "figures": not (one.figures <= other.known and other.figures <= one.known),
        "exact": one.exact != other.exact or is_other_law,
        "concepts": one.concepts != other.concepts,
        "negation": one.is_negated != other.is_negated,
        "kind": not is_alike,
        "unsure kind": len(kinds) > 1 or "" in kinds,
    }
    return {name: float(each) for name, each in differ.items()}


def may_be_swapped(one: Facets, other: Facets) -> bool:
    """Checks that two questions might say the opposite with the same words.

    As "who pays whom" may. Neither vectors nor token vectors tell "from A to B" from "from B to A". Within a language
    the order of the words and their endings tell. In another one only countries do: two parties are never sure.
    """
    opposite = {(code, "to" if way == "from" else "from") for code, way in one.ways}
    if opposite & other.ways or not is_in_order(one.countries, other.countries):
        return True
    if one.language != other.language:
        return any(len(things) > 1 for each in (one, other) for things in each.roles)
    pairs = zip(one.roles, other.roles, strict=True)
    if any(things != others for things, others in pairs if min(len(things), len(others)) > 1):
        return True
    is_other_act = bool(one.acts and other.acts and one.acts != other.acts)
    return is_other_act or not all(map(is_in_order, one.neighbours, other.neighbours))


def has_other_word(one: str, other: str) -> bool:
    """Checks that two questions differ only in one place, such as 备案 and 核准.

    Each has a word of its own there. Token vectors tell such words least of all. Two free wordings of a question hardly
    ever differ in so little.
    """
    words, others = content(one), content(other)
    start = count_common_start(words, others)
    end = count_common_start(words[start:][::-1], others[start:][::-1])
    mine, theirs = words[start : len(words) - end], others[start : len(others) - end]
    is_almost_same = start + end >= ALMOST * max(len(words), len(others))
    return is_almost_same and not ({*mine} <= {*theirs} or {*theirs} <= {*mine})


@lru_cache(maxsize=4096)
def content(question: str) -> tuple[str, ...]:
    """Returns the content of a question: its ideographs and word stems.

    Without question words, stop words, articles and codes.
    """
    plain = ARTICLE.sub(" ", without_codes(unicodedata.normalize("NFKC", question)))
    words = WORDS.findall(ASKING.sub(" ", plain.lower()))
    return tuple(stem(word) for word in words if word not in STOP_WORDS)


def count_common_start(one: Sequence[str], other: Sequence[str]) -> int:
    """Returns the number of equal elements at the start of two sequences."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def is_in_order(one: Sequence[str], other: Sequence[str]) -> bool:
    """Checks that the elements that two sequences share are in the same order."""
    return [each for each in one if each in other] == [each for each in other if each in one]
