"""Looks into the database of the records without changing anything in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from records.damaged_files import find_damage
from records.database import cause
from records.database_state import StateRow, read_version
from records.staff.accounts import Account, to_account
from records.staff.api_keys import ApiKey, to_api_key
from records.tables import AccountRow, ApiKeyRow
from text.messages import NOTHING, Message, as_it_is


def file_of(engine: Engine) -> Path | None:
    """Returns the path of the SQLite file.

    None if the database is on a server.
    """
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None


def database_trouble(engine: Engine) -> Message:
    """Reason why the database cannot be used; NOTHING if it can.

    NOTHING also for a SQLite file that does not exist yet.
    Raises NewerRecordsError if a newer program has changed the database.
    """
    path = file_of(engine)
    if path and not path.exists():
        return NOTHING
    if path and (damage := find_damage(path)):
        return damage
    try:
        with engine.connect() as connection:
            read_version(connection)
    except (SQLAlchemyError, OSError) as error:
        return as_it_is(cause(error))
    finally:
        engine.dispose()
    return NOTHING


def last_expiry(engine: Engine) -> datetime | None:
    """Returns the time at which old records were last deleted.

    None if the database is missing or cannot be read, or if nothing was deleted yet.
    """
    if (path := file_of(engine)) and not path.exists():
        return None
    try:
        with engine.connect() as connection:
            return connection.scalar(select(StateRow.expired_at))
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def staff_of(engine: Engine) -> tuple[list[Account], list[ApiKey]]:
    """Returns the accounts of the staff and the API keys of programs.

    Both are empty before the first start, and if the tables cannot be read, such as those of an older version.
    """
    if (path := file_of(engine)) and not path.exists():
        return [], []
    try:
        with Session(engine) as session:
            accounts = [to_account(row) for row in session.scalars(select(AccountRow))]
            return accounts, [to_api_key(row) for row in session.scalars(select(ApiKeyRow))]
    except SQLAlchemyError:
        return [], []
    finally:
        engine.dispose()
