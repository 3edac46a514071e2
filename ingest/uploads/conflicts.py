"""Finds conflicts of an uploaded file with existing documents."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from ingest.uploads.file_names import find_same_name
from store import folder, validity
from store.documents import Metadata
from store.validity_changes import find_shifts

ConflictReason = Literal["name", "number", "title", "content", "chosen", "validity"]

NEW = "\0new"
"""Source of a document that is not in the folder yet."""


@dataclass(frozen=True)
class Conflict:
    """A document that an upload may be meant to replace.

    `why`: what they have in common; `chosen` if a person sent the upload as its new version, `validity` if the upload
    changes whether the document applies.
    `base`: for a document that was changed in the browser, the hash of what was changed; else "".
    """

    why: ConflictReason
    source: str
    base: str = ""


def find_conflict(
    name: str, place: str, new: Metadata, knowledge_dir: Path, known: Mapping[str, Metadata]
) -> Conflict | None:
    """Returns the conflict with a document that a new one may replace.

    Tries in this order: same name in the folder, same number, same title and issuer. Of several, the latest.
    Numbers and titles are compared within the language of the new document.
    None if there is no such document.
    """
    if same := same_name(name, place, knowledge_dir):
        return same
    by_number, by_title = validity.relatives(new, known)
    whys: tuple[tuple[ConflictReason, list[str]], ...] = (("number", by_number), ("title", by_title))
    return next((Conflict(why, latest(found, known)) for why, found in whys if found), None)


def first_conflict(name: str, place: str, knowledge_dir: Path, chosen: Conflict | None = None) -> Conflict | None:
    """Returns the conflict of a file that is not read yet.

    It is with the document that was `chosen`, or one with its name.
    None if there is no such document.
    """
    return chosen or same_name(name, place, knowledge_dir)


def still_chosen(met: Conflict | None, knowledge_dir: Path) -> Conflict | None:
    """Returns a conflict that is a chosen replacement of an existing document.

    None if it is another conflict, or if that document has left the folder.
    """
    is_there = met is not None and met.why == "chosen" and met.source in folder.documents(knowledge_dir)
    return met if is_there else None


def same_name(name: str, place: str, knowledge_dir: Path) -> Conflict | None:
    """Returns the conflict with the document of this name in the folder.

    None if there is no such document.
    """
    same = find_same_name(knowledge_dir, place, name)
    return Conflict("name", same) if same else None


def same_content(file: Path, knowledge_dir: Path) -> Conflict | None:
    """Returns the conflict with a document whose file has identical content.

    None if there is no such document.
    """
    same = twin(file, knowledge_dir)
    return Conflict("content", same) if same else None


def other_validity(new: Metadata, known: Mapping[str, Metadata], on: date) -> Conflict | None:
    """Returns the conflict with the latest document whose validity a new one changes.

    None if it changes that of no document.
    """
    shifts = find_shifts(known, {**known, NEW: new}, on)
    return Conflict("validity", latest([each.source for each in shifts], known)) if shifts else None


def latest(sources: list[str], known: Mapping[str, Metadata]) -> str:
    """Returns the source of the document that starts to apply last.

    One without a start counts as the earliest. Of several with one start, the last by source is taken.
    """
    return max(sources, key=lambda source: (validity.start(known[source]) or date.min, source))


def twin(file: Path, knowledge_dir: Path) -> str:
    """Source of the document whose file has identical content, or ""."""
    size, own = file.stat().st_size, ""
    for source, path in folder.documents(knowledge_dir).items():
        if folder.size(path) == size:
            own = own or folder.content(file)
            with suppress(OSError):  # the file in the folder may be gone meanwhile
                if folder.content(path) == own:
                    return source
    return ""


@dataclass(frozen=True)
class Preview:
    """Document that answers if both are kept: the `new` one, the `old` one, or `both`.

    `since`: day from which the new one answers, if it is in the future; else None.
    """

    counts: Literal["new", "old", "both"]
    since: date | None = None


def outlook(new: Metadata, old: str, known: Mapping[str, Metadata], on: date) -> Preview:
    """Applies the rules on versions to a new document beside an old one."""
    replaced = validity.find_replacements({**known, NEW: new})
    begins = validity.start(new)
    if replaced.get(old) == NEW:
        return Preview("new", begins if begins and begins > on else None)
    return Preview("old") if replaced.get(NEW) == old else Preview("both")
