"""Dates read from a document's text: accepted ones, and ones for the clerk."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.metadata.effective_dates import clause_date
from ingest.metadata.front_matter import name_of
from ingest.metadata.official_documents import Official
from text.date_bounds import Objection, find_objection
from text.messages import Message, message

WORDS_SHOWN = 60
"""Characters of the text that a message quotes."""


@dataclass(frozen=True)
class Days:
    """Dates accepted from the text, by metadata key, and messages on rejected ones."""

    taken: Mapping[str, date]
    doubts: tuple[Message, ...]


def take_days(official: Official, written: Mapping[str, Any], today: date) -> Days:
    """Dates from the text, for keys that are not written.

    Written dates count where others depend on them: a term starts on the written start date.
    """
    taken: dict[str, date] = {}
    doubts: dict[str, Message] = {}

    def take(key: str, day: date | None, words: str, start: date | None = None, lacking: str = "") -> None:
        if key in written:
            return
        objection = find_objection(day, today, start) if day else None
        if day and not objection:
            taken[key] = day
        elif day and objection:
            doubts[key] = _describe_objection(key, day, objection, _shorten_words(words))
        elif words:
            doubts[key] = message(lacking, key=name_of(key), words=_shorten_words(words))

    take("issued", official.issued, "")
    issued = written.get("issued") or taken.get("issued")
    begins = official.effective_from or _find_publication_start(official, issued)
    take("effective_from", begins, official.clause if begins else "")
    start = written.get("effective_from") or taken.get("effective_from") or issued
    if end := official.end:
        lacking = "doubt.no_start" if end.months else "doubt.no_day"
        take("effective_to", end.last_day(start), end.words, start, lacking)
    return Days(taken, tuple(doubts.values()))


def _find_publication_start(official: Official, issued: date | None) -> date | None:
    """Start of a document that applies from its publication.

    Used if a person wrote the day of issue and the text does not have it.
    """
    if official.issued is None:
        with suppress(ValueError, OverflowError):
            return clause_date(official.clause, issued)
    return None


def _describe_objection(key: str, day: date, objection: Objection, words: str) -> Message:
    why = message(f"objection.{objection.code}", **objection.values)
    if words:
        return message("doubt.objection", key=name_of(key), words=words, day=day, objection=why)
    return message("doubt.objection_without_words", key=name_of(key), day=day, objection=why)


def _shorten_words(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= WORDS_SHOWN else plain[: WORDS_SHOWN - 1] + "…"


def find_doubted_key(said: Message) -> str:
    """Metadata key of a rejected date; "" for other messages."""
    kind, key = said.code.partition(".")[0], said.params.get("key")
    return key.code.removeprefix("key.") if kind == "doubt" and isinstance(key, Message) else ""
