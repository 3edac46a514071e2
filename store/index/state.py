"""The state of an index: its connections, its lock, who may write, and what its errors mean."""

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
from store.index.read_lock import Gate
from store.index.vector_store import Vectors
from store.messages import NOTHING

ROOM_FOR_A_CHUNK = 48 << 10
"""Bytes of disk that a chunk may take while it is written: its text, terms, signs and vector, each several times."""

P = ParamSpec("P")
Result = TypeVar("Result")
State = TypeVar("State", bound="IndexState")


class GivenBack(Exception):
    """This process does not own the index any more."""


def reads(method: Callable[Concatenate[State, P], Result]) -> Callable[Concatenate[State, P], Result]:
    """A method that reads the catalog: what goes wrong is noted (see `IndexState.noting`)."""

    @wraps(method)
    def reading(index: State, /, *arguments: P.args, **named: P.kwargs) -> Result:
        with index.noting():
            return method(index, *arguments, **named)

    return reading


class IndexState:
    """One folder with a catalog, keywords and vectors. Safe from several threads of the one process that owns it."""

    def __init__(self, folder: Path, recipe: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.recipe = folder, recipe
        self.path = folder / "catalog.sqlite"
        self.vectors = Vectors(folder / "vectors")
        try:
            self.connections = open_catalog(self.path, recipe)
        except BaseException:
            self.vectors.close()
            raise
        self.writing, self.given_back, self.is_mended = threading.RLock(), False, False
        self.is_suspect, self.shortage = False, NOTHING
        self.gate = Gate()
        self.generation = 0
        self.metadata_of: tuple[int, dict[str, Metadata]] = (-1, {})
        self.valid: tuple[tuple[int, date], dict[str, tuple[Validity, str]]] = ((-1, date.min), {})

    def reader(self) -> sqlite3.Connection:
        """This thread's own connection, so that questions do not wait for each other."""
        return self.connections.reader()

    @property
    def writer(self) -> sqlite3.Connection:
        return self.connections.writer

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """One state of the whole index: what is swapped meanwhile is not seen, and its vectors stay."""
        with self.gate.open():
            connection = self.reader()
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM recipe").fetchone()
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One writer at a time. Raises GivenBack."""
        with self.writing:
            if self.given_back:
                raise GivenBack("The index was given back while it was being written. Run the command again.")
            yield

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one writer at a time. Raises DiskFullError and CatalogDamagedError."""
        with self.turn(), self.noting():
            self.writer.execute("BEGIN IMMEDIATE")
            try:
                yield self.writer
                self.writer.execute("COMMIT")
            except BaseException:
                if self.writer.in_transaction:  # SQLite may have taken it back by itself
                    self.writer.execute("ROLLBACK")
                raise
            self.generation += 1

    def execute(self, statement: str, values: tuple[object, ...]) -> None:
        with self.transaction() as connection:
            connection.execute(statement, values)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Says what an error of the catalog means, and notes that it has to be checked where it may be damaged."""
        try:
            yield
        except (sqlite3.DatabaseError, ValidationError) as error:
            meant = read_error(error, self.path)
            self.is_suspect |= isinstance(meant, CatalogDamagedError)
            raise meant from error

    def require_room(self, chunks: int) -> None:
        """Raises DiskFullError where the disk has no room for so many chunks."""
        try:
            require_free_space(self.folder, chunks * ROOM_FOR_A_CHUNK)
        except DiskFullError as error:
            self.shortage = error.message
            raise
        self.shortage = NOTHING

    def give_back(self) -> None:
        """Ends all writing: another process may own the folder from now on. What is being written is written first."""
        with self.writing:
            self.given_back = True

    def close(self) -> None:
        """Gives the index back and ends what it has started, once nobody reads a snapshot; nothing can be read then."""
        self.give_back()
        self.vectors.close()  # first: who waits for vectors is let go
        with self.writing:
            self.gate.wait_for_those_inside()
            self.connections.close()
