"""Cities of the host countries that a text names, in any language and case.

From GeoNames (geonames.org, CC BY 4.0); `python -m training cities` says which names are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from text.scripts import ARABIC, CYRILLIC, DEVANAGARI, IDEOGRAPHS

FILE = Path(__file__).with_name("cities.tsv")
WORD = re.compile(rf"[{DEVANAGARI}]+|[^\W\d_{IDEOGRAPHS}]+")
IDEOGRAPH_RUN = re.compile(f"[{IDEOGRAPHS}]+")
MOST_WORDS, MOST_IDEOGRAPHS = 4, 7
"""Longest names, in words and in ideographs."""
GAP = re.compile(r"[\s'’-]*")
"""Blanks and marks between two words of a name."""
CYRILLIC_LETTER, ARABIC_LETTER = re.compile(f"[{CYRILLIC}]"), re.compile(f"[{ARABIC}]")
ARABIC_PREFIX = re.compile("^[وبلفك]?(?:ال|لل)|^[وبلفك](?=.{4})")
"""Article, conjunctions and prepositions that are joined to a name."""
ARABIC_SPELLINGS = str.maketrans("أإآىة", "ااايه")
"""Letters that are written in two ways."""
ADJECTIVE = "ск"
ENDING = re.compile(
    "(?<=.{3})(?:[иы]ми|[оеи]го|[ое]му|[иы][йемх]|[ао]я|ую|[ое][ейм]|а[мх]|ами|я[мх]|ями|ью|[аеийоуыьюя])$"
)
"""Endings of Russian nouns and adjectives; a stemmer makes two of Астана and Астане."""


def city_spans(text: str) -> list[tuple[int, int, str]]:
    """Returns start, end and country of each city named, in order."""
    return sorted([*find_in_words(text), *find_in_ideographs(text)])


def find_in_words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields the cities in words; of two that begin together the longer one."""
    words = [(match.start(), match.end(), unify(match[0])) for match in WORD.finditer(text)]
    at = 0
    while at < len(words):
        counts = range(min(MOST_WORDS, len(words) - at), 0, -1)
        found = ((count, country_of(words[at : at + count], text)) for count in counts)
        count, country = next((each for each in found if each[1]), (1, ""))
        if country:
            yield words[at][0], words[at + count - 1][1], country
        at += count


def country_of(taken: list[tuple[int, int, str]], text: str) -> str:
    """Returns the country of the city that adjacent words name, else ""."""
    if any(not GAP.fullmatch(text[one[1] : other[0]]) for one, other in pairwise(taken)):
        return ""
    first, rest = taken[0][2], [word for _, _, word in taken[1:]]
    return next(filter(None, (country_by_city().get(" ".join([each, *rest]), "") for each in word_forms(first))), "")


def word_forms(word: str) -> Iterator[str]:
    """Yields a word, in Arabic also without what is joined to its beginning.

    In Russian also the noun of an adjective: ташкентской фирме.
    """
    yield word
    if word.endswith(ADJECTIVE) and CYRILLIC_LETTER.match(word):
        yield word.removesuffix(ADJECTIVE)
    if ARABIC_LETTER.match(word) and (bare := ARABIC_PREFIX.sub("", word)) != word:
        yield bare


def find_in_ideographs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields the cities in ideographs, which stand without blanks."""
    for run in IDEOGRAPH_RUN.finditer(text):
        at, end = run.span()
        while at < end:
            sizes = range(min(MOST_IDEOGRAPHS, end - at), 1, -1)
            size = next((each for each in sizes if text[at : at + each] in country_by_city()), 0)
            if size:
                yield at, at + size, country_by_city()[text[at : at + size]]
            at += size or 1


def city_key(name: str) -> str:
    """Returns a name as it is looked up.

    Its words are unified; in Arabic it is without article.
    """
    if IDEOGRAPH_RUN.fullmatch(name):
        return name
    first, *rest = [unify(word) for word in WORD.findall(name)] or [""]
    return " ".join([[*word_forms(first)][-1] if first.startswith("ال") else first, *rest])


def unify(word: str) -> str:
    """Returns a word in small letters and one spelling.

    Without accents, Russian endings and Arabic variants of letters.
    """
    small = word.lower()
    if CYRILLIC_LETTER.match(small):
        return ENDING.sub("", small.replace("ё", "е"))
    if ARABIC_LETTER.match(small):
        return small.translate(ARABIC_SPELLINGS)
    plain = unicodedata.normalize("NFKD", small)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)) if small.isalpha() else small


@cache
def country_by_city() -> Mapping[str, str]:
    """Maps the names of cities, as `city_key` gives them, to their countries."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines())
    return MappingProxyType({name: country for country, *names in rows for name in names})
