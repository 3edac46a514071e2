"""State of an index: connections, lock, writer, and the meaning of its errors."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from pydantic import ValidationError

from store.documents import Metadata, Validity
from store.free_space import DiskFullError, require_free_space
from store.index.damaged_files import CatalogDamagedError, read_error
from store.index.open_catalog import open_catalog
from store.index.read_lock import ReadLock
from store.index.vector_store import Vectors
from store.messages import NOTHING
from store.vector_worker import ChromaServer

ROOM_FOR_A_CHUNK = 48 << 10
"""Upper bound in bytes of the disk space that writing one chunk takes.

It covers text, terms, token signs and vector, each several times.
"""

P = ParamSpec("P")
Result = TypeVar("Result")
State = TypeVar("State", bound="IndexState")


class IndexReleasedError(Exception):
    """This process no longer owns the index."""


def reads(method: Callable[Concatenate[State, P], Result]) -> Callable[Concatenate[State, P], Result]:
    """Decorator for methods that read the catalog; records errors.

    See `IndexState.noting`.
    """

    @wraps(method)
    def reading(index: State, /, *arguments: P.args, **named: P.kwargs) -> Result:
        with index.noting():
            return method(index, *arguments, **named)

    return reading


class IndexState:
    """One folder with catalog, full text and vectors.

    Thread-safe within the one process that owns it.
    """

    def __init__(self, folder: Path, recipe: str, server: ChromaServer | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.recipe = folder, recipe
        self.path = folder / "catalog.sqlite"
        self.vectors = Vectors(folder / "vectors", server)
        try:
            self.connections = open_catalog(self.path, recipe)
        except BaseException:
            self.vectors.close()
            raise
        self.writing, self.given_back, self.is_mended = threading.RLock(), False, False
        self.is_suspect, self.shortage = False, NOTHING
        self.gate = ReadLock()
        self.generation = 0
        self.metadata_of: tuple[int, dict[str, Metadata]] = (-1, {})
        self.valid: tuple[tuple[int, date], dict[str, tuple[Validity, str]]] = ((-1, date.min), {})

    def reader(self) -> sqlite3.Connection:
        """Connection of the calling thread, so that questions do not wait for each other."""
        return self.connections.reader()

    @property
    def writer(self) -> sqlite3.Connection:
        return self.connections.writer

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Consistent view of the whole index.

        Swaps that happen meanwhile are invisible, and the vectors of this view stay.
        """
        with self.gate.open():
            connection = self.reader()
            connection.execute("BEGIN")
            # BEGIN alone takes no snapshot: SQLite fixes the state at the first read.
            connection.execute("SELECT count(*) FROM recipe").fetchone()
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Admits one writer at a time. Raises IndexReleasedError."""
        with self.writing:
            if self.given_back:
                raise IndexReleasedError("The index was given back while it was being written. Run the command again.")
            yield

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Runs all or nothing, one writer at a time.

        Raises IndexReleasedError, DiskFullError and CatalogDamagedError.
        """
        with self.turn(), self.noting():
            self.writer.execute("BEGIN IMMEDIATE")
            try:
                yield self.writer
                self.writer.execute("COMMIT")
            except BaseException:
                if self.writer.in_transaction:  # SQLite may have rolled back by itself
                    self.writer.execute("ROLLBACK")
                raise
            self.generation += 1

    def execute(self, statement: str, values: tuple[object, ...]) -> None:
        with self.transaction() as connection:
            connection.execute(statement, values)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Translates errors of the catalog, and marks it as suspect if it may be damaged."""
        try:
            yield
        except (sqlite3.DatabaseError, ValidationError) as error:
            meant = read_error(error, self.path)
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

        Waits until no snapshot is being read.
        """
        self.give_back()
        self.vectors.close()  # first: it releases threads that wait for vectors
        with self.writing:
            self.gate.wait_for_those_inside()
            self.connections.close()
