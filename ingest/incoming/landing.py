"""Puts files into the knowledge folder: whatever stops in between leaves the old file or both, never neither."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import yaml

from ingest import folder
from ingest.documents import Document
from ingest.incoming.names import checked_folder, free_source, source_of, there
from ingest.metadata.front_matter import read_keys
from ingest.reading import sidecar
from ingest.removing import Bin, Removed, Taken

STAYS = ("audience", "topics", "countries", "contact", "download")
"""What a sidecar says of any version of a document. Title, number, dates and the rest described the old one."""

Known = Callable[[str], Document | None]


def source_for(name: str, place: str, bin: Bin) -> str:
    """The source that a file gets in a folder, beside what is there. Raises Refused where the folder was forbidden."""
    return free_source(bin.knowledge_dir, checked_folder(place, bin.knowledge_dir), name)


def replace(file: Path, old: str, who: str, bin: Bin, known: Known) -> tuple[str, Removed]:
    """Puts a file in the place of a document, which goes into the bin. Gives its source, and what was taken out.

    It takes the very path of the old one where the suffix is the same, else its own name beside it. Of the old
    sidecar only STAYS is kept. Raises Gone where the old one is not there any more.
    """
    source = place_of(file.name, old, bin.knowledge_dir)
    kept = kept_details(bin.knowledge_dir / old)
    removed = bin.keep(old, "replaced", who, known, source)
    try:
        if kept:
            folder.sidecar(file).write_text(kept, encoding="utf-8")
        put(file, bin.knowledge_dir / source)
    except OSError:
        bin.delete(removed.id)
        raise
    finally:
        folder.sidecar(file).unlink(missing_ok=True)
    leave(old, source, bin)
    return source, removed


def put_back(removed_id: str, who: str, bin: Bin, known: Known) -> tuple[Removed, Removed | None]:
    """Puts a replaced document back; what took its place goes into the bin, and is given too where it was there.

    Raises Gone, and Taken where a third document has taken its path meanwhile.
    """
    old = bin.find(removed_id)
    target = bin.knowledge_dir / old.source
    if target.exists() and old.by != old.source:
        raise Taken(old.source)
    newer = bin.keep(old.by, "replaced", who, known, old.source) if is_there(old.by, bin) else None
    put(bin.file(old), target)
    if newer:
        leave(old.by, old.source, bin)
    bin.delete(removed_id)
    return old, newer


def is_there(source: str, bin: Bin) -> bool:
    return source in folder.documents(bin.knowledge_dir)


def place_of(name: str, old: str, knowledge_dir: Path) -> str:
    """The source that a new version gets."""
    path = PurePosixPath(old)
    if PurePosixPath(name).suffix.lower() == path.suffix.lower():
        return old
    place = path.parent.as_posix().removeprefix(".")
    return free_source(knowledge_dir, place, name) if there(knowledge_dir, place, name) else source_of(place, name)


def kept_details(path: Path) -> str:
    """The YAML of what stays of a document's sidecar; empty where nothing does."""
    written = read_keys(sidecar(path), "sidecar")[0]
    kept = {key: plain(written[key]) for key in STAYS if key in written}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False) if kept else ""


def plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def put(file: Path, target: Path) -> None:
    """Copies a file with its sidecars to a path, over what is there; the file itself is swapped last, at one moment.

    Raises OSError where there is no room or no right to write, and leaves all as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    pairs = list(zip(folder.with_sidecars(file), folder.with_sidecars(target), strict=True))
    parts = {new: each.with_name(each.name + ".part") for new, each in pairs if new.exists()}
    try:
        for new, part in parts.items():
            copy(new, part)
        for new, each in reversed(pairs):
            if new in parts:
                parts[new].replace(each)
            else:
                each.unlink(missing_ok=True)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def copy(file: Path, to: Path) -> None:
    """Copies a file and waits until the disk has it."""
    with file.open("rb") as source, to.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())


def leave(old: str, new: str, bin: Bin) -> None:
    """Takes away what was replaced by a file of another path."""
    if old != new:
        for each in folder.with_sidecars(bin.knowledge_dir / old):
            each.unlink(missing_ok=True)
