"""Who of the staff changed what, and when."""

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
"""How long entries are kept. Network logs must be kept for six months at least (网络安全法, on logs)."""


@dataclass(frozen=True)
class AuditEntry:
    """A change. `action` is a word such as `document.replaced`, `subject` what it was made to (the path of a document,
    a question), `details` what more should be known, such as what stood there before."""

    who: str
    action: str
    subject: str = ""
    details: dict[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=now)
    id: int = 0


class Audit:
    """The entries, which can be added and read, and nothing else. Every method may raise RecordsUnavailable."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def note(self, entry: AuditEntry) -> None:
        """Adds an entry; those older than AUDIT_DAYS go."""
        with self.database.session() as session:
            session.add(AuditRow(**values_of(entry, AuditEntry, "id")))
        self.database.remove(AuditRow, AuditRow.at < now() - timedelta(AUDIT_DAYS))

    def entries(
        self, actions: Sequence[str] = (), subject: str = "", limit: int = 100, offset: int = 0
    ) -> list[AuditEntry]:
        """The entries, the newest first; those of some actions, those on one subject, where these are given."""
        query = select(AuditRow).order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit).offset(offset)
        if actions:
            query = query.where(AuditRow.action.in_(actions))
        if subject:
            query = query.where(AuditRow.subject == subject)
        with self.database.session() as session:
            return [AuditEntry(**values_of(row, AuditEntry)) for row in session.scalars(query)]

    def latest(self, kind: str) -> dict[str, AuditEntry]:
        """The last entry on each subject, of the actions that begin with `kind`, such as `document.`."""
        last = select(func.max(AuditRow.id)).where(AuditRow.action.startswith(kind, autoescape=True))
        query = select(AuditRow).where(AuditRow.id.in_(last.group_by(AuditRow.subject)))
        with self.database.session() as session:
            return {row.subject: AuditEntry(**values_of(row, AuditEntry)) for row in session.scalars(query)}
