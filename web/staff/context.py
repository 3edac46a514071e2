"""Services that the staff pages need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex
from threading import RLock

from bot.pipeline import Bot
from ingest.checks.agenda import Agendas
from ingest.uploads.trash import Changing, Trash
from ingest.watcher import WatchedLibrary
from records import Accounts, Audit, Records, StaffSessions
from settings import Settings
from store.bases import BasesRead, read_bases
from store.document_bases import with_documents
from store.index import Index
from web.http.shared_rate_limit import limiter_for
from web.staff.attempts import Tries
from web.staff.upload_queue import LazyUploadQueue


@dataclass(frozen=True)
class StaffContext:
    """Folder, index and bot, with the records of questions and of staff work.

    Code that changes the folder holds `changing`, from its checks until the change is done. `code` is needed to make
    the first account; the app prints it to the console at its start. `restart` ends the app and starts it anew.
    """

    library: WatchedLibrary
    bot: Bot
    records: Records
    changing: Changing = field(default_factory=RLock, repr=False, compare=False)
    code: str = field(default_factory=lambda: token_hex(8), repr=False)
    restart: Callable[[], object] | None = field(default=None, repr=False, compare=False)

    @property
    def bases(self) -> BasesRead:
        """The bases of the lists and documents of the folder."""
        return with_documents(read_bases(self.settings.knowledge_dir), self.index.documents())

    @property
    def sessions(self) -> StaffSessions:
        """The sessions of the staff, with some named values such as the password hash."""
        return self.records.desk

    @property
    def accounts(self) -> Accounts:
        """The accounts of the staff."""
        return self.records.accounts

    @property
    def audit(self) -> Audit:
        """The audit log."""
        return self.records.audit

    @cached_property
    def agendas(self) -> Agendas:
        """Deadlines, duplicates and drafts of a day."""
        return Agendas(self.index)

    @cached_property
    def trash(self) -> Trash:
        """Documents that were taken out of the folder."""
        return Trash(self.settings.knowledge_dir, self.settings.data_dir, self.changing, self.library.accept_removals)

    @cached_property
    def arriving(self) -> LazyUploadQueue:
        """The upload queue, shared by all parts of the app."""
        return LazyUploadQueue(self.settings, self.index, self.trash, self.accounts, self.audit)

    def resume_uploads(self) -> None:
        """Reads files that were sent before a restart, once the index is whole.

        Not where several processes share the data folder, for each of them would read them; there it is the first
        opened page of the staff that does.
        """
        is_shared = self.settings.chroma_url and self.settings.database_url.get_secret_value()
        if not is_shared and self.library.progress().stage == "ready":
            self.arriving.queue()

    @cached_property
    def tries(self) -> Tries:
        """Failed sign-ins, counted through the database if several processes share it."""
        return Tries(limiter_for(self.records, "sign in"))

    @property
    def index(self) -> Index:
        """The index that the library keeps up to date."""
        return self.library.index

    @property
    def settings(self) -> Settings:
        """The settings of the library."""
        return self.library.settings
