"""Words that go with numbers in the service languages: sizes and months."""

from __future__ import annotations

import re
from functools import cache

from babel.dates import get_month_names

from text.lexicon.load import words

SIZES = {
    "thousand": 1e3,
    "ten_thousand": 1e4,
    "million": 1e6,
    "ten_million": 1e7,
    "hundred_million": 1e8,
    "billion": 1e9,
    "trillion": 1e12,
}
SIZE = {word: size for key, size in SIZES.items() for word in words(f"size.{key}")}
"""Factor of each size word."""
SIZE_WORD = re.compile("|".join(sorted(SIZE, key=len, reverse=True)))
MONTH_LANGUAGES = ("en", "pt", "ru", "ar", "es", "id")
"""Languages that write months as words."""
RUSSIAN_ENDINGS = ("", "а", "е", "у", "ом", "я", "ь", "ю", "ем", "й")


@cache
def months() -> dict[str, int]:
    """Maps month names, in lower case, to their numbers."""
    names = {
        name.lower(): number
        for language in MONTH_LANGUAGES
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, language).items()
    }
    russian = get_month_names("wide", "format", "ru").items()
    return names | {f"{name[:-1]}{ending}": number for number, name in russian for ending in RUSSIAN_ENDINGS}
