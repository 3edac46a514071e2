"""Date bounds of a document: other days are slips, or numbers mistaken for dates."""

from __future__ import annotations

from datetime import date

from text.dates import years_later

EARLIEST = date(1949, 1, 1)
MOST_YEARS_AHEAD = 30
"""Most years after today, and between the start of a document and its end."""


class OutOfBoundsError(ValueError):
    """The day cannot be one of a document; the message says what to do."""


def find_objection(day: date, today: date, start: date | None = None) -> str:
    """Returns why a day is not possible, as the end of a sentence, or "".

    For the last day of a document, `start` is its first day.
    """
    if day < EARLIEST:
        return f"is before {EARLIEST.year}"
    if day > years_later(today, MOST_YEARS_AHEAD):
        return f"is more than {MOST_YEARS_AHEAD} years away"
    if start and day < start:
        return f"is before its start, {start}"
    if start and day > years_later(start, MOST_YEARS_AHEAD):
        return f"is more than {MOST_YEARS_AHEAD} years after its start, {start}"
    return ""


def check_day(day: date) -> date:
    """Returns a day that a person entered.

    Raises OutOfBoundsError if it cannot be one of a document today.
    """
    if objection := find_objection(day, date.today()):
        raise OutOfBoundsError(f"{objection}: {day}. Correct it, or leave it empty if there is none.")
    return day
