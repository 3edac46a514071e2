"""Upload queue of the staff pages and the API, with the audit log; opened at first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from ingest.uploads.publish_problems import DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from records import AuditEntry, RecordsUnavailableError
from web.staff.approvals.needed import is_approval_needed

if TYPE_CHECKING:
    from web.staff.context import StaffContext


@dataclass
class Arriving:
    """Opens the upload queue once."""

    room: StaffContext
    opened: UploadQueue | None = None
    opening: Lock = field(default_factory=Lock)

    def arrivals(self) -> UploadQueue:
        with self.opening:
            if self.opened is None:
                self.opened = UploadQueue(
                    self.room.settings,
                    self.room.index,
                    self.room.trash,
                    self.note,
                    lambda: is_approval_needed(self.room),
                )
            return self.opened

    def note(self, who: str, action: str, source: str, details: Mapping[str, str]) -> None:
        try:
            account = self.room.accounts.find(who)
            entry = AuditEntry(who, action, source, dict(details), account=account.id if account else "")
            self.room.audit.note(entry)
        except RecordsUnavailableError as error:
            raise DecisionNotNotedError(str(error)) from error
