"""Database of the records: creates its tables, and unifies its errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, bindparam, delete, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from circuit_breaker import Breaker
from records.cached_value import SHARED_SECONDS
from records.circuit_breaker import PAUSE_SECONDS, TRY_SECONDS, guarding
from records.damaged_files import find_damage, is_damage, set_aside
from records.database_state import VERSION, StateRow, read_version
from records.errors import RecordRefusedError, RecordsUnavailableError
from records.models import handle_of
from records.tables import ExchangeRow, Row
from sqlite_files import identity
from text.messages import Message, message

log = logging.getLogger(__name__)

INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

WITH_TOPIC = ("answered", "partly_answered")
"""Outcomes of exchanges that have a topic."""
REFUSED = ("22", "23")
"""Classes of PostgreSQL error codes: invalid data, violated constraint."""


class Database:
    """Transactions on an engine. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.made = engine, False
        self.breaker, self.making = Breaker(PAUSE_SECONDS, TRY_SECONDS), Lock()
        self.path = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
        """Path of the SQLite file; None for PostgreSQL."""
        self.identity: tuple[int, int] | None = None

    def patience(self, alone: float) -> float:
        """Returns the seconds after which a cached value is read again.

        `alone`: those without other processes of the service.
        """
        return alone if self.path else min(alone, SHARED_SECONDS)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Runs one transaction: all or nothing.

        Raises RecordsUnavailableError if the database fails or has just been silent.
        Raises RecordRefusedError, which is one of them, if the database will never accept the data.
        """
        with self.connect_safely(), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def connect_safely(self) -> Iterator[None]:
        """Creates missing tables, and unifies the errors of the database.

        Raises RecordsUnavailableError if the database fails or has just been silent.
        Raises RecordRefusedError, which is one of them, if the database will never accept the data.
        """
        with guarding(self.breaker):
            is_there = False
            try:
                self.make_where_missing()
                is_there = True
                yield
            except (SQLAlchemyError, OSError) as error:
                # a failure while creating tables, such as another process doing the same, is not the record's fault
                is_refused = is_there and is_refusal(error)
                self.made &= is_refused  # the database that comes back may be another one
                kind = RecordRefusedError if is_refused else RecordsUnavailableError
                reason = message("records.unreachable", cause=cause(error), remedy=self.remedy(error))
                raise kind(reason) from None

    def make_where_missing(self) -> None:
        """Creates the tables of a new database.

        Also for a file that took the place of a removed one: writes to the removed file would be lost with its last
        connection.
        """
        if self.made and self.path and identity(self.path) != self.identity:
            log.error("%s was removed or replaced while it was in use; the file that is there now is used.", self.path)
            self.engine.dispose()
            self.made = False
        with self.making:  # two threads creating the same tables at once would fail
            if not self.made:
                make_tables(self.engine)
                self.made, self.identity = True, identity(self.path) if self.path else None

    def remedy(self, error: Exception) -> Message:
        """Remedy for a failure of the database."""
        if not self.path:
            return message("records.check_server")
        is_damaged = is_damage(getattr(error, "orig", None), self.path)
        return message("records.damaged" if is_damaged else "records.check_file", file=self.path.name)

    def begin_anew_if_damaged(self) -> None:
        """Sets a damaged file aside, so that a new one takes its place.

        Only for a process that is sure that no other has the file open.
        Nothing is copied: half a curated answer would be quoted as a whole one.
        """
        if not self.path or not (fault := find_damage(self.path)):
            return
        try:
            kept = set_aside(self.path)
        except OSError as error:
            log.error("%s is damaged (%s) and cannot be set aside (%s).", self.path, fault, error.strerror)
            return
        log.error(
            "%s was damaged (%s): new records are begun, without questions, the staff's password and log, and the"
            " center's own answers. The file is kept as %s. Bring back a backup, or set a new password with the code"
            " that is shown at this start.", self.path, fault, kept,
        )  # fmt: skip

    def put(self, session: Session, table: type[Row], key: str, values: dict[str, Any]) -> None:
        """Inserts a row, or replaces the one with the same key."""
        inserting = INSERT[self.engine.dialect.name](table).values(values)
        new = {name: inserting.excluded[name] for name in values if name != key}
        session.execute(inserting.on_conflict_do_update(index_elements=[key], set_=new))

    def remove(self, table: type[Row], which: ColumnElement[bool]) -> int:
        """Deletes rows with their dependent rows; returns their number."""
        removing = delete(table).where(which).returning(*inspect(table).primary_key)
        with self.session() as session:
            return len(session.scalars(removing, execution_options={"synchronize_session": False}).all())

    def wipe(self) -> None:
        """Removes deleted data from SQLite's log too.

        While others read, it stays there until the next call.
        PostgreSQL frees the space by itself (autovacuum).
        """
        if self.engine.dialect.name == "sqlite":
            with self.connect_safely(), self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def make_tables(engine: Engine) -> None:
    """Creates missing tables; other processes that do the same on a server wait.

    The SQLite file is readable by this user only.
    Raises NewerRecordsError if a newer program has changed the database.
    """
    if engine.dialect.name == "sqlite":
        make_file(Path(engine.url.database or ""))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('records'))")
        version, known = read_version(connection), set(inspect(connection).get_table_names())
        for table in Row.metadata.sorted_tables:
            if table.name in known:
                add_columns(connection, table)
            else:
                connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
        fill_handles(connection)
        remove_guessed_topics(connection)
        if version != VERSION:  # last: a change that is interrupted is made again
            note_version(connection)


def note_version(connection: Connection) -> None:
    """Stores VERSION as the version of the tables."""
    inserting = INSERT[connection.dialect.name](StateRow).values(id=1, version=VERSION)
    connection.execute(inserting.on_conflict_do_update(index_elements=["id"], set_={"version": VERSION}))


def add_columns(connection: Connection, table: Table) -> None:
    """Adds columns that an older version of the program did not have, with defaults."""
    known = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in known:
            definition = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {definition}')


def fill_handles(connection: Connection) -> None:
    """Sets the handles of exchanges stored by an older version."""
    bare = connection.scalars(select(ExchangeRow.id).where(ExchangeRow.handle == "")).all()
    if bare:
        named = update(ExchangeRow).where(ExchangeRow.id == bindparam("one")).values(handle=bindparam("its"))
        connection.execute(named, [{"one": each, "its": handle_of(each)} for each in bare])


def remove_guessed_topics(connection: Connection) -> None:
    """Removes topics that an older version guessed: those of unanswered questions."""
    guessed = ExchangeRow.topic != "", ExchangeRow.outcome.not_in(WITH_TOPIC)
    connection.execute(update(ExchangeRow).where(*guessed).values(topic=""))


def make_file(path: Path) -> None:
    """Creates the file, for this user only.

    SQLite gives its companions (`-wal`, `-shm`) the same permissions.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o600)
    path.chmod(0o600)


def is_refusal(error: Exception) -> bool:
    """True if the data, not the database, caused the error.

    pg8000 shows this only by an error code.
    """
    if isinstance(error, DataError | IntegrityError):
        return True
    said = error.orig.args[0] if isinstance(error, DBAPIError) and error.orig and error.orig.args else None
    return isinstance(said, dict) and str(said.get("C", "")).startswith(REFUSED)


def cause(error: Exception) -> str:
    """Cause of a failure, in the database's words if they contain no user data."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return getattr(error, "strerror", None) or type(error).__name__
    said = error.orig.args[0] if error.orig.args else error.orig
    return str(said["M"] if isinstance(said, dict) and "M" in said else said).rstrip(".")
