"""Keys of the API: made and revoked by staff; only a digest of each is stored."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from secrets import token_urlsafe

from sqlalchemy import select, update

from records.cached_value import CachedValue
from records.database import Database
from records.errors import RecordsUnavailableError, UnknownRecordError
from records.models import now
from records.queries import values_of
from records.staff.accounts import Account, Role
from records.staff.staff_sessions import digest
from records.tables import ApiKeyRow
from text.messages import message

REREAD_SECONDS = 10.0
"""Maximum delay until a key that another process made or revoked counts here."""
NOTED_SECONDS = 60.0
"""The last use of a key is written at most this often."""
SIGN, START = "qt-", 7
"""Beginning of each key, and number of its characters that staff see.

They tell keys apart by these characters.
"""

log = logging.getLogger(__name__)


class Scope(StrEnum):
    """Permission of a key.

    `ask`: ask questions, rate answers and ask for a person. `search`: passages and vectors.
    `documents`: list, add, replace and remove documents. `records`: read the question log and requests for a person.
    """

    ASK = "ask"
    SEARCH = "search"
    DOCUMENTS = "documents"
    RECORDS = "records"


@dataclass(frozen=True)
class ApiKey:
    """A key, without its text.

    `start`: its first characters. `per_minute`: how many requests it may send in a minute.
    `last_used_at`: to the minute; None if it was never used. `revoked_at`: None while it is valid.
    """

    id: int
    name: str
    start: str
    scopes: tuple[Scope, ...]
    per_minute: int
    created_by: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_by: str = ""
    revoked_at: datetime | None = None


class ApiKeys:
    """All keys. Every method but `note_use` may raise RecordsUnavailableError."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.noted: dict[int, float] = {}
        self.current = CachedValue[Mapping[str, ApiKey] | None](
            database.patience(REREAD_SECONDS), self.read_valid, None
        )

    def create(self, name: str, scopes: Collection[Scope], per_minute: int, who: str) -> tuple[ApiKey, str]:
        """Makes a key; returns it with its text.

        The text is shown once and cannot be read again.
        """
        text = SIGN + token_urlsafe(32)
        row = ApiKeyRow(
            digest=digest(text),
            start=text[:START],
            name=name,
            scopes=" ".join(each for each in Scope if each in scopes),
            per_minute=per_minute,
            created_by=who,
            created_at=now(),
        )
        with self.database.session() as session:
            session.add(row)
            session.flush()
            made = to_api_key(row)
        self.current.forget()
        return made, text

    def read_all(self) -> list[ApiKey]:
        """All keys, revoked ones too, latest first."""
        with self.database.session() as session:
            return [to_api_key(row) for row in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id.desc()))]

    def one(self, key_id: int) -> ApiKey:
        """Returns a key by its id.

        Raises UnknownRecordError if no key has it.
        """
        found = next((each for each in self.read_all() if each.id == key_id), None)
        if found is None:
            raise UnknownRecordError(message("record.no_key", id=key_id))
        return found

    def revoke(self, key_id: int, who: str) -> None:
        """Ends a key for good; the first time counts. It counts at once in this process."""
        ending = update(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
        with self.database.session() as session:
            session.execute(ending.values(revoked_at=now(), revoked_by=who))
        self.current.forget()

    def find(self, text: str) -> ApiKey | None:
        """Returns the valid key with this text.

        Known keys go on being found while the database is unavailable.
        None if no valid key has it.
        Raises RecordsUnavailableError if no keys were read yet.
        """
        known = self.current.value()
        if known is None:
            raise RecordsUnavailableError(message("records.keys_unread"))
        return known.get(digest(text))

    def note_use(self, key: ApiKey) -> None:
        """Notes that a key was used.

        A failure is only logged: it must not stop a request.
        """
        if time.monotonic() - self.noted.get(key.id, -math.inf) < NOTED_SECONDS:
            return
        self.noted[key.id] = time.monotonic()
        try:
            with self.database.session() as session:
                session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key.id).values(last_used_at=now()))
        except RecordsUnavailableError as error:
            log.warning("The use of an API key could not be noted. %s", error)

    def read_valid(self) -> Mapping[str, ApiKey]:
        """Reads the valid keys by digest."""
        query = select(ApiKeyRow).where(ApiKeyRow.revoked_at.is_(None))
        with self.database.session() as session:
            return {row.digest: to_api_key(row) for row in session.scalars(query)}


def find_orphaned(keys: Iterable[ApiKey], accounts: Iterable[Account]) -> dict[int, Account]:
    """Returns the makers of valid keys who are no longer administrators, by key id.

    A key belongs to a program, not to its maker, so it keeps working; the other administrators must know.
    """
    former = {each.name: each for each in accounts if not each.is_enabled or each.role is not Role.ADMINISTRATOR}
    return {key.id: former[key.created_by] for key in keys if key.revoked_at is None and key.created_by in former}


def to_api_key(row: ApiKeyRow) -> ApiKey:
    """Returns a row as a key, without scopes that this program does not know."""
    scopes = tuple(Scope(each) for each in row.scopes.split() if each in tuple(Scope))
    return ApiKey(**values_of(row, ApiKey, "scopes"), scopes=scopes)
