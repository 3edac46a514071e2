"""A change of metadata: current state, new state, and writing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from fastapi import Request

from ingest.diff.wording import Budget, Piece, wording
from ingest.metadata.write_front_matter import Written, draft, read_written, value_in_force, write_metadata
from store import folder
from store.documents import UnreadableFileError
from store.validity_changes import Shift
from web.staff.documents import form as fields
from web.staff.documents.validity_preview import foresee, shift_details
from web.staff.folder_state import path_of
from web.staff.formatting import Formatter
from web.staff.pages import Pages, language_of


@dataclass(frozen=True)
class Now:
    """Current state of a file: its digest, its written metadata, and their form."""

    source: str
    path: Path
    digest: str
    written: Written
    form: fields.Form


@dataclass(frozen=True)
class DetailChange:
    """Metadata change of a document.

    `shifts`: validity changes that it causes. `author`: who wrote it, if another person approves it; else "".
    """

    current: Now
    found: fields.Changes
    shifts: tuple[Shift, ...] = ()
    author: str = ""

    @property
    def source(self) -> str:
        """Path of the document below the knowledge folder."""
        return self.current.source

    def rows(self, language: str) -> list[tuple[str, tuple[Piece, ...]]]:
        """Returns `(field, text with removed and added parts)`."""
        before, after = self.current.form, fields.apply_changes(self.current.form, self.found, language)
        sides = [(name, *(spell(name, form, language) for form in (before, after))) for name in self.found.names()]
        return [(name, tuple(pieces(name, *states))) for name, *states in sides]

    def audit_details(self) -> dict[str, str]:
        """Returns the audit log details, with values as they are written in the file.

        The log translates them for its reader.
        """
        written, new = self.current.written, self.found.values
        old = {**written.unusable, **written.values}
        details = {name: f"{plain_value(old.get(name))} → {plain_value(new.get(name))}" for name in self.found.names()}
        return details | shift_details(self.source, self.shifts) | ({"author": self.author} if self.author else {})


def now_of(request: Request, pages: Pages, source: str) -> Now:
    """Returns the current state of a document's file.

    Raises HTTPException 404 if it is not in the folder.
    """
    path = path_of(pages.room, source)
    digest = folder.content_hash(path)
    try:
        written = read_written(path)
    except UnreadableFileError:  # the sidecar is not text: `write` refuses it too
        written = Written({}, {}, ())
    return Now(source, path, digest, written, fields.standing(written, language_of(request)))


def foreseen(pages: Pages, current: Now, found: fields.Changes) -> tuple[Shift, ...]:
    """Returns the validity changes that saving would cause.

    Raises FrontMatterNotWritableError if only a person can change the metadata in the file.
    Raises UnreadableFileError if front matter or sidecar is not text.
    Raises OSError if they cannot be read.
    """
    then = draft(current.path, found.values, found.without)
    return foresee(pages.room.index, current.source, value_in_force(current.path), then, date.today())


def save(request: Request, pages: Pages, change: DetailChange) -> None:
    """Writes the audit entry and the change.

    Raises FrontMatterNotWritableError if only a person can change the metadata in the file.
    Raises UnreadableFileError if front matter or sidecar is not text.
    Raises OSError if they cannot be read or written.
    """
    pages.audit(request, "document.edited", change.source, **change.audit_details())
    write_metadata(change.current.path, change.found.values, change.found.without)


def spell(name: str, form: fields.Form, language: str) -> str:
    """Returns the state of a field with days and chosen values in words."""
    state, speak = form.state(name), Formatter(language)
    return speak.code(name, state) if fields.KINDS[name] in ("choice", "flag") else speak.days(state)


def plain_value(value: Any) -> str:
    """Returns a value for the audit log, in no language; a dash if it is empty."""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value or "—")


def show_state(state: str) -> str:
    """Returns the state of a field (`Form.state`) as text; a dash if it is empty."""
    return state.replace(fields.NOTHING, "") or "—"


def pieces(name: str, before: str, after: str) -> Iterator[Piece]:
    """Yields a field with removed and added parts marked.

    By items for lists, by words for texts, otherwise the whole value.
    """
    old, new = show_state(before), show_state(after)
    if fields.KINDS[name] in ("list", "lines"):
        yield from item_pieces(*(fields.items(state.replace(fields.NOTHING, "")) for state in (before, after)))
    elif fields.KINDS[name] == "area" and "—" not in (old, new):
        yield from wording(old, new, Budget())
    else:
        yield from (Piece("old", old), Piece("same", " "), Piece("new", new))


def item_pieces(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Piece]:
    """Yields the items of a list: removed and kept ones in order, then new ones."""
    kinds = [("same" if each in after else "old", each) for each in before]
    kinds += [("new", each) for each in after if each not in before]
    for place, (kind, item) in enumerate(kinds):
        yield from [Piece("same", ", ")] if place else []
        yield Piece(cast(Any, kind), item)
