"""Creates the SQLAlchemy engine from the setting: one SQLite file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from database_address import FORM, PostgresServer, WrongAddressError, parse_address
from text.messages import MessageError, message

PATIENCE = 3
"""Seconds to wait for a locked or silent database."""
LIMITS = f"SET statement_timeout TO '{PATIENCE + 1}s'; SET idle_in_transaction_session_timeout TO '60s'"
"""Time limits of the server, in case this process no longer waits, or froze."""
FORMS = {"file": "sqlite:////folder/records.sqlite", "server": FORM}
"""Forms of an address, as messages name them."""


class WrongRecordsUrlError(MessageError):
    """ASSISTANT_RECORDS_URL cannot be used.

    The message has the remedy and does not repeat the address, which may contain a password.
    """


def open_engine(address: str, data_dir: Path) -> Engine:
    """Returns the engine for an address; "" is `records.sqlite` in the data folder.

    It does not connect yet.
    Raises WrongRecordsUrlError if the address is none, or its file of certificates cannot be used.
    """
    if address.startswith("sqlite"):
        return open_sqlite(read_file_address(address))
    if address:
        return open_postgresql(read_server_address(address))
    return open_sqlite(URL.create("sqlite", database=str(data_dir / "records.sqlite")))


def read_file_address(address: str) -> URL:
    """Parses the address of a file.

    Raises WrongRecordsUrlError if it is no address of a SQLite file, or has parameters.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise WrongRecordsUrlError(message("setting.records_not_an_address", **FORMS)) from None
    if url.drivername != "sqlite" or url.database in (None, "", ":memory:") or url.query:
        raise WrongRecordsUrlError(message("setting.records_unsupported", **FORMS))
    return url


def read_server_address(address: str) -> PostgresServer:
    """Parses the address of a server.

    Raises WrongRecordsUrlError if it is not the address of a PostgreSQL database, as `parse_address` reads it.
    """
    try:
        return parse_address(address)
    except WrongAddressError as wrong:
        raise WrongRecordsUrlError(message("setting.records_address", wrong=wrong.message, **FORMS)) from None


def open_sqlite(url: URL) -> Engine:
    """Returns an engine on a SQLite file; it waits up to PATIENCE seconds for locks."""
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
    """Returns a text in lower case, as SQL compares it.

    None if the value is NULL.
    """
    return value and value.lower()


def open_postgresql(server: PostgresServer) -> Engine:
    """Returns an engine on PostgreSQL.

    Raises WrongRecordsUrlError if `sslrootcert` is no file of certificates.
    """
    url = URL.create(
        "postgresql+pg8000", server.user, server.password, server.host, server.port, server.database,
    )  # fmt: skip
    try:
        reached = {"timeout": PATIENCE, "unix_sock": server.unix_sock, "ssl_context": server.ssl_context()}
    except OSError:
        raise WrongRecordsUrlError(message("setting.records_certificates")) from None
    engine = create_engine(
        url,
        client_encoding="utf8",
        connect_args=reached,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=PATIENCE,
    )
    event.listen(engine, "connect", set_limits)
    return engine


def set_limits(connection: Any, _: Any) -> None:
    """Sets up each PostgreSQL connection."""
    connection.cursor().execute(LIMITS)
    connection.commit()
