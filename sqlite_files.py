"""Files of an SQLite database, and the identity of its main file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ENDS = ("", "-wal", "-shm")
"""Endings of the database file and of the files that SQLite keeps beside it."""


def parts(path: Path) -> Iterator[Path]:
    """Yields the file and those that SQLite keeps beside it, if they exist.

    `path` may also be a folder.
    """
    return (part for end in ENDS if (part := path.with_name(path.name + end)).exists())


def identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file, to detect that another file has taken its name.

    None if the file cannot be read or does not exist.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
