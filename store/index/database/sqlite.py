"""Catalog in one SQLite file: a connection for writing, one per reading thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import ClassVar
from weakref import WeakSet

from pydantic import ValidationError

from sqlite_files import identity
from store.index.damaged_files import CatalogDamagedError, read_error
from store.index.database.fts5 import SCHEMA, Fts5
from store.index.tables import absent_files, catalog
from store.index.tables.connection import Connection, FullText
from store.index.tables.integrity_check import check_content

WITHOUT_TEXTS = """
CREATE INDEX IF NOT EXISTS documents_without_texts ON documents (source, revision, embedded, stamp);
"""
"""Index of the columns that questions and folder scans read of all documents.

Without it SQLite would read past the documents' texts. PostgreSQL keeps long texts apart.
"""


class SqliteConnection(sqlite3.Connection):
    """SQLite connection that allows weak references, unlike the base class."""

    words: ClassVar[FullText] = Fts5()


def connect(path: Path, is_new: bool = True) -> SqliteConnection:
    """Opens a connection for one thread.

    `is_new` creates missing files and tables.
    """
    address = f"{path.absolute().as_uri()}?mode={'rwc' if is_new else 'rw'}"
    connection = sqlite3.connect(
        address, isolation_level=None, timeout=60, check_same_thread=False, factory=SqliteConnection, uri=True
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if is_new:
        connection.executescript(catalog.SCHEMA + WITHOUT_TEXTS + SCHEMA + absent_files.SCHEMA)
        add_bases(connection)
    return connection


def add_bases(connection: sqlite3.Connection) -> None:
    """Adds the column of the bases to a catalog that was made before there were any."""
    if not any(row[1] == "bases" for row in connection.execute("PRAGMA table_info(documents)")):
        connection.execute("ALTER TABLE documents ADD COLUMN bases TEXT NOT NULL DEFAULT '[]'")


def check_pages(path: Path) -> None:
    """Checks the database file; a missing file is fine.

    Raises CatalogDamagedError or sqlite3.DatabaseError if it is damaged.
    """
    if not path.exists():
        return
    with closing(connect(path, is_new=False)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise CatalogDamagedError(found)


class ThreadConnection:
    """Connection of one thread, closed when the thread ends.

    Without this wrapper it would stay open until the next garbage collection of cycles, because a connection and
    its prepared statements refer to each other.
    """

    def __init__(self, connection: SqliteConnection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class SqliteCatalog:
    """All connections to one file; see `CatalogDatabase`."""

    errors: tuple[type[Exception], ...] = (sqlite3.DatabaseError, ValidationError)

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: WeakSet[SqliteConnection] = WeakSet()
        self.opening, self.own = threading.Lock(), threading.local()
        self.writer = self.connect()
        self.file = identity(path)

    def reader(self) -> SqliteConnection:
        """Connection of the calling thread, so that questions do not wait for each other.

        Never creates the file.
        Raises sqlite3.OperationalError if the catalog was removed.
        """
        if not hasattr(self.own, "connection"):
            self.own.connection = ThreadConnection(self.connect(is_new=False))
        own: ThreadConnection = self.own.connection
        return own.connection

    def connect(self, is_new: bool = True) -> SqliteConnection:
        """Opens a connection that `close` closes; `is_new` creates what is missing."""
        connection = connect(self.path, is_new)
        with self.opening:
            self.opened.add(connection)
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lends the connection of the calling thread, in a transaction for reading."""
        connection = self.reader()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lends `writer` in a transaction: all changes are made at the end, or none."""
        self.writer.execute("BEGIN IMMEDIATE")
        try:
            yield self.writer
            self.writer.execute("COMMIT")
        except BaseException:
            if self.writer.in_transaction:  # SQLite may have rolled back by itself
                self.writer.execute("ROLLBACK")
            raise

    def emptying(self) -> AbstractContextManager[Connection]:
        """Lends `writer` as `writing` does; rows of the file stay, so it must be new."""
        return self.writing()

    def others(self) -> int:
        """Returns 0: other processes reach the file through the one that owns it."""
        return 0

    def note_ids(self, connection: Connection) -> None:
        """Does nothing: SQLite continues after the ids that were written."""

    def wait_for_readers(self) -> bool:
        """Returns True at once: other processes read through this one."""
        return True

    def meaning(self, error: Exception) -> Exception:
        """Translates an error of the connections.

        To DiskFullError, CatalogDamagedError or CatalogUnavailableError.
        """
        return read_error(error, self.path)

    def check(self) -> None:
        """Checks the pages of the file, and the content in one state.

        Raises CatalogDamagedError, ValidationError or sqlite3.DatabaseError if it is damaged.
        """
        check_pages(self.path)
        with closing(connect(self.path, is_new=False)) as connection:
            connection.execute("BEGIN")
            check_content(connection)
            connection.execute("ROLLBACK")

    def is_still_there(self) -> bool:
        """True if the open file is still the one in the folder."""
        return identity(self.path) == self.file

    def close(self) -> None:
        """Closes all connections; no thread may use one any more."""
        with self.opening:
            for connection in list(self.opened):
                connection.close()
