"""Publishes files into the knowledge folder.

An interruption at any point leaves the old file or both files, never none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ingest.metadata.write_front_matter import read_written
from ingest.uploads.file_names import check_folder_name, find_same_name, free_source, source_of
from ingest.uploads.kept_fields import hand_filled
from ingest.uploads.trash import NotInTrashError, Trash, TrashEntry
from store import atomic_file, folder
from store.atomic_file import copy
from store.documents import Document, Metadata

Known = Callable[[str], Document | None]

log = logging.getLogger(__name__)


def source_for(name: str, place: str, trash: Trash) -> str:
    """Source for a file in a folder beside the existing files.

    Raises UploadRefusedError if the folder is not allowed.
    """
    return free_source(trash.knowledge_dir, check_folder_name(place, trash.knowledge_dir), name)


@dataclass(frozen=True)
class Replacement:
    """Result of replacing a document.

    `source`: that of the new document.
    `removed`: the copy in the trash.
    `is_whole`: False if the old file could not be deleted, so that both are in the folder.
    `kept`: fields that the new document keeps of the old one.
    """

    source: str
    removed: TrashEntry
    is_whole: bool = True
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Incoming:
    """A file that replaces a document, with the metadata read from it.

    `is_edit`: it is the document itself, changed by a person, so that what it no longer says is not kept either.
    """

    file: Path
    metadata: Metadata = field(default_factory=Metadata)
    is_edit: bool = False


def check_replaceable(old: str, trash: Trash) -> None:
    """Checks that a document can be replaced.

    Raises NotInTrashError if it no longer exists, and UnreadableFileError if its sidecar is not text.
    """
    if not is_there(old, trash):
        raise NotInTrashError(old)
    read_written(trash.knowledge_dir / old)


def replace(new: Incoming, old: str, who: str, trash: Trash, known: Known) -> Replacement:
    """Replaces a document by a file; the old one goes to the trash.

    The new file takes the path of the old one if the suffix is equal, else its own name beside it. What staff filled in
    about the old one is kept in a sidecar, as `hand_filled` says.
    Raises NotInTrashError if the old document no longer exists, and UnreadableFileError if its sidecar is not text.
    Raises OSError if files cannot be read or written; the folder is then unchanged.
    """
    file, before = new.file, known(old)
    source, beside = source_of_version(file.name, old, trash.knowledge_dir), folder.sidecar(file)
    filled = beside.read_bytes() if beside.exists() else None
    filled_in = hand_filled(trash.knowledge_dir / old, before.metadata if before else None, file, new.metadata)
    kept = {} if new.is_edit else filled_in.kept
    removed = trash.keep(old, "replaced", who, known, source)
    try:
        if kept:
            beside.write_bytes((filled or b"") + as_yaml(kept).encode())
        put(file, trash.knowledge_dir / source, source == old)
    except OSError:
        trash.drop_copy(removed)
        raise
    finally:
        restore_sidecars({beside: filled})
    return Replacement(source, removed, leave(old, source, trash), kept)


def put_back(removed_id: str, who: str, trash: Trash, known: Known) -> tuple[TrashEntry, Replacement | None]:
    """Restores a replaced document from the trash; its replacement goes to the trash.

    The second result is None if the replacement was gone already.
    Raises NotInTrashError, PathTakenError if a third document has its path by now, and OSError.
    The folder is then unchanged.
    """
    old = trash.find(removed_id)
    is_over = old.by == old.source and is_there(old.by, trash)
    if not is_over:
        trash.check_free(old)
    newer = trash.keep(old.by, "replaced", who, known, old.source) if is_there(old.by, trash) else None
    try:
        put(trash.file(old), trash.knowledge_dir / old.source, is_over)
    except OSError:
        if newer:
            trash.drop_copy(newer)
        raise
    is_whole = leave(old.by, old.source, trash) if newer else True
    trash.delete(removed_id)
    return old, Replacement(old.source, newer, is_whole) if newer else None


def is_there(source: str, trash: Trash) -> bool:
    """Checks that a document is in the knowledge folder."""
    return source in folder.documents(trash.knowledge_dir)


def source_of_version(name: str, old: str, knowledge_dir: Path) -> str:
    """Source of a new version."""
    path = PurePosixPath(old)
    if PurePosixPath(name).suffix.lower() == path.suffix.lower():
        return old
    place = path.parent.as_posix().removeprefix(".")
    return (
        free_source(knowledge_dir, place, name)
        if find_same_name(knowledge_dir, place, name)
        else source_of(place, name)
    )


def as_yaml(kept: Mapping[str, Any]) -> str:
    """YAML of the fields that a new version keeps."""
    values = {key: as_yaml_value(value) for key, value in kept.items()}
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False)


def as_yaml_value(value: object) -> object:
    """Returns a value for YAML, which has lists but no tuples."""
    return list(value) if isinstance(value, tuple) else value


def put(file: Path, target: Path, is_over: bool = False) -> None:
    """Copies a file with sidecars to a path; the file itself comes last, atomically.

    `is_over`: it replaces a document whose copy is complete in the trash, so sidecars without a new version are
    deleted. Otherwise a sidecar prepared by hand stays.
    Raises OSError if the disk is full or not writable; everything is then unchanged.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    pairs = list(zip(folder.with_sidecars(file), folder.with_sidecars(target), strict=True))
    if not is_over:
        pairs = [(new, each) for new, each in pairs if each == target or not each.exists()]
    parts = {new: each.with_name(each.name + ".part") for new, each in pairs if new.exists()}
    before = {each: each.read_bytes() if each.exists() else None for _, each in pairs[1:]}
    try:
        for new, part in parts.items():
            copy(new, part)
        # sidecars first: the file must never be read without them
        for new, each in reversed(pairs):
            if new in parts:
                parts[new].replace(each)
            else:
                each.unlink(missing_ok=True)
    except OSError:
        restore_sidecars(before)
        raise
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def restore_sidecars(before: Mapping[Path, bytes | None]) -> None:
    """Restores the bytes of sidecars; None deletes one that did not exist.

    Raises OSError if one cannot be written or deleted.
    """
    for each, data in before.items():
        if data is None:
            each.unlink(missing_ok=True)
        elif not each.exists() or each.read_bytes() != data:
            atomic_file.replace(each, data)


def leave(old: str, new: str, trash: Trash) -> bool:
    """Deletes the replaced file if its path differs; False if that failed."""
    if old != new:
        try:
            trash.clear(old)
        except OSError:
            log.exception("%s was replaced, but could not be taken away", old)
            return False
    return True
