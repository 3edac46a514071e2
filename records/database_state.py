"""State of the database itself: its version, and the time of the last expiry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from records.column_types import Moment
from records.errors import RecordsUnavailableError
from records.tables import Row
from text.messages import message

VERSION = 1
"""Version of the tables.

Raise it with a change that programs without it would not survive, or would undo. New columns with a default need none.
"""


class NewerRecordsError(RecordsUnavailableError):
    """A newer program has changed the database: this one must not write into it."""


class StateRow(Row):
    """The state of this database, in a single row; it is not copied to another one."""

    __tablename__ = "records_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    expired_at: Mapped[datetime | None] = mapped_column(Moment)


def read_version(connection: Connection) -> int:
    """Returns the version of the tables; 0 if none is stored.

    Raises NewerRecordsError if a newer program has changed the database.
    """
    is_there = inspect(connection).has_table(StateRow.__tablename__)
    version = connection.scalar(select(StateRow.version)) or 0 if is_there else 0
    if version > VERSION:
        raise NewerRecordsError(message("records.newer", theirs=version, own=VERSION))
    return version
