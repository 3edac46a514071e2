"""The connections to the catalog: one that writes, and one for each thread that reads."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from weakref import WeakSet

from store.index import catalog


class ThreadConnection:
    """The connection of one thread, closed when the thread ends. By itself it would stay open until the next search for
    cycles, since a connection and its prepared statements hold each other."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Connections:
    """May be used from several threads; only one at a time may use `writer`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: WeakSet[sqlite3.Connection] = WeakSet()
        self.opening, self.own = threading.Lock(), threading.local()
        self.writer = self.connect()
        self.file = identity(path)

    def reader(self) -> sqlite3.Connection:
        """This thread's own connection, so that questions do not wait for each other. Makes no file where the catalog
        has been removed: raises sqlite3.OperationalError."""
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
        """Whether the file that is read is the one that lies in the folder."""
        return identity(self.path) == self.file

    def close(self) -> None:
        """Closes all connections; no thread may use one any more."""
        with self.opening:
            for connection in list(self.opened):
                connection.close()


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that has taken its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
