"""Normalises wording: two wordings of one question become the same words.

Word order stays, because it tells who does what to whom; so do "from" and "by".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.curated.facets import CONCEPTS, without_codes
from bot.curated.roles import names_two
from bot.query.answer_type import ARTICLE
from bot.query.countries import NAME_LANGUAGES, country_name, mentions
from store.index import terms
from text.lexicon.load import pattern, words
from text.scripts import IDEOGRAPH, IDEOGRAPHS

SPELLED_ALIKE = tuple(
    (pattern(f"alike.{key}"), alike)
    for key, alike in {
        "polite": "",
        "needed": "要",
        "handling": "",
        "how_long": "多久",
        "working_days": "几工作日",
        "days": "几天",
        "how_much": "",
        "rate": "",
        "where": "哪里",
        "when": "几时",
        "until": "止",
        "filler": "",
        "papers": "材料",
        "rule": "",
        "particle": "",
    }.items()
)
"""Chinese synonyms, longer ones first; words without meaning become ""."""
ASKING = re.compile(r"^(要?(?:材料|几工作日|几天|多久|钱))[\s，,：:]*(.+)$")
"""Words that may stand before or after the rest of a Chinese question."""
BY_WHEN = re.compile(r"\bby (?=when\b|what\b|which\b)|(?<=when )(.*) by\W*$|(?<=how long )(.*) for\W*$", re.IGNORECASE)
"""An English "by" or "for" that only belongs to a question word."""
SMALL = frozenset(words("dropped.asking"))
"""Words of other languages that only ask or join; answer types are compared apart."""
JOINING = SMALL | frozenset(words("dropped.joining"))
"""SMALL and words that matter only between two things of a kind.

Example: "the permit of the wife for the husband".
"""
MARKED = re.compile(r"[\w]+")


@lru_cache(maxsize=4096)
def wording(question: str) -> tuple[str, ...]:
    """Returns the normalised words of a question, in its language and order.

    Chinese gives characters, other languages give stems. If two things of one kind are named, whole words are kept,
    because an ending may tell who gives from who takes. Removed: question words, conjunctions, politeness, and articles
    of laws and codes, which are compared apart. Synonyms and country names get one form.
    """
    whole = unicodedata.normalize("NFKC", question)
    text = ARTICLE.sub(" ", without_codes(whole))
    is_chinese = bool(IDEOGRAPH.search(text))
    if names_two(whole) and not is_chinese:
        return words_of(text.lower(), SMALL)
    return chinese(made_one(text)) if is_chinese else stems(made_one(text))


def made_one(text: str) -> str:
    """Returns a text in which countries and concepts have one name."""
    for place, code in mentions(text):
        text = text.replace(place, f" {code.lower()}country ") if is_name(place, code) else text
    for name, concept in CONCEPTS.items():
        text = concept.sub(f" {name.replace(' ', '')} ", text)
    return text.lower()


def chinese(text: str) -> tuple[str, ...]:
    """Returns the characters with meaning; the words that ask always come last."""
    for spelled, alike in SPELLED_ALIKE:
        text = spelled.sub(alike, text)
    if begins := ASKING.match(text.strip()):
        text = f"{begins[2]} {begins[1]}"
    return tuple(each for word in MARKED.findall(text) for each in pieces(word))


def stems(text: str) -> tuple[str, ...]:
    """Returns the stems of the words.

    Participles on "ed" stay whole: who sues is not who is sued.
    """
    return tuple(each for word in words_of(text, JOINING) for each in ([word] if word.endswith("ed") else terms(word)))


def words_of(text: str, dropped: frozenset[str]) -> tuple[str, ...]:
    """Returns the words except those to be dropped."""
    asked = BY_WHEN.sub(lambda match: match[1] or match[2] or "", text)
    return tuple(word for word in MARKED.findall(asked) if word not in dropped)


def is_name(words: str, code: str) -> bool:
    """Checks that words name a country, not a place in it.

    They begin as its name does.
    """
    return any(country_name(code, language).lower()[:2] == words.lower()[:2] for language in NAME_LANGUAGES) or (
        country_name(code, "zh").startswith(words)
    )


def pieces(word: str) -> list[str]:
    """Returns the characters of a Chinese word; letters and digits stay together."""
    return re.findall(rf"[{IDEOGRAPHS}]|[^{IDEOGRAPHS}]+", word)
