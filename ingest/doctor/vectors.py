"""Checks of the vectors: where they lie, and whether their files can be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ingest.checks.problem import Problem, error
from settings import Settings

ON_SERVER, IN_FILES = "collection", "chroma.sqlite3"
"""Files in the vector folder: the collection name on a server, Chroma's database."""


def vector_problems(settings: Settings) -> Iterator[Problem]:
    """Vectors in another place than the settings say, as after `move`; damaged files."""
    place = settings.data_dir / "index" / "vectors"
    is_on_server, is_in_files = ((place / name).exists() for name in (ON_SERVER, IN_FILES))
    if settings.chroma_url:
        if is_in_files and not is_on_server:
            yield error("index", "doctor.vectors_in_files", url=settings.chroma_url)
    elif is_on_server and not is_in_files:
        yield error("index", "doctor.vectors_on_server")
    elif not is_in_files:
        yield error("index", "doctor.vectors_missing")
    elif is_in_files and (fault := fault_of(place / IN_FILES)):
        yield error("index", "doctor.vectors_damaged", fault=fault)


def fault_of(database: Path) -> str:
    """Fault of a SQLite file, opened read-only.

    "" if it has none, or if it cannot be opened, as while another process writes it.
    """
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return ""
    except sqlite3.DatabaseError as damage:
        return str(damage)
    return "" if found == "ok" else str(found)
