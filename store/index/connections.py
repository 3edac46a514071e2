"""Connections to the catalog: one for writing, and one per reading thread."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from weakref import WeakSet

from store.index import catalog


class ThreadConnection:
    """Connection of one thread, closed when the thread ends.

    Without this wrapper it would stay open until the next garbage collection of cycles, because a connection and
    its prepared statements refer to each other.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Connections:
    """All connections to one catalog.

    May be used from several threads; `writer` by one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: WeakSet[sqlite3.Connection] = WeakSet()
        self.opening, self.own = threading.Lock(), threading.local()
        self.writer = self.connect()
        self.file = identity(path)

    def reader(self) -> sqlite3.Connection:
        """Connection of the calling thread, so that questions do not wait for each other.

        Never creates the file: raises sqlite3.OperationalError if the catalog was removed.
        """
        if not hasattr(self.own, "connection"):
            self.own.connection = ThreadConnection(self.connect(is_new=False))
        own: ThreadConnection = self.own.connection
        return own.connection

    def connect(self, is_new: bool = True) -> sqlite3.Connection:
        connection = catalog.connect(self.path, is_new)
        with self.opening:
            self.opened.add(connection)
        return connection

    def is_still_there(self) -> bool:
        """True if the open file is still the one in the folder."""
        return identity(self.path) == self.file

    def close(self) -> None:
        """Closes all connections; no thread may use one any more."""
        with self.opening:
            for connection in list(self.opened):
                connection.close()


def identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file, to detect that another file has taken its name.

    None if the file cannot be read or does not exist.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
