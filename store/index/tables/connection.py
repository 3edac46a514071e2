"""Interface of a catalog's database: statements, transactions and full text.

SQLite and PostgreSQL both understand the statements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol


class Rows(Protocol):
    """Result of a statement. `rowcount`: rows that were changed."""

    @property
    def rowcount(self) -> int:
        """The number of rows that the statement changed."""

    def fetchone(self) -> Any:
        """Returns the next row.

        None if no row is left.
        """

    def fetchall(self) -> list[Any]:
        """Returns the rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class FullText(Protocol):
    """Terms of the chunks, ranked by BM25 as in SQLite's FTS5.

    A row is the id of a chunk.
    """

    def add(self, connection: Connection, rows: Iterable[tuple[int, list[str]]]) -> None:
        """Adds the chunks of one document with their terms."""

    def remove(self, connection: Connection, rows: Sequence[int]) -> None:
        """Removes all chunks of a document."""

    def search(self, connection: Connection, asked: Sequence[str], limit: int) -> list[int]:
        """Best chunks for some terms, best first."""

    def holding(self, connection: Connection, asked: Sequence[str]) -> Mapping[str, int]:
        """Number of chunks that contain each term; terms of no chunk are left out."""

    def total(self, connection: Connection) -> int:
        """Number of all chunks."""

    def check(self, connection: Connection) -> None:
        """Checks the terms.

        Raises CatalogDamagedError or an error of the database if they are damaged.
        """


class Connection(Protocol):
    """Connection to a catalog. Values stand for the `?` of a statement."""

    words: ClassVar[FullText]

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Rows:
        """Runs a statement, with values for its `?`."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Rows:
        """Runs a statement once for each row of values."""

    def close(self) -> None:
        """Closes the connection, which nobody may use any more."""


class CatalogDatabase(Protocol):
    """All connections to one catalog, for several threads.

    `writer` is for one thread at a time.
    """

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """Errors that the connections raise."""

    @property
    def writer(self) -> Connection:
        """The connection for writing."""

    def reader(self) -> Connection:
        """Connection for single statements of the calling thread.

        So questions do not wait for each other.
        """

    def reading(self) -> AbstractContextManager[Connection]:
        """Connection that sees one state, from its first statement on."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Connection whose changes are made all together at the end, or not at all."""

    def emptying(self) -> AbstractContextManager[Connection]:
        """`writing` to an empty catalog, all together or not at all.

        A catalog on a server that has rows is set aside.
        """

    def others(self) -> int:
        """Number of other processes with the catalog open, not through this one."""

    def note_ids(self, connection: Connection) -> None:
        """Makes new chunks get ids after those that were written with their own."""

    def is_still_there(self) -> bool:
        """True if the open catalog is still the one in its place."""

    def meaning(self, error: Exception) -> Exception:
        """Translates an error of the connections.

        To DiskFullError, CatalogDamagedError or CatalogUnavailableError.
        """

    def check(self) -> None:
        """Checks the catalog.

        Raises CatalogDamagedError, ValidationError or an error of the database if it is damaged.
        """

    def wait_for_readers(self) -> bool:
        """Waits until no other process reads a state from before this moment.

        False if one still does after a while.
        """

    def close(self) -> None:
        """Closes all connections; no thread may use one any more."""


def marks(values: Collection[object]) -> str:
    """Placeholders, one per value; NULL, which equals nothing, for none."""
    return ",".join("?" * len(values)) or "NULL"
