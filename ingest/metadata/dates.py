"""Dates as official documents write them: 2026年1月1日, 二〇二六年一月一日, 2026-01-01, January 1, 2026."""

from __future__ import annotations

import re
from datetime import date

_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_MONTHS = "January February March April May June July August September October November December".split()
MONTH = "|".join(_MONTHS)
_NUMERAL = "[〇○零一二三四五六七八九十0-9]"
DATE = (
    rf"(?:[12][0-9]{{3}}|[一二][〇○零一二三四五六七八九]{{3}})\s*年\s*{_NUMERAL}{{1,2}}\s*月\s*{_NUMERAL}{{1,3}}\s*日"
    r"|(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9])"
    rf"|(?:{MONTH}) [0-9]{{1,2}}, [0-9]{{4}}|[0-9]{{1,2}} (?:{MONTH}),? [0-9]{{4}}"
)


def number(text: str) -> int:
    """The number written in Arabic or Chinese digits, below 100 where 十 is used. Raises ValueError for others."""
    if "十" not in text:
        return int(text.translate(_DIGITS))
    tens, _, ones = text.translate(_DIGITS).partition("十")
    return int(tens or 1) * 10 + int(ones or 0)


def find_date(text: str) -> date | None:
    """The first date in the text that exists in the calendar."""
    return next(iter(find_dates(text)), None)


def find_dates(text: str) -> list[date]:
    """All dates in the text that exist in the calendar, in reading order."""
    found = []
    for written in re.findall(DATE, text):
        try:
            found.append(_as_date(written))
        except ValueError:
            continue
    return found


def _as_date(written: str) -> date:
    parts = [number(part) for part in re.findall(rf"{_NUMERAL}+", written)]
    if month := re.search(MONTH, written):
        day, year = parts
        return date(year, _MONTHS.index(month[0]) + 1, day)
    year, in_year, day = parts
    return date(year, in_year, day)


def years_later(start: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)
