"""Upload queue of the staff pages, with the audit log; opened at first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from ingest.uploads.publish_problems import NotNoted
from ingest.uploads.queue import Arrivals
from records import AuditEntry, RecordsUnavailable
from web.staff.pages import Pages


@dataclass
class Arriving:
    """Opens the upload queue once."""

    pages: Pages
    opened: Arrivals | None = None
    opening: Lock = field(default_factory=Lock)

    def arrivals(self) -> Arrivals:
        room = self.pages.room
        with self.opening:
            if self.opened is None:
                self.opened = Arrivals(room.settings, room.index, room.bin, self.note)
            return self.opened

    def note(self, who: str, action: str, source: str, details: Mapping[str, str]) -> None:
        try:
            self.pages.room.audit.note(AuditEntry(who, action, source, dict(details)))
        except RecordsUnavailable as error:
            raise NotNoted(str(error)) from error
