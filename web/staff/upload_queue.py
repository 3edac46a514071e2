"""Upload queue of staff pages and API, with audit log; opened at first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from ingest.uploads.publish_problems import DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from ingest.uploads.staging import Staged, read_waiting
from ingest.uploads.trash import Trash
from records import Accounts, Audit, AuditEntry, RecordsUnavailableError
from settings import Settings
from store.index import Index
from web.staff.approval_needed import is_approval_needed


@dataclass
class LazyUploadQueue:
    """Opens the upload queue once."""

    settings: Settings
    index: Index
    trash: Trash
    accounts: Accounts
    audit: Audit
    opened: UploadQueue | None = None
    opening: Lock = field(default_factory=Lock)

    def queue(self) -> UploadQueue:
        """Returns the upload queue; opens it at the first call."""
        with self.opening:
            if self.opened is None:
                self.opened = UploadQueue(self.settings, self.index, self.trash, self.note, self.needs_approval)
            return self.opened

    def waiting_files(self) -> list[Staged]:
        """Returns the files that wait for a decision, without opening the upload queue.

        In a process that has not opened it, as they lie on the disk: another one may have.
        """
        if self.opened is None:
            return read_waiting(self.settings.data_dir)
        return [each.staged for each in self.opened.read_all() if each.state == "clash"]

    def name_waiting_files(self) -> dict[str, str]:
        """Returns the titles of the waiting files by id, of those read in this process."""
        waiting = [each for each in self.opened.read_all() if each.state == "clash"] if self.opened else []
        return {each.id: each.document.metadata.title for each in waiting if each.document}

    def needs_approval(self) -> bool:
        """True if every file waits for a second person.

        Raises DecisionNotNotedError if the accounts that decide it cannot be read.
        """
        try:
            return is_approval_needed(self)
        except RecordsUnavailableError as error:
            raise DecisionNotNotedError(str(error)) from error

    def note(self, who: str, action: str, source: str, details: Mapping[str, str]) -> None:
        """Writes an audit entry.

        Raises DecisionNotNotedError if it cannot be written.
        """
        try:
            account = self.accounts.find(who)
            entry = AuditEntry(who, action, source, dict(details), account=account.id if account else "")
            self.audit.note(entry)
        except RecordsUnavailableError as error:
            raise DecisionNotNotedError(str(error)) from error
