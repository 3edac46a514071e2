"""Watcher: syncs the index now, and whenever the knowledge folder changes."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from ingest.backup.archive import write_backup
from ingest.reopening import read_old_again, remove_index
from ingest.sync.missing_files import SETTLE_SECONDS, describe_missing
from ingest.sync.plan import ASKS, Allowed, EmptyFolderError, is_readable_again
from ingest.sync.progress import Progress, Report
from ingest.sync.sync import Sync
from settings import Settings
from store import folder
from store.embeddings import Embedder, EmbeddingFailedError, open_embedder
from store.free_space import DiskFullError
from store.index import (
    Absence,
    CatalogDamagedError,
    CatalogUnavailableError,
    IndexLockedError,
    IndexReleasedError,
    VectorsUnavailableError,
)
from store.index.sharing import IndexHandle, NotOfferedError
from store.library import Library, open_held, refuse_unwritable
from text.messages import message, message_of

WATCH_SECONDS = 2.0
"""Seconds between two looks at the folder."""
RETRY_SECONDS = 20.0
"""Pause after an unforeseen or endpoint error, and between retries of files."""
PASSING = (
    DiskFullError, VectorsUnavailableError, CatalogDamagedError, CatalogUnavailableError, IndexReleasedError,
)  # fmt: skip
"""Errors that end by themselves or that the next sync repairs."""
PASSING_SECONDS = 5.0
"""Pause after an error in PASSING."""

log = logging.getLogger(__name__)


class WatchedLibrary(Library):
    """Library with a sync, also for other processes, and a watcher that repeats it."""

    def __init__(self, settings: Settings, held: IndexHandle, embedder: Embedder) -> None:
        super().__init__(settings, held, embedder)
        self.latest, self.moved = Progress(), time.monotonic()
        self.retried = -math.inf
        self.mirrored_at: float | None = None  # Unix time of the last look at which the index had all of the folder
        self.syncing, self.asked_again = threading.Lock(), threading.Event()
        held.share("sync", self.sync)
        held.share("back_up", self.back_up)
        held.share("told", lambda: (self.latest, self.mirrored_at))

    def sync(self, allow_empty: bool = False, allow_removals: bool = False, embeds_new: bool = True) -> Report:
        """Makes the index mirror the folder; always runs in the owner process.

        Documents with missing files stay if too many vanished at once, unless `allow_removals` (or `allow_empty`,
        for a folder without documents) permits the removal. Without `embeds_new`, the vectors of new documents are left
        to the next sync, unless the owner is another process.
        Raises FolderUnreadableError, EmptyFolderError, and IndexLockedError if the owner reads another folder.
        """
        if not self.held.leads():
            if (theirs := self.held.call("folder")) != self.folder():
                raise IndexLockedError(message("index.other_folder", theirs=theirs, own=self.folder()))
            try:
                report: Report = self.held.call("sync", allow_empty, allow_removals)
            except NotOfferedError:
                raise IndexLockedError(message("index.held")) from None
            return report
        return self.sync_here(Allowed(allow_removals, allow_empty), embeds_new)

    def sync_here(self, allowed: Allowed, embeds_new: bool = True) -> Report:
        """Syncs in this process, after a sync that is running."""
        with self.syncing:
            return Sync(self.settings, self.index, self.embedder, self.note).run(allowed, embeds_new)

    def back_up(self, path: str) -> str:
        """Writes a backup in the owner process; returns its manifest as JSON.

        Raises BackupError, VectorsUnavailableError, OSError, and IndexLockedError if the owner cannot do it.
        """
        if self.held.leads():
            return write_backup(self.settings, self.index, Path(path)).model_dump_json()
        try:
            return str(self.held.call("back_up", path))
        except NotOfferedError:
            raise IndexLockedError(message("backup.held")) from None

    def note(self, progress: Progress) -> None:
        """Stores the progress, and the moment at which it came."""
        self.latest, self.moved = progress, time.monotonic()

    def progress(self) -> Progress:
        """Progress of the running or last sync."""
        return replace(self.latest, condition=self.condition())

    def read_again(self, source: str) -> None:
        """Makes the watcher retry an unreadable file although it has not changed."""
        for failure in self.index.failures():
            if failure.source == source:
                self.index.note_failure(replace(failure, fingerprint=""))
                self.asked_again.set()

    def can_retry(self) -> bool:
        """True if a file that could not be opened can be opened now.

        Its size and time do not show that. True at most once in RETRY_SECONDS.
        """
        due = time.monotonic() - self.retried >= RETRY_SECONDS
        if not due or not any(is_readable_again(self.settings, each) for each in self.index.failures()):
            return False
        self.retried = time.monotonic()
        return True

    def missing(self) -> list[Absence]:
        """Documents that keep answering without their files until a person decides."""
        known = self.index.fingerprints()
        return [each for each in self.index.absences() if each.state == "withheld" and each.source in known]

    def accept_removals(self, sources: Collection[str]) -> None:
        """Records that files were removed on purpose.

        Their documents leave the index with the watcher's next sync, however many they are.
        """
        self.index.accept_absences(sources, time.time())
        self.asked_again.set()  # without this, files put back at once would look to the watcher like no change

    def watch(self, stop: threading.Event) -> None:
        """Syncs now and after each change of the folder, until `stop` is set.

        A file to be read again also starts a sync.
        """
        seen: dict[str, str] | None = None
        troubled: object = None
        missing: tuple[str, ...] = ()
        while not stop.is_set():
            self.moved = time.monotonic()
            try:
                if not self.held.leads():
                    seen = None
                    self.follow()
                    stop.wait(WATCH_SECONDS)
                    continue
                self.held.renew()
                looks = self.looks()
                if self.index.take_wish():
                    self.asked_again.set()
                if looks != seen or self.asked_again.is_set() or self.index.needs_sync() or self.can_retry():
                    self.asked_again.clear()
                    report = self.sync_here(Allowed(settle_seconds=SETTLE_SECONDS))
                    # With files still being copied, the next look syncs again.
                    seen, troubled = None if report.waiting else looks, None
                    missing = self.tell_missing(report.missing, missing)
                if seen is not None:
                    self.mirrored_at = time.time()
            except (folder.FolderUnreadableError, EmptyFolderError) as error:
                seen = None
                self.latest = replace(self.latest, stage="failed", message=message_of(error))
            except Exception as error:  # the watch must outlive whatever goes wrong in one sync
                kind = type(error) if isinstance(error, (*PASSING, EmbeddingFailedError)) else repr(error)
                self.tell_trouble(error, is_new=kind != troubled)
                seen, troubled = None, kind
                stop.wait(PASSING_SECONDS if isinstance(error, PASSING) else RETRY_SECONDS)
            stop.wait(WATCH_SECONDS)

    def follow(self) -> None:
        """Takes over the progress of the syncing process, and forwards requests to it."""
        try:
            if self.asked_again.is_set():
                self.index.ask_sync()
                self.asked_again.clear()
            self.latest, self.mirrored_at = self.held.call("told")
        except (NotOfferedError, *PASSING, IndexLockedError, OSError, EOFError):  # a command, or one that just ends
            self.latest = replace(self.latest, stage="ready" if self.index_answers() else "failed")

    def index_answers(self) -> bool:
        """Checks that the index can be read and has documents."""
        with suppress(*PASSING):
            return bool(self.index.documents())
        return False

    def tell_trouble(self, error: Exception, is_new: bool) -> None:
        """Reports a failed sync.

        It is logged once while it lasts, with a traceback if it was unforeseen.
        """
        told = message_of(error)
        if not isinstance(error, (*PASSING, EmbeddingFailedError)):
            told = message("folder.tried_again", error=f"{type(error).__name__}: {error}")
            if is_new:
                log.exception("The sync failed")
        elif is_new:
            log.warning("The documents cannot be updated for now. %s", error)
        self.latest = replace(self.latest, stage="failed", message=told)

    def tell_missing(self, missing: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
        """Logs changes in the documents with missing files; returns the missing ones."""
        if missing and missing != before:
            log.warning("%s", describe_missing(missing))
        elif before and not missing:
            log.warning("Every document has its file again.")
        return missing

    def looks(self) -> dict[str, str]:
        """Looks of all files; "" for inaccessible ones."""
        survey = folder.survey(self.settings.knowledge_dir)
        looks = {source: folder.stat_signature(path) for source, path in survey.documents.items()}
        return looks | dict.fromkeys(survey.unreadable, "")


@contextmanager
def open_watched_library(
    settings: Settings, rebuild: bool = False, embedder: Embedder | None = None, allowed: Allowed = ASKS
) -> Iterator[WatchedLibrary]:
    """Opens the library of these settings with its watcher.

    `rebuild` deletes the index first.
    Raises the errors of `open_library`; with `rebuild` also FolderUnreadableError, and ManyMissingError unless the
    loss is `allowed`.
    """
    embedder = embedder or open_embedder(settings)
    if rebuild:
        refuse_unwritable(settings.data_dir / "index")
        remove_index(settings, allowed)
    with open_held(settings, embedder) as held:
        if held.owned:
            with suppress(*PASSING):  # the next sync mends the catalog; what it makes anew has been read again
                read_old_again(held.index)
        yield WatchedLibrary(settings, held, embedder)
