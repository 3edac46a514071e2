"""Reading quality of a file in three steps, with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.loaders.pages.text_quality import MOST_GARBLED
from store.index import Entry
from text.messages import NOTHING, Message

Step = Literal["good", "look", "bad"]
STEPS: tuple[Step, ...] = ("good", "look", "bad")
SOME_GARBLED = 0.005
"""Share of wrong characters that a reader notices: one in two hundred."""
MOST_EMPTY = 0.5
HARMLESS = frozenset({"file.converted", "page.corrected"})
"""Codes of the notes that call for nothing."""


@dataclass(frozen=True)
class Reason:
    """Reason for poor reading quality.

    A message `key` with its pages or share of characters, or a `note` of the loader.
    """

    key: str = ""
    pages: int = 0
    share: float = 0.0
    note: Message = NOTHING


@dataclass(frozen=True)
class Grade:
    """Reading quality.

    `bad` is hardly usable; `look` should be compared with the original.
    """

    step: Step
    reasons: tuple[Reason, ...] = ()


def grade(entry: Entry) -> Grade:
    """Returns the grade of a document.

    OCR no longer counts once a clerk has reviewed the document.
    """
    quality = entry.quality
    reasons = tuple(reasons_of(entry))
    empty = quality.empty_pages >= MOST_EMPTY * quality.pages if quality.pages else not entry.chunks
    if empty or quality.garbled >= MOST_GARBLED:
        return Grade("bad", reasons)
    return Grade("look" if reasons else "good", reasons)


def reasons_of(entry: Entry) -> Iterator[Reason]:
    """Yields what is wrong with the text of a document; nothing if it is good."""
    quality = entry.quality
    if not entry.chunks:
        yield Reason("documents.quality.nothing")
    if quality.garbled >= SOME_GARBLED:
        yield Reason("documents.quality.garbled", share=quality.garbled)
    if quality.empty_pages:
        yield Reason("documents.quality.empty", quality.empty_pages)
    if quality.ocr_pages and not entry.metadata.reviewed_on:
        yield Reason("documents.quality.ocr", quality.ocr_pages)
    yield from (Reason(note=note) for note in quality.notes if note.code not in HARMLESS)
