"""Recent hits by name, for limits across processes that share the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.column_types import Moment
from records.database import Database
from records.models import now
from records.tables import ID, Row

LONGEST = timedelta(hours=1)
"""Age at which hits of any name are deleted; no limit is over a longer period."""


class HitRow(Row):
    """A hit. `name` is a digest: it may stand for the address of a visitor."""

    __tablename__ = "hits"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(ID, index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class Hits:
    """Hits of all processes. Every method may raise RecordsUnavailableError.

    `is_shared`: other processes may use the same database, so it is worth asking.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def is_shared(self) -> bool:
        """True for a database server, which other processes may use, too."""
        return self.database.path is None

    def hit(self, name: str, most: int, seconds: float) -> bool:
        """Counts a hit and returns True, unless `most` were counted in `seconds`.

        Then this one does not count.
        """
        key = digest_name(name)
        with self.database.session() as session:
            take_turns(session, key)
            moment = common_time(session)
            old = (HitRow.name == key) & (HitRow.at < moment - timedelta(seconds=seconds))
            session.execute(delete(HitRow).where(or_(old, HitRow.at < moment - LONGEST)))
            if count_hits(session, key) >= most:
                return False
            session.add(HitRow(name=key, at=moment))
            return True

    def count(self, name: str, seconds: float) -> int:
        """Number of hits in the last `seconds`."""
        with self.database.session() as session:
            recent = HitRow.at >= common_time(session) - timedelta(seconds=seconds)
            found = select(func.count()).select_from(HitRow).where(HitRow.name == digest_name(name), recent)
            return session.scalar(found) or 0

    def first(self, name: str) -> datetime | None:
        """Returns the time of the oldest hit that is stored.

        None if there is none.
        """
        with self.database.session() as session:
            return session.scalar(select(func.min(HitRow.at)).where(HitRow.name == digest_name(name)))

    def undo(self, name: str) -> None:
        """Takes the last hit back."""
        last = select(func.max(HitRow.id)).where(HitRow.name == digest_name(name)).scalar_subquery()
        with self.database.session() as session:
            session.execute(delete(HitRow).where(HitRow.id == last).execution_options(synchronize_session=False))

    def clear(self, name: str) -> None:
        """Takes all hits back."""
        with self.database.session() as session:
            session.execute(delete(HitRow).where(HitRow.name == digest_name(name)))


def take_turns(session: Session, key: str) -> None:
    """Makes the transactions of one name wait for each other.

    Otherwise two of them would both count the last free hit.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def common_time(session: Session) -> datetime:
    """Returns the time of the database server; that of this machine if there is none.

    So it is the same for processes on several machines.
    """
    if session.get_bind().dialect.name == "postgresql":
        return session.execute(select(func.clock_timestamp(type_=Moment))).scalar_one()
    return now()


def count_hits(session: Session, key: str) -> int:
    """Returns the number of stored hits of a name, given as a digest."""
    return session.scalar(select(func.count()).select_from(HitRow).where(HitRow.name == key)) or 0


def digest_name(name: str) -> str:
    """Returns the SHA-256 of a name, in 64 hexadecimal digits."""
    return sha256(name.encode()).hexdigest()
