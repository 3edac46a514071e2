"""Files of an SQLite database: which they are, and whether another one has taken their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ENDS = ("", "-wal", "-shm")
"""Endings of the file and of what SQLite keeps beside it."""


def parts(path: Path) -> Iterator[Path]:
    """The file and what SQLite keeps beside it, as far as they exist; also a folder."""
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
