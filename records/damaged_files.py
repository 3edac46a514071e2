"""A damaged file of the records: how it is told from a full disk or a lock, and how it is set aside."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

MARK = "damaged"
BESIDE = ("", "-wal", "-shm")
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

log = logging.getLogger(__name__)


def is_damage(error: BaseException | None, path: Path) -> bool:
    """Whether an error of SQLite says that its file is damaged, or that something else lies in its place."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF in DAMAGE or not all(map(Path.is_file, parts(path))))


def find_damage(path: Path) -> str:
    """What is wrong with a file of SQLite; empty where nothing is, where it is not there, or where that cannot be told
    now."""
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error) if is_damage(error, path) else ""
    return "" if found == "ok" else " ".join(str(found).split())


def set_aside(path: Path) -> str:
    """Renames a file of SQLite with those beside it; nothing is deleted. Gives its new name. Raises OSError."""
    mark = f"{MARK}-{int(time.time())}-"
    for part in list(parts(path)):
        part.rename(part.with_name(mark + part.name))
    return mark + path.name


def parts(path: Path) -> Iterator[Path]:
    return (part for end in BESIDE if (part := path.with_name(path.name + end)).exists())


def kept_aside(path: Path) -> list[Path]:
    """What was set aside of a file and still lies there, the oldest first."""
    return sorted(path.parent.glob(f"{MARK}-*-{path.name}"))


def expire_aside(path: Path, oldest: datetime) -> None:
    """Deletes what was set aside of a file that was last written before a moment: it holds what people asked."""
    for each in kept_aside(path):
        with suppress(OSError):
            if each.stat().st_mtime < oldest.timestamp():
                for part in list(parts(each)):
                    part.unlink()
                log.warning("%s is deleted: it is older than the retention.", each)
