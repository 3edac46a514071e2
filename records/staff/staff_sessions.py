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

    Every method may raise RecordsUnavailableError.
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

    def sign_in(self, token: str, who: str, until: datetime, account: str = "") -> None:
        """Starts a session with a random token, of which only a digest is stored.

        `account`: id of the account; "" for the shared password.
        """
        with self.database.session() as session:
            session.add(SessionRow(key=digest(token), who=who, expires=until, account=account))
        self.database.remove(SessionRow, SessionRow.expires < now())

    def find_owner(self, token: str) -> str:
        """Name of the token's owner; "" if the session does not exist (any more)."""
        return self.holder(token)[0]

    def holder(self, token: str) -> tuple[str, str]:
        """Name and account id of the token's owner; the id is "" for the shared password."""
        current = (SessionRow.key == digest(token)) & (SessionRow.expires > now())
        with self.database.session() as session:
            found = session.execute(select(SessionRow.who, SessionRow.account).where(current)).first()
        return (found[0], found[1]) if found else ("", "")

    def sign_out(self, token: str = "") -> None:
        """Ends the session of a token; all sessions without a token."""
        which = SessionRow.key == digest(token) if token else SessionRow.key != ""
        self.database.remove(SessionRow, which)

    def sign_out_account(self, account: str, but: str = "") -> None:
        """Ends all sessions of an account, except that of a token if one is given."""
        others = SessionRow.key != digest(but) if but else SessionRow.key != ""
        self.database.remove(SessionRow, (SessionRow.account == account) & others)


def digest(token: str) -> str:
    """Returns the SHA-256 of a token, in 64 hexadecimal digits."""
    return sha256(token.encode()).hexdigest()
