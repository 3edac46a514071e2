"""Damaged database files (no full disks, no locks): detects and sets them aside."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlite_files import ENDS, parts
from text.messages import NOTHING, Message, as_it_is, message

MARK = "damaged"
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

log = logging.getLogger(__name__)


def is_damage(error: BaseException | None, path: Path) -> bool:
    """True if an error of SQLite means that the file is damaged or replaced."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF in DAMAGE or not all(map(Path.is_file, parts(path))))


def find_damage(path: Path) -> Message:
    """Damage of an SQLite file.

    NOTHING if it is undamaged, missing together with its log, or cannot be checked now.
    """
    if not path.exists():
        # SQLite deletes the log of a removed file as soon as an empty one takes its place
        return message("records.only_log") if has_content(path.with_name(f"{path.name}-wal")) else NOTHING
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return as_it_is(str(error)) if is_damage(error, path) else NOTHING
    return NOTHING if found == "ok" else as_it_is(" ".join(str(found).split()))


def set_aside(path: Path) -> str:
    """Renames an SQLite file and its companions; returns the new name.

    Nothing is deleted.
    Raises OSError if one of them cannot be renamed.
    """
    mark = f"{MARK}-{int(time.time())}-"
    for part in list(parts(path)):
        part.rename(part.with_name(mark + part.name))
    return mark + path.name


def has_content(path: Path) -> bool:
    """Checks that a file is there and is not empty."""
    return path.is_file() and path.stat().st_size > 0


def list_set_aside(path: Path) -> list[Path]:
    """Files that were set aside and of which a part still exists, oldest first."""
    found = (each.with_name(each.name.removesuffix(end)) for end in ENDS for each in aside(path, end))
    return sorted(set(found))


def aside(path: Path, end: str) -> Iterator[Path]:
    """Yields those of a database's files set aside that have one ending (`ENDS`)."""
    return path.parent.glob(f"{MARK}-*-{path.name}{end}")


def expire_aside(path: Path, oldest: datetime) -> None:
    """Deletes set-aside files last written before a moment: they contain questions."""
    for each in list_set_aside(path):
        with suppress(OSError):
            if max(part.stat().st_mtime for part in parts(each)) < oldest.timestamp():
                for part in list(parts(each)):
                    part.unlink()
                log.warning("%s is deleted: it is older than the retention.", each)
