"""The desk of the staff: named values such as the hash of the password, and who has signed in."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from records.database import Database
from records.models import now
from records.tables import SessionRow, ValueRow


class Desk:
    """What the staff pages must remember. Every method may raise RecordsUnavailable."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def value(self, name: str) -> str:
        """A named text; empty where there is none."""
        with self.database.session() as session:
            return session.scalar(select(ValueRow.value).where(ValueRow.name == name)) or ""

    def set_value(self, name: str, value: str) -> None:
        """Keeps a named text in place of the one before; an empty one removes it."""
        if not value:
            self.database.remove(ValueRow, ValueRow.name == name)
            return
        with self.database.session() as session:
            self.database.put(session, ValueRow, "name", {"name": name, "value": value})

    def sign_in(self, token: str, who: str, until: datetime) -> None:
        """Remembers somebody by a random token, of which only a digest is kept."""
        with self.database.session() as session:
            session.add(SessionRow(key=digest(token), who=who, expires=until))
        self.database.remove(SessionRow, SessionRow.expires < now())

    def signed_in(self, token: str) -> str:
        """Who holds a token; empty where nobody does (any more)."""
        current = (SessionRow.key == digest(token)) & (SessionRow.expires > now())
        with self.database.session() as session:
            return session.scalar(select(SessionRow.who).where(current)) or ""

    def sign_out(self, token: str = "") -> None:
        """Forgets the holder of a token; everybody where none is given."""
        which = SessionRow.key == digest(token) if token else SessionRow.key != ""
        self.database.remove(SessionRow, which)


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
