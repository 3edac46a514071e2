"""State of an index: connections, lock, writer, and the meaning of its errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from database_address import PostgresServer
from store.documents import Metadata, Validity
from store.free_space import DiskFullError, require_free_space
from store.index.damaged_files import CatalogDamagedError
from store.index.open_catalog import open_catalog
from store.index.read_lock import ReadLock
from store.index.tables import catalog
from store.index.tables.connection import Connection
from store.index.vector_store import Vectors
from store.vector_worker import ChromaServer
from text.messages import NOTHING, MessageError, message

ROOM_FOR_A_CHUNK = 48 << 10
"""Upper bound in bytes of the disk space that writing one chunk takes.

It covers text, terms, token signs and vector, each several times.
"""

GENERATION = "generation"
"""Name in the table `recipe` of a value that differs after each change.

For the processes that share a database.
"""
FRESH_SECONDS = 0.5
"""Seconds until a process sees that another one has changed the catalog."""

P = ParamSpec("P")
Result = TypeVar("Result")
State = TypeVar("State", bound="IndexState")


class IndexReleasedError(MessageError):
    """This process no longer owns the index."""


class ChangesElsewhere:
    """Last known changes by other processes. Thread-safe."""

    def __init__(self) -> None:
        self.seen, self.looked_at = "0", float("-inf")

    def is_due(self) -> bool:
        """True if the last look was more than FRESH_SECONDS ago."""
        return time.monotonic() - self.looked_at > FRESH_SECONDS

    def note(self, seen: str) -> None:
        """Notes the value that was seen just now; "" if there is none yet."""
        self.seen, self.looked_at = seen or "0", time.monotonic()


def reads(method: Callable[Concatenate[State, P], Result]) -> Callable[Concatenate[State, P], Result]:
    """Decorates a method that reads the catalog; records errors (`IndexState.noting`).

    Closing waits for them: a connection that is closed while a thread reads with it takes the process down.
    """

    @wraps(method)
    def reading(index: State, /, *arguments: P.args, **named: P.kwargs) -> Result:
        with index.single_reads.admit(), index.noting():
            return method(index, *arguments, **named)

    return reading


class IndexState:
    """One folder with catalog, full text and vectors.

    Thread-safe within the one process that owns it.
    """

    def __init__(
        self, folder: Path, recipe: str, server: ChromaServer | None = None, database: PostgresServer | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.recipe, self.database = folder, recipe, database
        self.path = folder / "catalog.sqlite"
        self.vectors = Vectors(folder / "vectors", server)
        try:
            self.connections = open_catalog(self.path, recipe, database)
        except BaseException:
            self.vectors.close()
            raise
        self.writing, self.given_back, self.is_mended = threading.RLock(), False, False
        self.is_suspect, self.shortage = False, NOTHING
        self.gate, self.single_reads = ReadLock(), ReadLock()
        self.changes, self.changes_elsewhere = 0, ChangesElsewhere()
        self.may_sync: Callable[[], bool] = lambda: True
        self.metadata_of: tuple[str, dict[str, Metadata]] = ("", {})
        self.valid: tuple[tuple[str, date], dict[str, tuple[Validity, str]]] = (("", date.min), {})

    @property
    def generation(self) -> str:
        """Value that differs after each change, also by another process.

        Raises CatalogUnavailableError or CatalogDamagedError if that cannot be read from the server.
        """
        if self.database is None:
            return str(self.changes)
        if self.changes_elsewhere.is_due():
            with self.noting():
                self.changes_elsewhere.note(catalog.read_note(self.reader(), GENERATION))
            self.vectors.follow()
        return self.changes_elsewhere.seen

    def reader(self) -> Connection:
        """Connection of the calling thread, so that questions do not wait for each other."""
        return self.connections.reader()

    @property
    def writer(self) -> Connection:
        """The connection for writing, for one thread at a time."""
        return self.connections.writer

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Consistent view of the whole index.

        Swaps that happen meanwhile are invisible, and the vectors of this view stay.
        """
        with self.gate.admit(), self.connections.reading() as connection:
            # BEGIN alone takes no snapshot: the database fixes the state at the first read.
            connection.execute("SELECT count(*) FROM recipe").fetchone()
            yield connection

    def wait_for_readers(self) -> bool:
        """Waits until all current snapshots have ended, also those of other processes.

        False if another process still reads one after a while: then no vector may be removed.
        """
        self.gate.wait_for_those_inside()
        return self.connections.wait_for_readers()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Admits one writer at a time.

        Raises IndexReleasedError if the index was given back.
        """
        with self.writing:
            if self.given_back:
                raise IndexReleasedError(message("index.closed_in_writing"))
            yield

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Runs all or nothing, one writer at a time.

        Raises IndexReleasedError if the index was given back, and the errors of `noting`.
        """
        with self.turn(), self.noting():
            with self.connections.writing() as connection:
                yield connection
                if self.database is not None:
                    catalog.note(connection, GENERATION, changed := uuid4().hex)
            self.changes += 1
            if self.database is not None:
                self.changes_elsewhere.note(changed)

    def require_lead(self) -> None:
        """Raises IndexReleasedError if another process syncs, so that this one must not."""
        if not self.may_sync():
            raise IndexReleasedError(message("index.synced_elsewhere"))

    def execute(self, statement: str, values: tuple[object, ...]) -> None:
        """Runs one statement in a transaction of its own."""
        with self.transaction() as connection:
            connection.execute(statement, values)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Translates errors of the catalog, and marks it as suspect if it may be damaged.

        Raises DiskFullError, CatalogDamagedError or CatalogUnavailableError if the database gave an error.
        """
        try:
            yield
        except self.connections.errors as error:
            meant = self.connections.meaning(error)
            self.is_suspect |= isinstance(meant, CatalogDamagedError)
            raise meant from error

    def require_room(self, chunks: int) -> None:
        """Raises DiskFullError if the disk has no room for this many chunks."""
        try:
            require_free_space(self.folder, chunks * ROOM_FOR_A_CHUNK)
        except DiskFullError as error:
            self.shortage = error.message
            raise
        self.shortage = NOTHING

    def give_back(self) -> None:
        """Ends all writing, so that another process may own the folder.

        A write in progress is finished first.
        """
        with self.writing:
            self.given_back = True

    def close(self) -> None:
        """Gives the index back and stops what it started; nothing can be read afterwards.

        Waits until nothing is being read.
        """
        self.give_back()
        self.vectors.close()  # first: it releases threads that wait for vectors
        with self.writing:
            self.gate.close()
            self.single_reads.close()
            self.connections.close()
