"""Words that stand for numbers: sizes such as thousand and 万, and names of months.

There are two lists of months. MONTH also knows short forms, which are ordinary words elsewhere ("set", "out", "mar"):
it is only used beside a year. `months` has full names in more languages; it decides where a text is cut, so that a
change of it changes chunks.
"""

from __future__ import annotations

import re
from functools import cache

from babel.dates import get_month_names

from text.lexicon.load import keys, words

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

_NUMBERS = {name.casefold(): int(number) for number in keys("month") for name in words(f"month.{number}")}
MONTH = r"\b(?:" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")\b\.?"
"""Pattern of a month name; match it without regard to case."""
MONTH_LANGUAGES = ("en", "pt", "ru", "ar", "es", "id")
"""Languages that write months as words."""


def month_number(name: str) -> int:
    """Returns the number of a month by its name, 1 to 12."""
    return _NUMBERS[name.rstrip(".").casefold()]


@cache
def months() -> dict[str, int]:
    """Maps month names, in lower case, to their numbers."""
    names = {
        name.lower(): number
        for language in MONTH_LANGUAGES
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, language).items()
    }
    return names | {
        f"{name[:-1]}{ending}": number
        for language in MONTH_LANGUAGES
        if (endings := words("date.month_ending", language))
        for number, name in get_month_names("wide", "format", language).items()
        for ending in ("", *endings)
    }
