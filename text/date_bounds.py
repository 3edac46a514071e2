"""Date bounds of a document: other days are slips, or numbers mistaken for dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from text.dates import years_later

EARLIEST = date(1949, 1, 1)
MOST_YEARS_AHEAD = 30
"""Most years after today, and between the start of a document and its end."""


@dataclass(frozen=True)
class Objection:
    """Reason why a day cannot be one of a document.

    `code` is `too_early`, `too_late`, `before_start` or `long_after_start`; `values` has the year, the number of years
    or the start that decides it.
    """

    code: str
    values: Mapping[str, int | date]


class OutOfBoundsError(ValueError):
    """A day that cannot be one of a document, and why."""

    def __init__(self, day: date, objection: Objection) -> None:
        super().__init__(day, objection)
        self.day, self.objection = day, objection


def find_objection(day: date, today: date, start: date | None = None) -> Objection | None:
    """Returns the reason why a day cannot be one of a document.

    If `day` is the last day of a document, `start` is its first.
    None if nothing speaks against the day.
    """
    if day < EARLIEST:
        return Objection("too_early", {"year": EARLIEST.year})
    if day > years_later(today, MOST_YEARS_AHEAD):
        return Objection("too_late", {"years": MOST_YEARS_AHEAD})
    if start and day < start:
        return Objection("before_start", {"start": start})
    if start and day > years_later(start, MOST_YEARS_AHEAD):
        return Objection("long_after_start", {"years": MOST_YEARS_AHEAD, "start": start})
    return None


def check_day(day: date) -> date:
    """Returns a day that a person entered.

    Raises OutOfBoundsError if it cannot be one of a document today.
    """
    if objection := find_objection(day, date.today()):
        raise OutOfBoundsError(day, objection)
    return day
