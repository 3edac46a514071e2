"""Address of the PostgreSQL server that holds the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from settings import Settings, SettingsError

SCHEMES = ("postgres", "postgresql", "postgresql+pg8000")
FORM = "postgresql://user:password@host:5432/name"


@dataclass(frozen=True)
class PostgresServer:
    """A database on a server; `unix_sock` is a socket of this machine to reach it by."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int
    database: str
    unix_sock: str | None = None


def postgres_server(settings: Settings) -> PostgresServer | None:
    """Returns the server that ASSISTANT_DATABASE_URL names.

    None for files of this machine. Raises SettingsError.
    """
    address = settings.database_url.get_secret_value()
    return read_address(address) if address else None


def read_address(address: str) -> PostgresServer:
    """Parses an address.

    Raises SettingsError, which does not repeat the address: it may contain a password.
    """
    try:
        parts = urlsplit(address)
        query, port = dict(parse_qsl(parts.query)), parts.port or 5432
        is_address = parts.scheme in SCHEMES and bool(parts.username) and len(parts.path) > 1
    except ValueError:
        is_address = False
    if not is_address or not query.keys() <= {"unix_sock"}:
        raise SettingsError(f"ASSISTANT_DATABASE_URL is not the address of a PostgreSQL database. Give {FORM}.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    host, database = parts.hostname or "localhost", unquote(parts.path[1:])
    return PostgresServer(user, password, host, port, database, query.get("unix_sock"))
