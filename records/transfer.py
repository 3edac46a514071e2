"""Copies all records between databases, a SQLite file and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, Integer, Table, delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from records.database import cause, make_tables
from records.database_state import StateRow
from records.engine import open_engine
from records.errors import RecordsUnavailableError
from records.staff.hits import HitRow
from records.tables import Row
from text.messages import MessageError, message

PAGE = 500
"""Rows that are read and written at a time."""


class RecordsThereError(MessageError):
    """The database to which records should be moved has some already."""


def copy_records(source: str, target: str, data_dir: Path, replaces: bool = False) -> int:
    """Copies all records, in one transaction; returns the number of rows.

    The addresses are those of `open_engine`.
    Raises RecordsThereError if the target has records, unless it `replaces` them.
    Raises RecordsUnavailableError if a database fails.
    Raises WrongRecordsUrlError if an address cannot be used.
    Raises OSError if a SQLite file cannot be made.
    """
    here, there = open_engine(source, data_dir), open_engine(target, data_dir)
    try:
        make_tables(here)  # an older one may lack columns
        make_tables(there)
        with here.connect() as read, there.begin() as write:
            see_one_moment(read)
            if replaces:
                empty(write)
            elif any(write.scalar(select(func.count()).select_from(table)) for table in tables()):
                raise RecordsThereError(message("transfer.there"))
            return sum(copy_table(read, write, table) for table in tables())
    except SQLAlchemyError as error:
        raise RecordsUnavailableError(message("transfer.failed", cause=cause(error))) from None
    finally:
        dispose(here, there)


def see_one_moment(connection: Connection) -> None:
    """Makes a connection see one state from now on, whatever is written meanwhile.

    Otherwise each statement would see a state of its own.
    """
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    else:
        connection.exec_driver_sql("BEGIN")


def tables() -> list[Table]:
    """Returns the tables to copy, each after those that it refers to.

    The hits that limits count, and the state of the database itself, are left behind.
    """
    return [table for table in Row.metadata.sorted_tables if table not in (HitRow.__table__, StateRow.__table__)]


def empty(connection: Connection) -> None:
    """Removes all records.

    On a server by TRUNCATE: row by row, many would take longer than a statement may.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"TRUNCATE {', '.join(table.name for table in tables())}")
    else:
        for table in reversed(tables()):
            connection.execute(delete(table))


def copy_table(read: Connection, write: Connection, table: Table) -> int:
    """Copies a table; returns the number of its rows."""
    count = 0
    for rows in read.execution_options(yield_per=PAGE).execute(select(table)).mappings().partitions(PAGE):
        write.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    if write.dialect.name == "postgresql" and "id" in table.c and isinstance(table.c.id.type, Integer):
        sequence = text(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
        )
        write.execute(sequence)
    return count


def dispose(*engines: Engine) -> None:
    """Closes the connections of engines."""
    for each in engines:
        each.dispose()
