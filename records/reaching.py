"""Looks into the database of the records without changing anything in it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from records.damaged_files import find_damage
from records.database import cause
from records.staff.accounts import Account, to_account
from records.staff.api_keys import ApiKey, to_api_key
from records.tables import AccountRow, ApiKeyRow


def database_trouble(engine: Engine) -> str:
    """Reason why the database cannot be used; "" if it can.

    "" also for a SQLite file that does not exist yet.
    """
    path = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    if path and not path.exists():
        return ""
    if path and (damage := find_damage(path)):
        return damage
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        return cause(error)
    finally:
        engine.dispose()
    return ""


def staff_of(engine: Engine) -> tuple[list[Account], list[ApiKey]]:
    """Returns the accounts of the staff and the API keys of programs.

    None before the first start, or if an older version made the tables.
    """
    path = engine.url.database or "" if engine.dialect.name == "sqlite" else ""
    if path and not Path(path).exists():
        return [], []
    try:
        with Session(engine) as session:
            accounts = [to_account(row) for row in session.scalars(select(AccountRow))]
            return accounts, [to_api_key(row) for row in session.scalars(select(ApiKeyRow))]
    except SQLAlchemyError:
        return [], []
    finally:
        engine.dispose()
