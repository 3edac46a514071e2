"""Handles damaged files, and tells damage from a full disk by SQLite's errors."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from pathlib import Path

from sqlite_files import parts
from store.free_space import full_disk, has_room
from text.messages import MessageError, message

FULL = {sqlite3.SQLITE_FULL}
NO_ROOM_PERHAPS = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
"""Error codes that SQLite also gives when its write-ahead log finds no disk space."""
HARMLESS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM}

log = logging.getLogger(__name__)


class CatalogDamagedError(MessageError):
    """The catalog cannot be read correctly.

    It is checked, and rebuilt from the folder if it is damaged.
    """


class CatalogUnavailableError(MessageError):
    """The machine prevents access to the catalog for now.

    The message says which file and why.
    """


def read_error(error: Exception, path: Path) -> Exception:
    """Translates an error of reading or writing the catalog.

    Returns DiskFullError, CatalogDamagedError or CatalogUnavailableError.
    """
    code = getattr(error, "sqlite_errorcode", None)
    kind = code & 0xFF if code is not None else None
    if kind in FULL or (kind in NO_ROOM_PERHAPS and not has_room(path.parent)):
        return full_disk(path.parent)
    if kind not in HARMLESS | NO_ROOM_PERHAPS or not path.exists() or not all(map(Path.is_file, parts(path))):
        return CatalogDamagedError(message("catalog.unreadable", fault=error))
    return CatalogUnavailableError(message("catalog.unusable", file=path, error=error))


def set_aside(path: Path) -> None:
    """Renames a damaged file or folder to `.damaged`, for later inspection.

    The log of SQLite beside it is renamed too. An earlier `.damaged` copy is deleted.
    If the disk has no room for both, the damaged file is deleted as well.
    """
    for part in parts(path):
        kept = part.with_name(f"{part.name}.damaged")
        remove_file_or_folder(kept)
        size = sum(each.stat().st_size for each in part.rglob("*")) if part.is_dir() else part.stat().st_size
        if has_room(part.parent, size):
            part.rename(kept)
            log.warning("%s is damaged; it is kept as %s.", part, kept.name)
        else:
            remove_file_or_folder(part)
            log.warning("%s is damaged; it is deleted, since the disk has no room for keeping it.", part)


def remove_file_or_folder(path: Path) -> None:
    """Deletes a file, or a folder with its content; a missing one is fine.

    What cannot be deleted in a folder is left.
    Raises OSError if a file cannot be deleted.
    """
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
