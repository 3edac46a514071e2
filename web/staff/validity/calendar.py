"""Deadlines as a calendar file (RFC 5545), for the clerk's own calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
"""Bytes of a line (RFC 5545, 3.1)."""


@dataclass(frozen=True)
class Event:
    """An all-day event.

    `key` stays the same in each new file, so that nothing is duplicated.
    """

    on: date
    summary: str
    description: str
    key: str


def calendar(name: str, events: Iterable[Event], made: datetime) -> bytes:
    """Returns the file with its events; `made` is in UTC."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Qiantang assistant//Validity//EN",
        f"NAME:{escape_text(name)}",
    ]
    for event in events:
        lines += event_lines(event, f"{made:%Y%m%dT%H%M%SZ}")
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in fold_line(line)).encode()


def event_lines(event: Event, stamp: str) -> Iterator[str]:
    """Yields the lines of an event; `stamp` is the time of writing, in UTC."""
    yield "BEGIN:VEVENT"
    yield f"UID:{sha256(event.key.encode()).hexdigest()[:32]}@qiantang-assistant"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.on + timedelta(1):%Y%m%d}"
    yield f"SUMMARY:{escape_text(event.summary)}"
    yield f"DESCRIPTION:{escape_text(event.description)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escape_text(text: str) -> str:
    """Returns a text on one line, with its signs escaped (RFC 5545, 3.3.11)."""
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def fold_line(line: str) -> Iterator[str]:
    """Splits a line into parts of at most LONGEST_LINE bytes, between letters.

    All parts but the first begin with a blank.
    """
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST_LINE:
            yield part
            part = " "
        part += letter
    yield part
