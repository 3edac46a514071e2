"""Creates the SQLAlchemy engine from the setting: one SQLite file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

PATIENCE = 3
"""Seconds to wait for a locked or silent database."""
LIMITS = f"SET statement_timeout TO '{PATIENCE + 1}s'; SET idle_in_transaction_session_timeout TO '60s'"
"""Time limits of the server, in case this process no longer waits, or froze."""
FORMS = "sqlite:////folder/records.sqlite or postgresql+pg8000://user:password@host:5432/name"


class WrongRecordsUrlError(Exception):
    """ASSISTANT_RECORDS_URL cannot be used.

    The message has the remedy and does not repeat the address, which may contain a password.
    """


def open_engine(address: str, data_dir: Path) -> Engine:
    """Engine for an address; "" is `records.sqlite` in the data folder.

    Does not connect yet. Raises WrongRecordsUrlError.
    """
    url = read_url(address) if address else URL.create("sqlite", database=str(data_dir / "records.sqlite"))
    if url.get_backend_name() == "sqlite":
        return open_sqlite(url)
    return open_postgresql(url)


def read_url(address: str) -> URL:
    """Parses the address.

    Raises WrongRecordsUrlError unless it has one of two forms.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise WrongRecordsUrlError(f"ASSISTANT_RECORDS_URL is not a database address. Give {FORMS}.") from None
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+pg8000")
    in_a_file = url.drivername == "sqlite" and url.database not in (None, "", ":memory:") and not url.query
    on_a_server = url.drivername == "postgresql+pg8000" and url.username and set(url.query) <= {"unix_sock"}
    if not (in_a_file or on_a_server):
        raise WrongRecordsUrlError(f"ASSISTANT_RECORDS_URL has a form that is not supported. Give {FORMS}.")
    return url


def open_sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, hide_parameters=True, pool_timeout=PATIENCE)
    event.listen(engine, "connect", set_up)
    return engine


def set_up(connection: sqlite3.Connection, _: Any) -> None:
    """Sets up each SQLite connection."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    # SQLite's own function ignores case only in ASCII.
    connection.create_function("lower", 1, lower, deterministic=True)


def lower(value: str | None) -> str | None:
    """A text in lower case, as SQL compares; None for NULL."""
    return value and value.lower()


def open_postgresql(url: URL) -> Engine:
    """Opens an engine on PostgreSQL. Raises WrongRecordsUrlError without a driver."""
    try:
        engine = create_engine(
            url,
            client_encoding="utf8",
            connect_args={"timeout": PATIENCE},
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=PATIENCE,
        )
    except ImportError:
        remedy = "Run `.venv/bin/pip install 'pg8000>=1.31'`, or empty the setting that names PostgreSQL."
        raise WrongRecordsUrlError(f"A database on PostgreSQL needs pg8000, which is not installed. {remedy}") from None
    event.listen(engine, "connect", set_limits)
    return engine


def set_limits(connection: Any, _: Any) -> None:
    """Sets up each PostgreSQL connection."""
    connection.cursor().execute(LIMITS)
    connection.commit()
