"""What stands behind the staff pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex
from threading import RLock

from bot.pipeline import Bot
from ingest.checks.agenda import Agendas
from ingest.uploads.trash import Bin, Changing
from ingest.watcher import WatchedLibrary
from records import Audit, Desk, Records
from settings import Settings
from store.index import Index


@dataclass(frozen=True)
class Room:
    """The folder with its index, who answers from it, and what is kept of questions and of the staff's own work.

    `changing` is held by whoever changes the folder, from what was looked at before until it is done. `code` must be
    given by whoever sets the first password: the start of the app shows it to the person at its console.
    """

    library: WatchedLibrary
    bot: Bot
    records: Records
    changing: Changing = field(default_factory=RLock, repr=False, compare=False)
    code: str = field(default_factory=lambda: token_hex(8), repr=False)

    @property
    def desk(self) -> Desk:
        return self.records.desk

    @property
    def audit(self) -> Audit:
        return self.records.audit

    @cached_property
    def agendas(self) -> Agendas:
        return Agendas(self.index)

    @cached_property
    def bin(self) -> Bin:
        return Bin(self.settings.knowledge_dir, self.settings.data_dir, self.changing, self.library.accept_removals)

    @property
    def index(self) -> Index:
        return self.library.index

    @property
    def settings(self) -> Settings:
        return self.library.settings
