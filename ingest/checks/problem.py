"""Result of a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Problem:
    """A problem to fix (error) or a fact to know (note).

    `text` says what it is and what to do.
    """

    source: str
    level: Literal["error", "note"]
    text: str


def error(source: str, text: str) -> Problem:
    return Problem(source, "error", text)


def note(source: str, text: str) -> Problem:
    return Problem(source, "note", text)


def of_reading(source: str, text: str) -> Problem:
    """Problem found while the metadata of a file was read.

    An error in a value written by staff; a note on a value in the text.
    """
    return note(source, text) if text.startswith("text: ") else error(source, text)
