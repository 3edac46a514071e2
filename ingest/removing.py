"""Taking documents out of the folder as a clerk would: into another folder, from which they can be put back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from ingest import folder
from ingest.documents import Document

Why = Literal["removed", "replaced"]
NOTE, TEXT = "note.json", "text.md"


@dataclass(frozen=True)
class Removed:
    """A document that was taken out. `id` names its folder below `removed/` in the data folder, which holds the file,
    its sidecars, its text as it was read last (where it had been read), and a note with what stands here. `by` is the
    source of the document that took its place, empty where none did."""

    id: str
    source: str
    title: str
    why: Why
    who: str
    by: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


REMOVED = TypeAdapter(Removed)


class Gone(Exception):
    """What was to be removed or put back is not there (any more)."""


class Taken(Exception):
    """A file of that name is in the folder again, so that nothing can be put back there."""


class Bin:
    """The documents that were taken out of `knowledge_dir`. Nothing in it is deleted unless somebody does so."""

    def __init__(self, knowledge_dir: Path, data_dir: Path) -> None:
        self.knowledge_dir, self.place = knowledge_dir, data_dir / "removed"

    def take(self, source: str, why: Why, who: str, known: Callable[[str], Document | None]) -> Removed:
        """Moves a document and its sidecars out of the folder. Raises Gone, and OSError where the folder forbids it."""
        removed = self.keep(source, why, who, known)
        for each in folder.with_sidecars(self.knowledge_dir / source):
            each.unlink(missing_ok=True)
        return removed

    def keep(self, source: str, why: Why, who: str, known: Callable[[str], Document | None], by: str = "") -> Removed:
        """Copies a document with its sidecars here, for somebody who then puts `by` into its place. Raises as `take`
        does; what was copied by then is dropped."""
        path = folder.documents(self.knowledge_dir).get(source)
        if path is None:
            raise Gone(source)
        document = known(source)
        removed = Removed(self.new_id(), source, document.metadata.title if document else path.name, why, who, by)
        try:
            self.copy(removed, path, document)
        except OSError:
            shutil.rmtree(self.place / removed.id, ignore_errors=True)
            raise
        return removed

    def copy(self, removed: Removed, path: Path, document: Document | None) -> None:
        place = self.place / removed.id
        place.mkdir(parents=True)
        (place / NOTE).write_text(json.dumps(asdict(removed), ensure_ascii=False, default=str), encoding="utf-8")
        if document:
            (place / TEXT).write_text(document.text, encoding="utf-8")
        for each in reversed([each for each in folder.with_sidecars(path) if each.exists()]):
            shutil.copy2(each, place / each.name)

    def new_id(self) -> str:
        """Names that sort by time."""
        return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"

    def put_back(self, removed_id: str) -> Removed:
        """Puts a document back where it was. Raises Gone, Taken, and OSError where the folder forbids it."""
        removed = self.find(removed_id)
        target = self.knowledge_dir / removed.source
        if target.exists():
            raise Taken(removed.source)
        target.parent.mkdir(parents=True, exist_ok=True)
        files = [each for each in folder.with_sidecars(self.file(removed)) if each.exists()]
        for each in reversed(files):  # the file last, so that it is never read without its sidecars
            shutil.copy2(each, target.with_name(each.name + ".part"))
            target.with_name(each.name + ".part").replace(target.with_name(each.name))
        self.delete(removed_id)
        return removed

    def delete(self, removed_id: str) -> Removed:
        """Deletes for good what was taken out. Raises Gone."""
        removed = self.find(removed_id)
        shutil.rmtree(self.place / removed.id)
        return removed

    def all(self) -> list[Removed]:
        """What was taken out, the last first."""
        names = sorted((each.name for each in self.place.glob("*/") if (each / NOTE).exists()), reverse=True)
        return [self.find(name) for name in names]

    def find(self, removed_id: str) -> Removed:
        """Raises Gone."""
        place = self.place / removed_id
        if place.parent != self.place or not (place / NOTE).is_file():
            raise Gone(removed_id)
        return REMOVED.validate_json((place / NOTE).read_bytes())

    def file(self, removed: Removed) -> Path:
        return self.place / removed.id / Path(removed.source).name

    def text(self, removed: Removed) -> str:
        """Its text as it was read last; empty where it never was."""
        text = self.place / removed.id / TEXT
        return text.read_text(encoding="utf-8") if text.exists() else ""
