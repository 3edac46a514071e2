"""Looks whether the database of the records answers, without changing anything in it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from records.damaged_files import find_damage
from records.database import cause


def database_trouble(engine: Engine) -> str:
    """Why the database cannot be used; "" if it can, and for a SQLite file that does not exist yet."""
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
