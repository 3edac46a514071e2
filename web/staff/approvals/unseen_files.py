"""Files put into the folder by hand: log lines, and what no approver has seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from records import AuditEntry
from store import atomic_file, folder
from store.folder import content_of_fingerprint
from web.staff.approval_needed import is_approval_needed
from web.staff.context import StaffContext
from web.staff.documents.overview import (
    AT_THE_SAME_TIME,
    BY_HAND,
    BY_HAND_ACTION,
    GONE_ACTION,
    SEEN_ACTION,
    is_unseen,
    unseen_sources,
)
from web.staff.folder_state import files_of
from web.staff.form_types import Source
from web.staff.pages import Pages, Task, language_of, redirect, translator

KNOWN = "known_files.json"
"""File in the data folder: the digest of each document at the last look."""
DIGITS = 16
TAKEN_AWAY = ("document.removed", "document.deleted", "document.replaced", "document.version_back")
"""Last actions on a document whose file the staff room itself has taken away."""


def note_files_by_hand(room: StaffContext) -> None:
    """Writes a log line for each document that did not come through the staff room.

    The first look only remembers: what is there then came with the installation.
    """
    if not room.library.held.leads() or room.library.progress().stage != "ready":
        return
    place = room.settings.data_dir / KNOWN
    present = {source: content_of_fingerprint(each)[:DIGITS] for source, each in room.index.fingerprints().items()}
    before = read_known(place)
    if present == before:
        return
    if before is not None:
        moved = note_gone(room, before, present)
        files, entries = files_of(room), room.audit.latest("document.") | room.audit.latest("page.")
        for source in sorted(present.keys() & files.keys() - moved):
            if present[source] != before.get(source) and is_by_hand(files[source], entries.get(source)):
                room.audit.note(AuditEntry("", BY_HAND_ACTION, source))
    atomic_file.replace(place, json.dumps(present, ensure_ascii=False).encode())


def note_gone(room: StaffContext, before: Mapping[str, str], present: Mapping[str, str]) -> set[str]:
    """Writes a log line for each file that went by hand; returns new names of others.

    A file with the same content elsewhere is the same document under another name, seen or unseen as before.
    """
    entries, fresh = room.audit.latest(BY_HAND), {present[each]: each for each in present.keys() - before.keys()}
    moved = set[str]()
    for source in sorted(before.keys() - present.keys()):
        entry, to = entries.get(source), fresh.get(before[source], "")
        if entry is None or entry.action not in TAKEN_AWAY:
            room.audit.note(AuditEntry("", GONE_ACTION, source, {"now_at": to} if to else {}))
            moved |= {to} - {""} if not is_unseen(entry) else set()
    return moved


def read_known(place: Path) -> Mapping[str, str] | None:
    """Returns the digests of the documents at the last look, by source.

    None before the first look, or if they cannot be read.
    """
    with suppress(OSError, ValueError):
        known: dict[str, str] = json.loads(place.read_bytes())
        return known
    return None


def is_by_hand(path: Path, entry: AuditEntry | None) -> bool:
    """True if a file has changed after the last entry of the staff room on it."""
    if entry is None or entry.action in (BY_HAND_ACTION, SEEN_ACTION, GONE_ACTION):
        return True
    seen = folder.last_change(path)
    return seen is not None and datetime.fromtimestamp(seen, UTC) > entry.at + AT_THE_SAME_TIME


def unseen_tasks(pages: Pages, request: Request) -> list[Task]:
    """Returns one task for all files that no approver has seen, while approval is on."""
    if not is_approval_needed(pages.room) or not (count := len(unseen_sources(pages.room))):
        return []
    subject = translator(language_of(request))("approvals.unseen_count", count=count)
    return [Task("approvals.unseen", subject, "folder?unseen=1")]


def add_seen(routes: APIRouter, pages: Pages) -> None:
    """Adds `/approvals/seen`: an approver has looked at a file that is public already."""

    @routes.post("/approvals/seen")
    def mark_seen(request: Request, source: Annotated[Source, Form()]) -> Response:
        if source in unseen_sources(pages.room):
            pages.audit(request, "document.seen", source)
            pages.flash(request, "approvals.seen_done", name=source)
        return redirect(request, "folder?unseen=1" if unseen_sources(pages.room) else "approvals")
