"""Audit log: changes made by staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from records.database import Database
from records.models import now
from records.queries import values_of
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


class Audit:
    """Audit entries; they can only be added and read.

    Every method may raise RecordsUnavailable.
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
        query = select(AuditRow).order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit).offset(offset)
        if actions:
            query = query.where(AuditRow.action.in_(actions))
        if subject:
            query = query.where(AuditRow.subject == subject)
        with self.database.session() as session:
            return [AuditEntry(**values_of(row, AuditEntry)) for row in session.scalars(query)]

    def latest(self, kind: str) -> dict[str, AuditEntry]:
        """Last entry on each subject, of actions that begin with `kind` (as `document.`)."""
        last = select(func.max(AuditRow.id)).where(AuditRow.action.startswith(kind, autoescape=True))
        query = select(AuditRow).where(AuditRow.id.in_(last.group_by(AuditRow.subject)))
        with self.database.session() as session:
            return {row.subject: AuditEntry(**values_of(row, AuditEntry)) for row in session.scalars(query)}
