"""Upload queue of the staff pages, with the audit log; opened at first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from ingest.uploads.publish_problems import DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from records import AuditEntry, RecordsUnavailableError
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
                self.opened = UploadQueue(room.settings, room.index, room.trash, self.note)
            return self.opened

    def note(self, who: str, action: str, source: str, details: Mapping[str, str]) -> None:
        try:
            self.pages.room.audit.note(AuditEntry(who, action, source, dict(details)))
        except RecordsUnavailableError as error:
            raise DecisionNotNotedError(str(error)) from error
