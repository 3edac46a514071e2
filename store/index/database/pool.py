"""Catalog in PostgreSQL: connections that questions share, and one for writing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import Any, ClassVar

from pydantic import ValidationError

from database_address import PostgresServer
from store.index.damaged_files import CatalogUnavailableError
from store.index.database.postgresql import (
    ERRORS,
    NAME,
    Fetched,
    PostgresConnection,
    make_schema,
    own_name,
    read_server_error,
    set_schema_aside,
)
from store.index.tables.connection import Connection, FullText
from store.index.tables.integrity_check import check_content
from text.messages import message

MOST = 10
"""Most connections for one process's questions; most servers take 100 in all."""
READ_SECONDS, WRITE_SECONDS = 10.0, 120.0
"""Time limits of a statement of a question, and of one of a sync."""
REST_SECONDS = 60.0
"""Seconds of rest after which a connection is closed: a firewall may have cut it."""
SLOW_SECONDS, PAUSE_SECONDS = 1.0, 2.0
"""Seconds that make a failure slow, and seconds without a try after a slow one."""
OURS = f"pg_stat_activity WHERE application_name LIKE '{NAME}%' AND datname = current_database()"
READING = f"SELECT count(*) FROM {OURS} AND pid <> pg_backend_pid() AND xact_start < CAST(? AS TIMESTAMPTZ)"
"""Counts transactions that began before a moment."""
OTHERS = f"SELECT count(DISTINCT application_name) FROM {OURS} AND application_name <> ?"


class Pool:
    """Lends connections to a server; itself a `Connection` for single statements."""

    words: ClassVar[FullText] = PostgresConnection.words

    def __init__(self, server: PostgresServer) -> None:
        self.server, self.free, self.places = server, list[PostgresConnection](), BoundedSemaphore(MOST)
        self.silent_at, self.away_until, self.is_closed = 0.0, 0.0, False

    @contextmanager
    def lend(self, opening: str = "", values: Sequence[Any] = ()) -> Iterator[tuple[PostgresConnection, Fetched]]:
        """Lends a thread a connection on which a first statement has run, and its rows.

        A connection that the server has closed meanwhile is replaced.
        Raises CatalogUnavailableError if MOST are in use or the server is away, and ERRORS if it refuses the statement.
        """
        if not self.places.acquire(timeout=READ_SECONDS):
            raise CatalogUnavailableError(message("catalog.server_away", error=message("server.all_used", count=MOST)))
        try:
            connection, rows = self.open_connection(opening, values)
            try:
                yield connection, rows
            finally:
                if connection.is_broken or self.is_closed:
                    connection.close()
                else:
                    self.free.append(connection)
        finally:
            self.places.release()

    def open_connection(self, opening: str, values: Sequence[Any]) -> tuple[PostgresConnection, Fetched]:
        """Runs a first statement on a free connection, or on a new one if none works.

        If one is silent, so are the others: they would make a person wait READ_SECONDS each.
        """
        while connection := self.take_free():
            try:
                return connection, connection.execute(opening, values)
            except ERRORS:
                if not connection.is_broken:
                    self.free.append(connection)
                    raise
                connection.close()
                if time.monotonic() - connection.used_at > SLOW_SECONDS:
                    self.silent_at = time.monotonic()
        connection = self.connect()
        try:
            return connection, connection.execute(opening, values)
        except BaseException:
            connection.close()
            raise

    def take_free(self) -> PostgresConnection | None:
        """Returns a free connection, used in the last REST_SECONDS and after a silence.

        None if there is none.
        """
        with suppress(IndexError):
            while True:
                connection = self.free.pop()
                if connection.used_at > max(time.monotonic() - REST_SECONDS, self.silent_at):
                    return connection
                connection.close()
        return None

    def connect(self) -> PostgresConnection:
        """Connects to the server.

        Raises CatalogUnavailableError if that fails, at once while the server is known to be silent.
        """
        if time.monotonic() < self.away_until:
            raise CatalogUnavailableError(message("catalog.server_away", error=message("server.silent")))
        began = time.monotonic()
        try:
            return PostgresConnection(self.server, READ_SECONDS)
        except ERRORS as error:
            if time.monotonic() - began > SLOW_SECONDS:
                self.away_until = time.monotonic() + PAUSE_SECONDS
            raise read_server_error(error) from error

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Fetched:
        """Runs one statement on a connection of its own, and fetches all rows."""
        with self.lend(statement, values) as (_, rows):
            return rows

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Fetched:
        """Runs a statement for each row of values, all on one connection."""
        with self.lend("SELECT 1") as (connection, _):
            return connection.executemany(statement, rows)

    def close(self) -> None:
        """Closes the free connections; lent ones are closed when they come back."""
        self.is_closed = True
        while self.free:
            self.free.pop().close()


class PostgresCatalog:
    """All connections to the catalog on a server; see `CatalogDatabase`."""

    errors: tuple[type[Exception], ...] = (*ERRORS, ValidationError, CatalogUnavailableError)

    def __init__(self, server: PostgresServer) -> None:
        """Connects, and creates missing tables.

        Raises CatalogUnavailableError if the server is away, and CatalogDamagedError or SettingsError if it is unfit.
        """
        self.server, self.pool = server, Pool(server)
        self.own: PostgresConnection | None = None
        try:
            with self.writing() as connection:
                make_schema(connection)
        except ERRORS as error:
            self.close()
            raise read_server_error(error) from error

    @property
    def writer(self) -> PostgresConnection:
        """The connection for writing, for one thread at a time; made when it is needed.

        Raises CatalogUnavailableError if the server cannot be reached.
        """
        if self.own is None or self.own.is_broken:
            if self.own is not None:
                self.own.close()
            try:
                self.own = PostgresConnection(self.server, WRITE_SECONDS)
            except ERRORS as error:
                raise read_server_error(error) from error
        return self.own

    def reader(self) -> Pool:
        """Returns the pool, which lends a connection for each statement."""
        return self.pool

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lends a connection that sees one state, from its first statement on."""
        with self.pool.lend("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as (connection, _):
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()  # what it would answer next is not known
                raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lends `writer` in a transaction: all changes are made at the end, or none."""
        try:
            self.writer.execute("BEGIN")
        except ERRORS:  # the server closed the connection meanwhile; another one is made
            self.writer.execute("BEGIN")
        connection = self.writer
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise

    def is_still_there(self) -> bool:
        """Returns True: a server has no file that another one could replace."""
        return True

    def note_ids(self, connection: Connection) -> None:
        """Makes the next new chunk get an id after all that are there."""
        connection.execute("SELECT setval(pg_get_serial_sequence('chunks', 'id'), (SELECT max(id) FROM chunks))")

    def others(self) -> int:
        """Number of other processes that have this catalog open."""
        return int(self.writer.execute(OTHERS, (own_name(),)).fetchone()[0])

    def wait_for_readers(self) -> bool:
        """Waits for earlier transactions up to READ_SECONDS; False if one still runs."""
        now = self.writer.execute("SELECT clock_timestamp()::text").fetchone()[0]
        deadline = time.monotonic() + READ_SECONDS
        while (count := self.writer.execute(READING, (now,)).fetchone()[0]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return not count

    def meaning(self, error: Exception) -> Exception:
        """Translates an error to CatalogDamagedError or CatalogUnavailableError."""
        return read_server_error(error)

    def check(self) -> None:
        """Raises CatalogDamagedError, ValidationError or one of ERRORS if it is damaged."""
        with self.reading() as connection:
            check_content(connection)

    @contextmanager
    def emptying(self) -> Iterator[Connection]:
        """Lends `writer` in a transaction that first puts the tables aside."""
        with self.writing() as connection:
            set_schema_aside(connection)
            make_schema(connection)
            yield connection

    def set_aside(self) -> None:
        """Puts the tables aside and makes empty ones."""
        with self.emptying():
            pass

    def close(self) -> None:
        """Closes the free connections and the one for writing."""
        self.pool.close()
        if self.own is not None:
            self.own.close()
