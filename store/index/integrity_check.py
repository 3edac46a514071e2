"""Checks the catalog: as a database file, and its content."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from store.index import catalog
from store.index.damaged_files import CatalogDamagedError


def check_pages(path: Path) -> None:
    """Checks the database file; a missing file is fine.

    Raises CatalogDamagedError and sqlite3.DatabaseError if it is damaged.
    """
    if not path.exists():
        return
    with closing(catalog.connect(path, is_new=False)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise CatalogDamagedError(found)


def check_content(path: Path) -> None:
    """Checks that each chunk is the stated span of its document and has its terms.

    Raises CatalogDamagedError, ValidationError and sqlite3.DatabaseError.
    """
    with closing(catalog.connect(path, is_new=False)) as connection:
        connection.execute("BEGIN")
        chunks, words = (count(connection, table) for table in ("chunks", "words"))
        if chunks != words:
            raise CatalogDamagedError(f"it holds {chunks} passages and the words of {words}")
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 0)")
        sources = [source for (source,) in connection.execute("SELECT source FROM documents")]
        if sum(check_document(connection, source) for source in sources) != chunks:
            raise CatalogDamagedError("it holds passages of no document")
        catalog.read_entries(connection)
        connection.execute("ROLLBACK")


def count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def check_document(connection: sqlite3.Connection, source: str) -> int:
    """Number of chunks of a document. Raises the errors of `check_content`."""
    found = catalog.read_revision(connection, source)
    if found is None or any(found.document.text[each.start : each.end] != each.text for each in found.chunks):
        raise CatalogDamagedError(f"passages of {source} are not in its text")
    return len(found.chunks)
