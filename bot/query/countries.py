"""Countries that a text names, in any service language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

from babel import Locale

from text.catalog import SERVICE_LANGUAGES
from text.lexicon.cities import city_spans, unify
from text.lexicon.load import bodies, keys, other_languages, pattern, sources, without_context, words
from text.scripts import ARABIC, DEVANAGARI, IDEOGRAPH

NAME_LANGUAGES = (*SERVICE_LANGUAGES, "es", "fr", "hi", "id", "vi")
"""Languages whose country names are recognised."""
HOME = "CN"
"""China: home or destination of all companies that ask, so never a host country."""
NOT_COUNTRIES = frozenset({"AQ", "ZZ", "XA", "XB", "EU", "UN", "EZ", "QO"})
WITHOUT_ACCENTS, FEWEST_WITHOUT_ACCENTS = ("pt", "es", "fr"), 5
"""Languages of names that are also known without accents (africa do sul), and their fewest letters.

Only of the countries WITH_CITIES: of others they would be words (franca, servi(ce), reunion).
"""
SHORT_NAMES: dict[str, dict[str, str]] = {
    "zh": {"AE": "阿联酋", "HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"},
    "en": {"TW": "Taiwan, China"},
}
"""Names to show if the CLDR name is longer or not the one in official use."""

WITH_CITIES = frozenset("AE BO BR BY CU EG ET ID IN IR KZ MY NG RU SA TH UG UZ VN ZA".split())
"""Countries that their cities stand for: members and partners of BRICS.

Elsewhere cities name treaties (Madrid).
"""
COMMON_WORDS = frozenset(words("place.common_words"))
DOLLARS = re.compile(r"(?<!\w)(?:US|U\.S\.)(?![\w$])(?!\s*dollars?\b)")
""""US" in capitals for the United States, unless it belongs to an amount."""
LANGUAGE = "语"
"""Ending of the name of a language, behind that of its country."""
ARABIC_LETTER = re.compile(f"[{ARABIC}]")
ENDING = r"\w{0,6}"
"""Letters that inflection or an adjective may add to the stem of a name."""
SHORT_ENDING = f"(?:{bodies('country_form.behind', *other_languages('ar'))})?"
"""Endings for stems of up to four letters, which many other words begin with."""
ARABIC_BEFORE = f"(?:{bodies('country_form.before', 'ar')})?"
ARABIC_ENDING = f"(?:{bodies('country_form.behind', 'ar')})?"
ARTICLES, DROPPED = words("country_form.article"), words("country_form.dropped")


@cache
def country_by_name() -> dict[str, str]:
    """Maps each name or stem, in lower case, to its country.

    Longest first, so that 印度尼西亚 is not read as 印度.
    """
    found = dict(lexicon_names())
    for language in NAME_LANGUAGES:
        for code, name in territories(language).items():
            if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES and name.lower() not in COMMON_WORDS:
                found.setdefault(stem(lower_case(name)), code)
                if language in WITHOUT_ACCENTS and code in WITH_CITIES and len(name) >= FEWEST_WITHOUT_ACCENTS:
                    found.setdefault(stem(" ".join(map(unify, name.split()))), code)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def lexicon_names() -> Mapping[str, str]:
    """Maps the names and stems of the lexicons to their countries."""
    return MappingProxyType({name.rstrip("*"): code for code, name, _ in country_words() if not name.startswith("=")})


@cache
def name_sources() -> Mapping[str, str]:
    """Maps the names of the lexicons to their patterns.

    A pattern excludes words that the name is part of: 上海地区 is not 海地.
    """
    return MappingProxyType({name.rstrip("*"): body for _, name, body in country_words()})


@cache
def names_of_one_case() -> Mapping[re.Pattern[str], str]:
    """Maps the patterns of names of one case only to their countries.

    In small letters they are ordinary words: nam phi is a fee a year.
    """
    found = ((body, code) for code, name, body in country_words() if name.startswith("="))
    return MappingProxyType({re.compile(rf"(?<!\w){body}(?!\w)"): code for body, code in found})


def country_words() -> Iterator[tuple[str, str, str]]:
    """Yields country, name and pattern of each name of the lexicons."""
    for code in keys("country"):
        for phrase, body in zip(words(f"country.{code}"), sources(f"country.{code}"), strict=True):
            yield code, without_context(phrase), body


def stem(name: str) -> str:
    """Returns a name without its ending: Россия, России, российский give росси."""
    if IDEOGRAPH.search(name) or " " in name or len(name) < 5:
        return name
    for article in ARTICLES:
        name = name.removeprefix(article)
    return name[:-1] if name.endswith(DROPPED) else name


@cache
def name_pattern() -> re.Pattern[str]:
    """Matches any name in lower case, anywhere among ideographs, else at a word start."""
    ideographs = [name for name in country_by_name() if IDEOGRAPH.search(name)]
    arabic = [name for name in country_by_name() if ARABIC_LETTER.match(name)]
    hindi = [name for name in country_by_name() if re.match(f"[{DEVANAGARI}]", name)]
    others = [name for name in country_by_name() if name not in {*ideographs, *arabic, *hindi}]
    begun = {name.removesuffix("*") for _, name, _ in country_words() if name.endswith("*")}
    long = [name for name in others if len(name) > 4 or name in begun]
    short = [name for name in others if name not in long]
    return re.compile(
        f"(?P<ideographs>{either(ideographs)})"
        rf"|(?<![\w{DEVANAGARI}])(?P<hindi>{either(hindi)})"
        rf"|(?<!\w)(?:(?P<long>{either(long)}){ENDING}|(?P<short>{either(short)}){SHORT_ENDING})(?!\w)"
        rf"|(?<!\w){ARABIC_BEFORE}(?P<arabic>{either(arabic)}){ARABIC_ENDING}(?!\w)"
    )


def either(names: Sequence[str]) -> str:
    """Returns the part of a pattern that matches one of some names."""
    return "|".join(name_sources().get(name) or re.escape(name) for name in names)


def countries(text: str) -> tuple[str, ...]:
    """Returns the ISO 3166-1 alpha-2 codes of the countries named, in order."""
    return tuple(dict.fromkeys(code for _, code in mentions(text)))


def is_named(country: str, text: str) -> bool:
    """Checks that a text names a country."""
    return country in countries(text)


def country_name(code: str, language: str) -> str:
    """Returns the name of a country in a language, or in English; "" for no country."""
    spoken = language if language in NAME_LANGUAGES else "en"
    if len(code) != 2 or not code.isalpha() or code in NOT_COUNTRIES:
        return ""
    return SHORT_NAMES.get(spoken, {}).get(code) or territories(spoken).get(code, "")


@cache
def territories(language: str) -> Mapping[str, str]:
    """Returns the CLDR names in one of NAME_LANGUAGES, by code."""
    return MappingProxyType({code: str(name) for code, name in Locale(language).territories.items()})


def mentions(text: str) -> tuple[tuple[str, str], ...]:
    """Returns `(the words in the text, country)` for each mention, in order."""
    return tuple((text[start:end], code) for start, end, code in mention_spans(text))


@lru_cache(maxsize=2048)
def mention_spans(text: str) -> tuple[tuple[int, int, str], ...]:
    """Returns start, end and country of each mention, in order.

    By the name of the country or of a city in it.
    """
    found = name_spans(text)
    taken = [range(start, end) for start, end, _ in found]
    for start, end, code in city_spans(text):
        if not any(start < each.stop and each.start < end for each in taken):
            found.append((start, end, code))
    return tuple(sorted(found))


def replace_hosts(text: str, name: str) -> str:
    """Returns a text with a name in place of each host country that it mentions."""
    for start, end, code in reversed(mention_spans(text)):
        if code != HOME:
            text = f"{text[:start]}{name}{text[end:]}"
    return text


def name_spans(text: str) -> list[tuple[int, int, str]]:
    """Returns start, end and country of each name of the word lists and of CLDR.

    A language is no country: 葡萄牙语.
    """
    found = [
        (*match.span(), country_by_name()[str(match[match.lastgroup or 0])])
        for match in name_pattern().finditer(lower_case(text))
        if not text.startswith(LANGUAGE, match.end())
    ]
    found += [(*match.span(), "US") for match in DOLLARS.finditer(text)]
    found += [(*match.span(), code) for name, code in names_of_one_case().items() for match in name.finditer(text)]
    return found


def lower_case(text: str) -> str:
    """Returns a text in lower case, each letter at its place.

    "İ" alone would become two characters.
    """
    return text.replace("İ", "I").lower()


CITY = re.compile(bodies("place.other_cities"), re.IGNORECASE)


def other_cities(text: str) -> tuple[str, ...]:
    """Returns the Chinese cities other than Hangzhou that a text names, as written."""
    return tuple(dict.fromkeys(CITY.findall(text)))


HERE = re.compile(bodies("place.here"), re.IGNORECASE)


def is_here(text: str) -> bool:
    """Checks that a text is about Qiantang, Hangzhou or Zhejiang, whoever asks."""
    return bool(HERE.search(text))


OWN_RULES = pattern("clarification.own_rules")
"""Subjects on which each country has its own rules."""
OUTBOUND, INBOUND = pattern("scope.outbound"), pattern("scope.inbound")
"""Words for going abroad, and for coming to China."""
