"""Metadata changes as drafts, with the digests of the files that they change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from fastapi import Request

from ingest.metadata.change_yaml import Value, plain
from records import Draft, DraftKind
from web.staff.approval_rules import draft_of, hold
from web.staff.documents.change import DetailChange
from web.staff.documents.form import KINDS, Changes
from web.staff.pages import Pages

DOCUMENTS = "documents"
"""Key of a draft under which the changes of its documents stand, as JSON."""
Held = tuple[str, str, Changes]
"""A document, the digest of its file, and the change."""


def hold_details(request: Request, pages: Pages, changes: Sequence[DetailChange], instead: str = "") -> None:
    """Keeps changes of one or several documents as one draft, in place of `instead`."""
    sources = [each.source for each in changes]
    subject = sources[0] if len(sources) == 1 else f"{sources[0]} + {len(sources) - 1}"
    hold(pages, request, draft_of(request, DraftKind.DETAILS, subject, content_of(changes)), instead)


def content_of(changes: Iterable[DetailChange]) -> dict[str, str]:
    """Returns the draft content of changes."""
    return {DOCUMENTS: to_json(changes)}


def to_json(changes: Iterable[DetailChange]) -> str:
    """Returns changes as JSON."""
    kept = [
        {
            "source": each.source,
            "digest": each.current.digest,
            "values": {name: plain(value) for name, value in each.found.values.items()},
            "without": each.found.without,
        }
        for each in changes
    ]
    return json.dumps(kept, ensure_ascii=False)


def list_held_changes(draft: Draft) -> Iterator[Held]:
    """Yields the changes of a draft."""
    for each in json.loads(draft.content[DOCUMENTS]):
        values = {name: as_value(name, value) for name, value in each["values"].items()}
        yield each["source"], each["digest"], Changes(values, each["without"])


def is_about(draft: Draft, source: str) -> bool:
    """True if a draft would change something of a document."""
    if draft.kind is not DraftKind.DETAILS:
        return draft.subject == source and draft.kind is not DraftKind.WITHDRAWAL
    return any(each == source for each, _, _ in list_held_changes(draft))


def others_about(pages: Pages, sources: Iterable[str], instead: str = "") -> list[Draft]:
    """Returns the drafts that change details of some documents, but `instead`."""
    changed = set(sources)
    waiting = pages.room.records.drafts.read_all()
    found = [each for each in waiting if each.kind is DraftKind.DETAILS and each.id != instead]
    return [each for each in found if changed & {source for source, _, _ in list_held_changes(each)}]


def as_value(name: str, kept: Any) -> Value:
    """Returns a value as a form gives it."""
    if isinstance(kept, list):
        return tuple(map(str, kept))
    if KINDS[name] == "day":
        return date.fromisoformat(kept) if kept else None
    return kept if isinstance(kept, bool | None) else str(kept)
