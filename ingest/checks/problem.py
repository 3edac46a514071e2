"""Result of a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.metadata.document_days import find_doubted_key
from text.messages import Message, message


@dataclass(frozen=True)
class Problem:
    """A problem to fix (error) or a fact to know (note).

    `text` says what it is and what to do.
    """

    source: str
    level: Literal["error", "note"]
    text: Message


def error(source: str, code: str, /, **values: object) -> Problem:
    """Returns an error; `code` and `values` are those of its message."""
    return Problem(source, "error", message(code, **values))


def note(source: str, code: str, /, **values: object) -> Problem:
    """Returns a note; `code` and `values` are those of its message."""
    return Problem(source, "note", message(code, **values))


def of_reading(source: str, text: Message) -> Problem:
    """Problem found while the metadata of a file was read.

    An error in a value written by staff; a note on a value in the text.
    """
    return Problem(source, "note" if find_doubted_key(text) else "error", text)
