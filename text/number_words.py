"""Words that stand for numbers: sizes such as thousand and 万, and names of months.

There are two lists of months. MONTH also knows short forms, which are ordinary words elsewhere ("set", "out", "mar"):
it is only used beside a year. `months` has full names in more languages; it decides where a text is cut, so that a
change of it changes chunks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from babel.dates import get_month_names

from text.lexicon.load import keys, words
from text.scripts import COUNTED, DIGITS

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

VALUES = {numeral: value for value, numeral in enumerate(f"零{DIGITS}")} | {"〇": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1_000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}
OF_SUM = rf"{COUNTED}万亿\d."
CHINESE_RUN = re.compile(rf"(?<![几数{OF_SUM}])[{OF_SUM}]++(?![,，]\d)")
"""A run of digits, Chinese numerals and sizes.

It is matched possessively, so that long numbers cost nothing.
"""
PLAIN_SUM = re.compile(r"\d+(?:\.\d+)?(?:万|亿|万亿)?")
TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\d.]")
_NUMBERS = {name.casefold(): int(number) for number in keys("month") for name in words(f"month.{number}")}
MONTH = r"\b(?:" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")\b\.?"
"""Pattern of a month name; match it without regard to case."""
MONTH_LANGUAGES = ("en", "pt", "ru", "ar", "es", "id")
"""Languages that write months as words."""
RUSSIAN_ENDINGS = ("", "а", "е", "у", "ом", "я", "ь", "ю", "ем", "й")


def month_number(name: str) -> int:
    """Returns the number of a month by its name, 1 to 12."""
    return _NUMBERS[name.rstrip(".").casefold()]


def with_sums_in_digits(text: str) -> str:
    """Returns a text with Chinese sums in digits: 三亿五千万 is 35000万.

    Sums from ten thousand on, in ten thousands.
    """
    return CHINESE_RUN.sub(lambda match: in_digits(match[0]), text)


def in_digits(run: str) -> str:
    """Returns a Chinese sum in digits and ten thousands.

    A run that is no sum, or is in digits with one size, stays as it is.
    A sum begins with a number: 千万 also means by all means, and 万一 in case.
    """
    tokens = TOKEN.findall(run)
    is_sum = not MYRIADS.keys().isdisjoint(run) and tokens[0] not in {"百", "千", *MYRIADS} and "".join(tokens) == run
    if not is_sum or PLAIN_SUM.fullmatch(run):
        return run
    return f"{chinese_value(tokens) / MYRIADS['万']:.4f}".rstrip("0").rstrip(".") + "万"


def chinese_value(tokens: Sequence[str]) -> float:
    """Returns the value of the digits, numerals and sizes of a sum; 两万五 is 25,000."""
    whole = part = digit = 0.0
    size, before = 1.0, ""
    for each in tokens:
        if each in MYRIADS:
            added = (part + digit) * MYRIADS[each]
            whole, part, digit = (whole * MYRIADS[each] if whole and not added else whole + added), 0.0, 0.0
        elif each in TENS:
            part, digit = part + (digit or 1.0) * TENS[each], 0.0
        else:
            value = VALUES[each] if each in VALUES else float(each)
            digit = 10 * digit + value if before in VALUES else value
        size = float((MYRIADS | TENS).get(each, size))
        before = each
    is_tenth = len(tokens) > 1 and before in VALUES and tokens[-2] in MYRIADS | TENS
    return whole + part + digit * (size / 10 if is_tenth else 1.0)


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
