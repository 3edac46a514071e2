"""Upload queue of the staff pages, with the audit log; opened at first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from ingest.uploads.publish_problems import DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from records import AuditEntry, RecordsUnavailableError
from web.staff.approvals.rules import is_approval_needed
from web.staff.pages import Pages


@dataclass
class Arriving:
    """Opens the upload queue once."""

    pages: Pages
    opened: UploadQueue | None = None
    opening: Lock = field(default_factory=Lock)

    def arrivals(self) -> UploadQueue:
        room = self.pages.room
        with self.opening:
            if self.opened is None:
                self.opened = UploadQueue(
                    room.settings, room.index, room.trash, self.note, lambda: is_approval_needed(room)
                )
            return self.opened

    def note(self, who: str, action: str, source: str, details: Mapping[str, str]) -> None:
        try:
            account = self.pages.room.accounts.find(who)
            entry = AuditEntry(who, action, source, dict(details), account=account.id if account else "")
            self.pages.room.audit.note(entry)
        except RecordsUnavailableError as error:
            raise DecisionNotNotedError(str(error)) from error
