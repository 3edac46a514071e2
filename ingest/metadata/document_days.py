"""Dates read from a document's text: accepted ones, and ones for the clerk."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.metadata.effective_dates import clause_date
from ingest.metadata.official_documents import Official
from text.date_bounds import find_objection

WORDS_SHOWN = 60
"""Characters of the text quoted in a sentence."""


@dataclass(frozen=True)
class Days:
    """Accepted dates by metadata key, and a sentence for each rejected one."""

    taken: Mapping[str, date]
    doubts: tuple[str, ...]


def take_days(official: Official, written: Mapping[str, Any], today: date) -> Days:
    """Dates from the text, for keys that are not written.

    Written dates count where others depend on them: a term starts on the written start date.
    """
    taken: dict[str, date] = {}
    doubts: dict[str, str] = {}

    def take(key: str, day: date | None, words: str, start: date | None = None, lacking: str = "") -> None:
        if key in written:
            return
        objection = find_objection(day, today, start) if day else ""
        if day and not objection:
            taken[key] = day
        elif day:
            doubts[key] = f"{_quoted(key, words)}: {day} {objection}. {_advice(key)}"
        elif words:
            doubts[key] = f"{_quoted(key, words)}: {lacking}. {_advice(key)}"

    take("issued", official.issued, "")
    issued = written.get("issued") or taken.get("issued")
    begins = official.effective_from or _published(official, issued)
    take("effective_from", begins, official.clause if begins else "")
    start = written.get("effective_from") or taken.get("effective_from") or issued
    if end := official.end:
        lacking = "its start is not known" if end.months else "no day can be made of it"
        take("effective_to", end.last_day(start), end.words, start, lacking)
    return Days(taken, tuple(doubts.values()))


def _published(official: Official, issued: date | None) -> date | None:
    """Start of a document that applies from its publication.

    Used if a person wrote the day of issue and the text does not have it.
    """
    if official.issued is None:
        with suppress(ValueError, OverflowError):
            return clause_date(official.clause, issued)
    return None


def _quoted(key: str, words: str) -> str:
    plain = " ".join(words.split())
    shown = plain if len(plain) <= WORDS_SHOWN else plain[: WORDS_SHOWN - 1] + "…"
    return f"text: {key} was not taken from “{shown}”" if shown else f"text: {key} was not taken"


def _advice(key: str) -> str:
    return f"Look it up in the document and write {key}, or say that there is none."
