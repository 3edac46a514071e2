"""Sessions of the staff, and named values such as the password hash."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from records.database import Database
from records.models import now
from records.tables import SessionRow, ValueRow


class StaffSessions:
    """Sessions and named values of the staff.

    Every method may raise RecordsUnavailable.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def value(self, name: str) -> str:
        """A named text; "" if it does not exist."""
        with self.database.session() as session:
            return session.scalar(select(ValueRow.value).where(ValueRow.name == name)) or ""

    def set_value(self, name: str, value: str) -> None:
        """Stores a named text; an empty one deletes it."""
        if not value:
            self.database.remove(ValueRow, ValueRow.name == name)
            return
        with self.database.session() as session:
            self.database.put(session, ValueRow, "name", {"name": name, "value": value})

    def sign_in(self, token: str, who: str, until: datetime) -> None:
        """Starts a session with a random token, of which only a digest is stored."""
        with self.database.session() as session:
            session.add(SessionRow(key=digest(token), who=who, expires=until))
        self.database.remove(SessionRow, SessionRow.expires < now())

    def signed_in(self, token: str) -> str:
        """Name of the token's owner; "" if the session does not exist (any more)."""
        current = (SessionRow.key == digest(token)) & (SessionRow.expires > now())
        with self.database.session() as session:
            return session.scalar(select(SessionRow.who).where(current)) or ""

    def sign_out(self, token: str = "") -> None:
        """Ends the session of a token; all sessions without a token."""
        which = SessionRow.key == digest(token) if token else SessionRow.key != ""
        self.database.remove(SessionRow, which)


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
