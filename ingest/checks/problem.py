"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Problem:
    """Something to mend (an error) or to know (a note); `text` says what it is and what to do."""

    source: str
    level: Literal["error", "note"]
    text: str


def error(source: str, text: str) -> Problem:
    return Problem(source, "error", text)


def note(source: str, text: str) -> Problem:
    return Problem(source, "note", text)


def of_reading(source: str, text: str) -> Problem:
    """What reading a file said of its metadata: an error in what somebody wrote, a note on what its text says."""
    return note(source, text) if text.startswith("text: ") else error(source, text)
