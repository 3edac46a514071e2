"""Limits of amounts in a text, such as 不满10万人 or "USD 300 million or more", and whether they hold an amount.

Amounts are numbers of people, sums of money and shares. Days are left out: limits in days are deadlines, and a stay of
25 days is not held against them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from text.lexicon.load import alternatives, bodies, keys
from text.number_words import SIZE, SIZE_WORD, with_sums_in_digits
from text.numbers import NUMBER, scale_number

BEFORE = 24
"""Characters before a number that are looked at."""
SIGNS = {"usd": r"(?:us)?\$", "cny": "¥", "eur": "€"}
"""Signs of money."""
PERCENT = "percent"
NEAR = 6
"""Most characters between the two limits of a range."""
SMALL = 1_000
"""A lower end below it has the size of the upper one: 3至5亿."""
LARGE = 10_000
"""From here on a number in groups of digits (300,000) is an amount also without a size and a unit."""
GROUPED = re.compile(r"\d{1,3}(?:[,.]\d{3})+")
UNBOUNDED = float("inf")
LETTERS = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9}
LETTER = re.compile(r"(?:k|mn?|bn)(?![a-z0-9])")
"""Letters behind a number that multiply it."""
TO = re.compile(rf"\s*(?:[-–—~]|{bodies('limit.to')})\s*", re.IGNORECASE)
"""What stands between the ends of a range."""
END = re.compile(r"\s*(?:[的吗呢啊吧左右以不及]|\W|$)")
"""What stands behind a number without a unit; a letter would begin a unit that the word list lacks."""


@dataclass(frozen=True)
class Limit:
    """A range of amounts of one unit. `start` and `end` are where it stands in the text in NFKC and lower case,
    with Chinese sums in digits.

    Its ends belong to it, since few texts tell. `unit` is a key of the word list `unit`, or "" for a number without one
    with a size, or in groups of digits (520万, 300,000). An amount without a limit is a range of one. `size` multiplied
    the number.
    """

    least: float
    most: float
    unit: str
    start: int
    end: int
    size: float = 1.0

    @property
    def is_amount(self) -> bool:
        return self.least == self.most

    def holds(self, other: Limit) -> bool:
        """Checks that an amount is within the range."""
        return other.unit in {"", self.unit} and self.least <= other.least <= self.most


def amounts(text: str) -> list[Limit]:
    """Amounts of a text that are no limits, in order."""
    return [each for each in find_limits(text) if each.is_amount]


def limits(text: str) -> list[Limit]:
    """Limits of a text, in order; 10万人以上不满100万人 is one."""
    found = list[Limit]()
    for each in find_limits(text):
        last = found[-1] if found else None
        if last and last.unit == each.unit and each.start - last.end <= NEAR and is_range(last, each):
            found[-1] = replace(last, most=each.most, end=each.end)
        elif not each.is_amount and each.unit:
            found.append(each)
    return found


def is_range(one: Limit, other: Limit) -> bool:
    """Checks that one limit is the lower, and the other the upper end of a range."""
    return one.most == UNBOUNDED and other.least == -UNBOUNDED and one.least < other.most


def find_limits(text: str) -> Iterator[Limit]:
    """Yields each number with a unit: as a limit if words around it say so, else as an amount."""
    plain = with_sums_in_digits(unicodedata.normalize("NFKC", text).lower())
    lower: Limit | None = None
    for match in NUMBER.finditer(plain):
        if (each := read_number(plain, match)) is None:
            continue
        if lower and (whole := join_range(plain, lower, each)):
            yield whole
        elif each.unit or ((each.size > 1 or is_large(match[0], each)) and END.match(plain, each.end)):
            yield apply_bound(plain, each)
        lower = each


def is_large(number: str, amount: Limit) -> bool:
    """Checks that a number in groups of three digits is large: such a one is no year, postcode or telephone number."""
    return amount.most >= LARGE and bool(GROUPED.fullmatch(number))


def join_range(plain: str, lower: Limit, upper: Limit) -> Limit | None:
    """Returns the range between two numbers, such as 3至5亿美元; None if they are none."""
    unit = upper.unit or lower.unit
    if not unit or lower.unit not in {"", unit} or not TO.fullmatch(plain, lower.end, upper.start):
        return None
    least = lower.least * (upper.size if lower.size == 1 and lower.least < SMALL else 1.0)
    return replace(upper, least=least, unit=unit, start=lower.start) if least < upper.most else None


def read_number(plain: str, match: re.Match[str]) -> Limit | None:
    """Returns a number with the size word and the unit at it; None for what is no number, such as 3.1.2."""
    try:
        value = float(scale_number(match[0], ""))
    except ValueError:
        return None
    word = SIZE_WORD.match(plain, match.end() + plain[match.end() :].startswith(" "))
    letter = LETTER.match(plain, match.end())
    size = SIZE[word[0]] if word else LETTERS[letter[0]] if letter else 1.0
    end = next((each.end() for each in (word, letter) if each), match.end())
    sign = money_before().search(plain[max(0, match.start() - BEFORE) : match.start()])
    behind = unit_behind().match(plain, end)
    unit = next((each.lastgroup for each in (behind, sign) if each and each.lastgroup), "")
    start = match.start() - (len(sign[0]) if sign else 0)
    return Limit(value * size, value * size, unit, start, behind.end() if behind else end, size)


def apply_bound(plain: str, amount: Limit) -> Limit:
    """Returns an amount as the limit that the words beside it make of it."""
    before, at = plain[max(0, amount.start - BEFORE) : amount.start], amount.end
    if beside("most_before").search(before) or beside("most_behind").match(plain, at):
        return replace(amount, least=-UNBOUNDED)
    if beside("least_before").search(before) or beside("least_behind").match(plain, at):
        return replace(amount, most=UNBOUNDED)
    return amount


@cache
def beside(key: str) -> re.Pattern[str]:
    """Words before a number, at the end of a text, or behind it."""
    words = alternatives(f"limit.{key}")
    return re.compile(rf"(?:{words})\s*$" if key.endswith("before") else rf"\s*(?:{words})", re.IGNORECASE)


@cache
def unit_behind() -> re.Pattern[str]:
    units = "|".join(f"(?P<{key}>{alternatives(f'unit.{key}')})" for key in keys("unit") if key != PERCENT)
    units += rf"|(?P<{PERCENT}>[%٪]|{alternatives(f'unit.{PERCENT}')})"
    return re.compile(rf"[\s-]*(?:{units})", re.IGNORECASE)


@cache
def money_before() -> re.Pattern[str]:
    units = "|".join(f"(?P<{key}>{alternatives(f'money_before.{key}')}|{SIGNS[key]})" for key in keys("money_before"))
    return re.compile(rf"(?:{units})\s*$", re.IGNORECASE)
