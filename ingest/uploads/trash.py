"""Trash: takes documents out of the folder; they can be restored."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from store import folder
from store.atomic_file import copy, replace
from store.documents import Document

RemovalReason = Literal["removed", "replaced"]
NOTE, TEXT, PART = "note.json", "text.md", ".part"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrashEntry:
    """A document in the trash.

    `id`: its folder below `removed/` in the data folder, with the file, its sidecars, its last text (if it had been
    read) and a note with these values.
    `by`: source of its replacement; "" without one.
    """

    id: str
    source: str
    title: str
    why: RemovalReason
    who: str
    by: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


Changing = AbstractContextManager[object]
"""A reentrant lock."""

REMOVED = TypeAdapter(TrashEntry)


class NotInTrashError(Exception):
    """The document to remove or restore does not exist (any more)."""


class PathTakenError(Exception):
    """The folder has a file of that name again, so nothing can be restored there."""


class Trash:
    """Documents taken out of `knowledge_dir`. Only a person's action deletes them.

    `changing` is locked during each change of the folder, so that two never overlap.
    `told` is called with each removed document: it is not missing, because a person removed it.
    """

    def __init__(
        self,
        knowledge_dir: Path,
        data_dir: Path,
        changing: Changing | None = None,
        told: Callable[[Collection[str]], object] = lambda _: None,
    ) -> None:
        self.knowledge_dir, self.place = knowledge_dir, data_dir / "removed"
        self.changing, self.told = changing or RLock(), told
        with self.changing:
            for cut_off in self.place.glob(f"*{PART}"):
                shutil.rmtree(cut_off, ignore_errors=True)

    def take(self, source: str, why: RemovalReason, who: str, known: Callable[[str], Document | None]) -> TrashEntry:
        """Moves a document and its sidecars to the trash.

        Raises NotInTrashError, and OSError if the folder is not writable.
        """
        with self.changing:
            removed = self.keep(source, why, who, known)
            try:
                self.clear(source)
            except OSError:
                self.drop_copy(removed)
                raise
            return removed

    def clear(self, source: str) -> None:
        """Deletes a document from the folder after it was copied here.

        Raises OSError if the folder is not writable.
        """
        folder.remove_with_sidecars(self.knowledge_dir / source)
        self.told([source])

    def keep(
        self, source: str, why: RemovalReason, who: str, known: Callable[[str], Document | None], by: str = ""
    ) -> TrashEntry:
        """Copies a document with its sidecars to the trash.

        The caller then puts `by` into its place.
        Raises NotInTrashError if it is not in the folder, and the errors of `take`; an incomplete copy is then deleted.
        """
        with self.changing:
            path = folder.documents(self.knowledge_dir).get(source)
            if path is None:
                raise NotInTrashError(source)
            document = known(source)
            removed = TrashEntry(new_id(), source, document.metadata.title if document else path.name, why, who, by)
            self.copy(removed, path, document)
            return removed

    def copy(self, removed: TrashEntry, path: Path, document: Document | None) -> None:
        """Copies everything to a temporary folder, then renames it atomically."""
        part = self.part(removed)
        part.mkdir(parents=True)
        try:
            for each in filter(Path.exists, folder.with_sidecars(path)):
                copy(each, part / each.name)
                shutil.copystat(each, part / each.name)
            if document:
                replace(part / TEXT, document.text.encode())
            replace(part / NOTE, json.dumps(asdict(removed), ensure_ascii=False, default=str).encode())
            part.rename(self.place / removed.id)
        except OSError:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def part(self, removed: TrashEntry) -> Path:
        """Temporary path while a document is added or deleted."""
        return self.place / f"{removed.id}{PART}"

    def drop_copy(self, removed: TrashEntry) -> None:
        """Deletes the copy made by `keep` if the folder still has the document."""
        there = folder.content_hash(self.knowledge_dir / removed.source)
        if there and there == folder.content_hash(self.file(removed)):
            self.delete(removed.id)

    def put_back(self, removed_id: str) -> TrashEntry:
        """Restores a document to its old path.

        Raises NotInTrashError, PathTakenError, and OSError if the folder is not writable.
        """
        with self.changing:
            removed = self.find(removed_id)
            self.check_free(removed)
            target = self.knowledge_dir / removed.source
            target.parent.mkdir(parents=True, exist_ok=True)
            files = [each for each in folder.with_sidecars(self.file(removed)) if each.exists()]
            for each in reversed(files):  # the file last, so that it is never read without its sidecars
                self.copy_back(each, target.with_name(each.name))
            self.delete(removed_id)
            return removed

    def copy_back(self, file: Path, to: Path) -> None:
        """Copies a file with its times out of the trash, atomically."""
        part = to.with_name(to.name + PART)
        try:
            copy(file, part)
            shutil.copystat(file, part)
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)

    def check_free(self, removed: TrashEntry) -> None:
        """Raises PathTakenError if another file or sidecar is at one of the paths."""
        there = folder.with_sidecars(self.knowledge_dir / removed.source)
        for each, kept in zip(there, folder.with_sidecars(self.file(removed)), strict=True):
            if each.exists() and not (kept.exists() and folder.content(kept) == folder.content(each)):
                raise PathTakenError(each.relative_to(self.knowledge_dir).as_posix())

    def delete(self, removed_id: str) -> TrashEntry:
        """Deletes a document from the trash for good.

        Raises NotInTrashError, and OSError if that is not allowed.
        """
        with self.changing:
            removed = self.find(removed_id)
            (self.place / removed.id).rename(self.part(removed))
            shutil.rmtree(self.part(removed), ignore_errors=True)  # the next start deletes leftovers
            return removed

    def read_all(self) -> list[TrashEntry]:
        """Documents in the trash, latest first."""
        found = []
        for place in sorted(self.place.glob("*/"), reverse=True):
            with suppress(NotInTrashError):
                found.append(self.find(place.name))
        return found

    def find(self, removed_id: str) -> TrashEntry:
        """Returns a document in the trash.

        Raises NotInTrashError if it is not there, or if its note cannot be read.
        """
        place = self.place / removed_id
        if place.parent != self.place or removed_id.endswith(PART):
            raise NotInTrashError(removed_id)
        try:
            return REMOVED.validate_json((place / NOTE).read_bytes())
        except OSError:
            raise NotInTrashError(removed_id) from None
        except ValidationError as error:
            log.warning("%s cannot be read, so its content is not listed: %s", place / NOTE, error)
            raise NotInTrashError(removed_id) from None

    def file(self, removed: TrashEntry) -> Path:
        """Returns the path of a document's file in the trash."""
        return self.place / removed.id / Path(removed.source).name

    def text(self, removed: TrashEntry) -> str:
        """Last text of the document; "" if it was never read."""
        try:
            return (self.place / removed.id / TEXT).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""


def new_id() -> str:
    """A unique id; ids sort by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}{token_hex(4)}"
