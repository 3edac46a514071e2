"""Audit log: changes made by staff."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from records.database import Database
from records.models import now
from records.queries import start_of, values_of
from records.tables import AuditRow

AUDIT_DAYS = 3 * 366
"""Retention of entries in days.

Network logs must be kept for six months at least (网络安全法, on logs).
"""


@dataclass(frozen=True)
class AuditEntry:
    """A change made by staff.

    `action`: a key such as `document.replaced`.
    `subject`: the changed thing (path of a document, a question).
    `details`: further facts, such as the old value.
    `account`: id of the account that signed in; "" if the name was only typed.
    """

    who: str
    action: str
    subject: str = ""
    details: dict[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=now)
    id: int = 0
    account: str = ""


@dataclass(frozen=True)
class AuditFilter:
    """Filter of entries; empty fields do not filter.

    `actions`: only these. `kind`: beginning of the action, such as `document.`.
    `part`: words in the subject, unless it is one of `subjects`. `first` and `last`: days in this machine's time zone.
    """

    actions: Sequence[str] = ()
    kind: str = ""
    subject: str = ""
    who: str = ""
    first: date | None = None
    last: date | None = None
    part: str = ""
    subjects: Collection[str] = ()

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yields a condition on AuditRow for each field that is not empty."""
        if self.actions:
            yield AuditRow.action.in_(self.actions)
        if self.kind:
            yield AuditRow.action.startswith(self.kind, autoescape=True)
        if self.subject:
            yield AuditRow.subject == self.subject
        if self.part:
            yield or_(AuditRow.subject.icontains(self.part, autoescape=True), AuditRow.subject.in_(self.subjects))
        if self.who:
            yield AuditRow.who == self.who
        if self.first:
            yield AuditRow.at >= start_of(self.first)
        if self.last:
            yield AuditRow.at < start_of(self.last + timedelta(1))


class Audit:
    """Audit entries; they can only be added and read.

    Every method may raise RecordsUnavailableError.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def note(self, entry: AuditEntry) -> None:
        """Adds an entry; deletes entries older than AUDIT_DAYS."""
        with self.database.session() as session:
            session.add(AuditRow(**values_of(entry, AuditEntry, "id")))
        self.database.remove(AuditRow, AuditRow.at < now() - timedelta(AUDIT_DAYS))

    def entries(
        self, actions: Sequence[str] = (), subject: str = "", limit: int = 100, offset: int = 0
    ) -> list[AuditEntry]:
        """Entries, latest first; optionally only of some actions or on one subject."""
        return self.find(AuditFilter(actions, subject=subject), limit, offset)

    def find(self, wanted: AuditFilter, limit: int | None = None, offset: int = 0) -> list[AuditEntry]:
        """Entries that match a filter, latest first; all without `limit`."""
        query = select(AuditRow).where(*wanted.conditions()).order_by(AuditRow.at.desc(), AuditRow.id.desc())
        with self.database.session() as session:
            rows = session.scalars(query.limit(limit).offset(offset))
            return [AuditEntry(**values_of(row, AuditEntry)) for row in rows]

    def names(self) -> list[str]:
        """Names of all who did something, in order."""
        return self.distinct(AuditRow.who)

    def actions(self) -> list[str]:
        """Actions that occur, in order."""
        return self.distinct(AuditRow.action)

    def distinct(self, column: InstrumentedAttribute[str]) -> list[str]:
        """Returns the different values of a column, sorted."""
        with self.database.session() as session:
            return sorted(session.scalars(select(column).distinct()))

    def latest(self, kind: str) -> dict[str, AuditEntry]:
        """Last entry on each subject, of actions that begin with `kind` (as `document.`)."""
        last = select(func.max(AuditRow.id)).where(AuditRow.action.startswith(kind, autoescape=True))
        query = select(AuditRow).where(AuditRow.id.in_(last.group_by(AuditRow.subject)))
        with self.database.session() as session:
            return {row.subject: AuditEntry(**values_of(row, AuditEntry)) for row in session.scalars(query)}
