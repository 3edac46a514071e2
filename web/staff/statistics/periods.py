"""Period of the statistics, and the period that it is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from records import Days

PERIODS = ("this_month", "last_month", "30", "90", "own")
"""Periods to choose from; `own` has a first and a last day."""
LONGEST = 366
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Period:
    """Days with the key of their choice, and the days before them."""

    key: str
    days: Days
    before: Days


def period(key: str, first: date | None, last: date | None, today: date) -> Period:
    """Returns the chosen period; this month if the choice is invalid.

    Future days are cut off, and so are days beyond LONGEST.
    """
    if key == "last_month":
        return of_month(first_of(first_of(today) - timedelta(1)), today, key)
    if key in ("30", "90"):
        days = Days(today - timedelta(int(key) - 1), today)
        return Period(key, days, days.before())
    if key == "own" and first and last and first <= min(last, today):
        days = Days(first, min(last, today, first + timedelta(LONGEST - 1)))
        return Period(key, days, days.before())
    return of_month(first_of(today), today)


def of_month(first: date, today: date, key: str = "this_month") -> Period:
    """Returns a month up to today, compared with the same part of the month before."""
    before = first_of(first - timedelta(1))
    end, end_before = following(first) - timedelta(1), first - timedelta(1)
    if first <= today < end:
        return Period(key, Days(first, today), Days(before, min(before + (today - first), end_before)))
    return Period(key, Days(first, end), Days(before, end_before))


def month_named(text: str, today: date) -> date | None:
    """Parses a month such as 2026-11 into its first day.

    None if it is invalid or in the future.
    """
    found = MONTH.fullmatch(text)
    first = date(int(found[1]), int(found[2]), 1) if found else None
    return first if first and first <= today else None


def first_of(day: date) -> date:
    """Returns the first day of a day's month."""
    return day.replace(day=1)


def following(first: date) -> date:
    """Returns the first day of the next month."""
    return first_of(first + timedelta(31))
