"""Address of a PostgreSQL database, as the index and the records use it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from text.messages import MessageError, message

SCHEMES = ("postgres", "postgresql", "postgresql+pg8000")
FORM = "postgresql://user:password@host:5432/name"
SSL_MODES = ("", "require", "verify-full")
PARAMETERS = {"unix_sock", "sslmode", "sslrootcert"}


class WrongAddressError(MessageError):
    """Not the address of a PostgreSQL database.

    The message goes on after the name of a setting. It does not repeat the address, which may contain a password.
    """


@dataclass(frozen=True)
class PostgresServer:
    """A database on a server; `unix_sock` is a socket of this machine to reach it by.

    `sslmode`: one of SSL_MODES. `sslrootcert`: file of certificates that are trusted instead of the system's.
    """

    user: str
    password: str = field(repr=False)
    host: str
    port: int
    database: str
    unix_sock: str | None = None
    sslmode: str = ""
    sslrootcert: str = ""

    @property
    def is_verified(self) -> bool:
        """True if a connection is made only to the server that the certificate names."""
        return self.sslmode == "verify-full"

    def ssl_context(self) -> ssl.SSLContext | None:
        """Returns the encryption of a connection.

        None if `sslmode` is empty: as the server offers it, unchecked.
        Raises OSError for an unusable file of certificates.
        """
        if not self.sslmode:
            return None
        context = ssl.create_default_context(cafile=self.sslrootcert or None)
        context.check_hostname = self.is_verified
        if not self.is_verified:
            context.verify_mode = ssl.CERT_NONE
        return context


def parse_address(address: str) -> PostgresServer:
    """Parses an address in the form of FORM.

    The host is localhost and the port 5432 if the address names none.
    Raises WrongAddressError if it has another form or other parameters, or its file of certificates is not there.
    """
    try:
        parts = urlsplit(address)
        query, port = dict(parse_qsl(parts.query, keep_blank_values=True)), parts.port or 5432
    except ValueError:
        raise WrongAddressError(message("address.unreadable")) from None
    if parts.scheme not in SCHEMES or not parts.username or len(parts.path) < 2:
        raise WrongAddressError(message("address.not_postgresql"))
    mode, trusted = query.get("sslmode", ""), query.get("sslrootcert", "")
    if not query.keys() <= PARAMETERS or mode not in SSL_MODES:
        raise WrongAddressError(message("address.parameters"))
    if trusted and (mode != "verify-full" or not Path(trusted).is_file()):
        raise WrongAddressError(message("address.certificates"))
    user, password = unquote(parts.username), unquote(parts.password or "")
    host, database = parts.hostname or "localhost", unquote(parts.path[1:])
    return PostgresServer(user, password, host, port, database, query.get("unix_sock"), mode, trusted)
