"""From the setting to an engine of SQLAlchemy: SQLite in one file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

PATIENCE = 3
"""Seconds that a locked or silent database is waited for."""
FORMS = "sqlite:////folder/records.sqlite or postgresql+pg8000://user:password@host:5432/name"


class WrongRecordsUrl(Exception):
    """ASSISTANT_RECORDS_URL cannot be used; the message says what to do and does not repeat it."""


def open_engine(address: str, data_dir: Path) -> Engine:
    """An engine for an address; empty stands for `records.sqlite` in the data folder. Connects to nothing yet.

    Raises WrongRecordsUrl.
    """
    url = read_url(address) if address else URL.create("sqlite", database=str(data_dir / "records.sqlite"))
    if url.get_backend_name() == "sqlite":
        return open_sqlite(url)
    return open_postgresql(url)


def read_url(address: str) -> URL:
    """Raises WrongRecordsUrl for whatever is not of one of the two forms."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise WrongRecordsUrl(f"ASSISTANT_RECORDS_URL is no address of a database. Give {FORMS}.") from None
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+pg8000")
    in_a_file = url.drivername == "sqlite" and url.database not in (None, "", ":memory:") and not url.query
    on_a_server = url.drivername == "postgresql+pg8000" and url.username and set(url.query) <= {"unix_sock"}
    if not (in_a_file or on_a_server):
        raise WrongRecordsUrl(f"ASSISTANT_RECORDS_URL has a form that is not supported. Give {FORMS}.")
    return url


def open_sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, hide_parameters=True, pool_timeout=PATIENCE)
    event.listen(engine, "connect", set_up)
    return engine


def set_up(connection: sqlite3.Connection, _: Any) -> None:
    """What SQLite must be told for each connection."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    # SQLite's own ignores case only in ASCII.
    connection.create_function("lower", 1, lower, deterministic=True)


def lower(value: str | None) -> str | None:
    return value and value.lower()


def open_postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            client_encoding="utf8",
            connect_args={"timeout": PATIENCE},
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=PATIENCE,
        )
    except ImportError:
        remedy = "Run `.venv/bin/pip install 'pg8000>=1.31'`, or empty ASSISTANT_RECORDS_URL."
        raise WrongRecordsUrl(f"ASSISTANT_RECORDS_URL needs pg8000, which is not installed. {remedy}") from None
