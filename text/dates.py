"""Dates of official documents: 2026年1月1日, 二〇二六年一月一日, 2027年底, 2026-01-01.

January 1, 2026 and ١ يناير ٢٠٢٦ are read as well. A written date is a span of days: 2027年12月 is a month, 2027年底 its
last day. As a start the first day of the span counts, as an end the last. OCR puts blanks into dates, reads 日 as 曰 or
loses it; such dates are read too.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from text.lexicon.load import bodies, bodies_across_lines
from text.number_words import MONTH, month_number
from text.scripts import DIGITS, NUMERALS

_DIGITS = str.maketrans(f"〇○零OoＯОο０１２３４５６７８９{DIGITS}两", "00000000" + "0123456789" + "1234567892")
_ZEROS = "〇○零OoＯОο"
_ARABIC = "[0-9０-９٠-٩]"
_HAN = f"[{_ZEROS}0-9０-９{DIGITS}]"
_NUMERAL = f"[{_ZEROS}0-9０-９{NUMERALS}]"
YEAR = rf"(?<![0-9０-９〇○零{DIGITS}])(?:[12１２](?:\s?{_ARABIC}){{3}}|[一二](?:\s?{_HAN}){{3}})\s*年"
MONTH_IN_YEAR = rf"\s*{_NUMERAL}(?:\s?{_NUMERAL}){{0,2}}\s*月"
DAY_IN_MONTH = rf"\s*{_NUMERAL}(?:\s?{_NUMERAL}){{0,2}}"
_ISO = rf"(?<![0-9.])(?:19|20|١٩|٢٠){_ARABIC}{{2}}\s?[-./]\s?{_ARABIC}{{1,2}}"
_ORDINAL = rf"(?<!{_ARABIC}){_ARABIC}{{1,2}}(?:{bodies('date.ordinal')})?"
_OF = rf"(?:(?:{bodies('date.of')})\s+)?"
_YEAR = rf"[12١٢]{_ARABIC}{{3}}(?!{_ARABIC})"
_OF_YEAR = rf"(?:[,،]\s*|\s+){_OF}{_YEAR}"
DATE = (
    rf"{YEAR}{MONTH_IN_YEAR}{DAY_IN_MONTH}\s*[日曰号]"
    rf"|{_ISO}\s?[-./]\s?{_ARABIC}{{1,2}}(?![0-9])"
    rf"|(?:{MONTH})\s+{_ORDINAL}{_OF_YEAR}|{_ORDINAL}\s+{_OF}(?:{MONTH}){_OF_YEAR}"
)
"""A date with its day."""
_STOPS = r"(?=\s*(?:[，。；、：,;:）)〕起至到止内—–~-]|[.](?![0-9])|为止|期间|施行|实施|执行|实行|生效|有效|$))"
_END = r"(?:年\s*)?(?:[底末终]|最后一[日天])"
_END_WORDS = rf"(?:{bodies_across_lines('date.end_of')})\s+"
SPAN = (
    rf"{DATE}"
    rf"|{YEAR}{MONTH_IN_YEAR}{DAY_IN_MONTH}{_STOPS}"
    rf"|{YEAR}{MONTH_IN_YEAR}(?:份?\s*{_END}|份?{_STOPS})"
    rf"|{YEAR}\s*(?:{_END}|度?{_STOPS})"
    rf"|{_ISO}(?!\s?[-./]?\s?[0-9])|(?<![0-9.])[0-9]{{2}}[.][0-9]{{2}}[.][12][0-9]{{3}}(?![0-9])"
    rf"|(?:{_END_WORDS})?(?:{MONTH}){_OF_YEAR}|(?:{_END_WORDS}){_YEAR}"
)
"""A date that may lack its day or month, or name the end of a month or year."""


@dataclass(frozen=True)
class Span:
    """The first and the last day of a written date; equal if it names one day."""

    first: date
    last: date


def number(text: str) -> int:
    """Returns the number written in Arabic or Chinese digits; with 十 only below 100.

    Raises ValueError if the text is no such number.
    """
    plain = re.sub(r"\s", "", text).translate(_DIGITS)
    if "十" not in plain:
        return int(plain)
    tens, _, ones = plain.partition("十")
    return int(tens or 1) * 10 + int(ones or 0)


def find_date(text: str) -> date | None:
    """Returns the first date with a day in a text that exists in the calendar.

    None if the text has no such date.
    """
    return next(iter(find_dates(text)), None)


def find_dates(text: str) -> list[date]:
    """Returns all dates with a day that exist in the calendar, in reading order."""
    return [span.first for span in _existing(DATE, text)]


def find_spans(text: str) -> list[Span]:
    """Returns all dates that exist in the calendar, also without a day, in order."""
    return _existing(SPAN, text)


def _existing(pattern: str, text: str) -> list[Span]:
    found = []
    for match in re.finditer(pattern, text, re.IGNORECASE):
        with suppress(ValueError):
            found.append(_as_span(match[0]))
    return found


def _as_span(written: str) -> Span:
    """Returns the days of a written date.

    Raises ValueError if the calendar does not have them.
    """
    if "年" in written:
        return _chinese(written)
    parts = [number(part) for part in re.findall(rf"{_ARABIC}+", written)]
    ends = bool(re.match(_END_WORDS, written, re.IGNORECASE))
    if named := re.search(MONTH, written, re.IGNORECASE):
        return _span(parts[-1], month_number(named[0]), *parts[:-1], ends=ends)
    if len(parts) == 3 and parts[2] > 31:
        return _span(*reversed(parts))
    return _span(*parts, ends=ends)


def _chinese(written: str) -> Span:
    year, rest = written.split("年", 1)
    plain = re.sub(rf"{_END}\s*$", "", rest)
    parts = [number(part) for part in re.split(r"[月日曰号年度份]", plain) if part.strip()]
    return _span(number(year), *parts, ends=plain != rest)


def _span(year: int, month: int | None = None, day: int | None = None, *, ends: bool = False) -> Span:
    """Returns a day, a month or a year; with `ends` only its last day."""
    if day is not None and month is not None:
        only = date(year, month, day)
        return Span(only, only)
    if month is not None and not 1 <= month <= 12:
        raise ValueError(month)
    last = date(year, month or 12, monthrange(year, month or 12)[1])
    return Span(last if ends else date(year, month or 1, 1), last)


def years_later(start: date, years: int) -> date:
    """Returns the same day some years later; 29 February becomes 1 March."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)
