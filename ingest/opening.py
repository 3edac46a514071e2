"""Opens the library: the knowledge folder with its index, as every entry point needs it."""

from __future__ import annotations

import errno
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from ingest import chunking, folder
from ingest.agreement import RULES as TOKENS
from ingest.contacts import Contact, read_contacts
from ingest.embedding import Embedder, EmbeddingFailed, open_embedder
from ingest.free_space import DiskFullError, full_disk
from ingest.index import (
    TERMS,
    Absence,
    Busy,
    CatalogDamagedError,
    CatalogUnavailableError,
    Index,
    VectorsUnavailableError,
    open_index,
    peek,
)
from ingest.index.owner import Held
from ingest.missing import SETTLE_SECONDS, describe_missing
from ingest.planning import ASKS, Allowed, EmptyFolder, refuse_loss
from ingest.sync import Progress, Report, Sync
from settings import Settings

WATCH_SECONDS = 2.0
RETRY_SECONDS = 20.0
"""How long the watch rests after what nobody foresaw, and after an endpoint failed."""
PASSING = (DiskFullError, VectorsUnavailableError, CatalogDamagedError, CatalogUnavailableError)
"""What ends by itself, or is mended by the next sync."""
PASSING_SECONDS = 5.0

log = logging.getLogger(__name__)


class Unwritable(Exception):
    """The data folder cannot be written."""


class Library:
    """A knowledge folder and its index. Questions read `index`; `sync` makes it mirror the folder."""

    def __init__(self, settings: Settings, held: Held, embedder: Embedder) -> None:
        self.settings, self.held, self.embedder = settings, held, embedder
        self.index: Index = held.index
        self.latest, self.moved = Progress(), time.monotonic()
        self.syncing, self.asked_again = threading.Lock(), threading.Event()
        held.share("sync", self.sync)
        held.share("folder", self.folder)

    def sync(self, allow_empty: bool = False, allow_removals: bool = False) -> Report:
        """Makes the index mirror the folder, in the owner, wherever it is called.

        Documents whose files are missing stay where too many vanished at once, unless `allow_removals` (or
        `allow_empty`, for a folder without any document) says that they may go. Raises FolderUnreadable, EmptyFolder,
        and Busy while the owner of the index reads another folder.
        """
        if not self.held.owned:
            if (theirs := self.held.call("folder")) != self.folder():
                raise Busy(f"The app is running and reads {theirs}. Stop it, then sync {self.folder()}.")
            report: Report = self.held.call("sync", allow_empty, allow_removals)
            return report
        return self.sync_here(Allowed(allow_removals, allow_empty))

    def sync_here(self, allowed: Allowed) -> Report:
        with self.syncing:
            return Sync(self.settings, self.index, self.embedder, self.note).run(allowed)

    def folder(self) -> str:
        return str(self.settings.knowledge_dir.resolve())

    def contacts(self) -> tuple[Contact, ...]:
        """The offices of the knowledge folder, as the staff left the file."""
        return read_contacts(self.settings.knowledge_dir)[0]

    def note(self, progress: Progress) -> None:
        self.latest, self.moved = progress, time.monotonic()

    def progress(self) -> Progress:
        """How far the running or last sync has come."""
        return replace(self.latest, condition=self.index.condition())

    def read_again(self, source: str) -> None:
        """Lets the watch read a file again that could not be read, although it is the same file."""
        for failure in self.index.failures():
            if failure.source == source:
                self.index.note_failure(replace(failure, stamp=""))
                self.asked_again.set()

    def missing(self) -> list[Absence]:
        """The documents that keep answering although their files are gone, until somebody decides."""
        known = self.index.stamps()
        return [each for each in self.index.absences() if each.state == "withheld" and each.source in known]

    def accept_removals(self, sources: Collection[str]) -> None:
        """Notes that files were taken away on purpose: their documents leave the index with the next sync of the watch,
        however many they are."""
        self.index.accept_absences(sources, time.time())
        self.asked_again.set()  # put back at once, the folder looks to the watch as if nothing had happened

    def watch(self, stop: threading.Event) -> None:
        """Syncs now, then whenever the folder looks different or a file is to be read again, until `stop` is set."""
        seen: dict[str, str] | None = None
        troubled: object = None
        missing: tuple[str, ...] = ()
        while not stop.is_set():
            self.moved = time.monotonic()
            try:
                self.held.renew()
                looks = self.looks()
                if looks != seen or self.asked_again.is_set() or self.index.needs_sync():
                    self.asked_again.clear()
                    report = self.sync_here(Allowed(settle_seconds=SETTLE_SECONDS))
                    seen, troubled = None if report.waiting else looks, None
                    missing = self.tell_missing(report.missing, missing)
            except (folder.FolderUnreadable, EmptyFolder) as error:
                seen = None
                self.latest = replace(self.latest, stage="failed", message=str(error))
            except Exception as error:  # the watch must outlive whatever goes wrong in one sync
                kind = type(error) if isinstance(error, (*PASSING, EmbeddingFailed)) else repr(error)
                self.tell_trouble(error, is_new=kind != troubled)
                seen, troubled = None, kind
                stop.wait(PASSING_SECONDS if isinstance(error, PASSING) else RETRY_SECONDS)
            stop.wait(WATCH_SECONDS)

    def tell_trouble(self, error: Exception, is_new: bool) -> None:
        """Says why a sync failed: in the log once for as long as it lasts, with a traceback for what nobody foresaw."""
        message = str(error)
        if not isinstance(error, (*PASSING, EmbeddingFailed)):
            message = f"{type(error).__name__}: {error} It is tried again by itself; look into the log if it goes on."
            if is_new:
                log.exception("The sync failed")
        elif is_new:
            log.warning("The documents cannot be updated for now. %s", error)
        self.latest = replace(self.latest, stage="failed", message=message)

    def tell_missing(self, missing: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
        """Writes into the log which documents miss their files, where that has changed; gives the missing ones."""
        if missing and missing != before:
            log.warning(describe_missing(missing))
        elif before and not missing:
            log.warning("No document misses its file any more.")
        return missing

    def looks(self) -> dict[str, str]:
        """How all files look; what cannot be looked at has no look."""
        survey = folder.survey(self.settings.knowledge_dir)
        looks = {source: folder.look(path) for source, path in survey.documents.items()}
        return looks | dict.fromkeys(survey.unreadable, "")


@contextmanager
def open_library(
    settings: Settings, rebuild: bool = False, embedder: Embedder | None = None, allowed: Allowed = ASKS
) -> Iterator[Library]:
    """The library of these settings, with their embedder unless another one is given. Raises Busy, RecipeChanged, and
    Unwritable for the data folder; where the index is to be made anew also FolderUnreadable, and ManyMissing unless
    its loss is `allowed`."""
    embedder = embedder or open_embedder(settings)
    place = settings.data_dir / "index"
    refuse_unwritable(place)
    if rebuild:
        remove_index(settings, allowed)
    with open_index(place, f"{embedder.name}, {chunking.RULES}, {TERMS}, {TOKENS}") as held:
        if held.owned:
            with suppress(*PASSING):  # the next sync mends the catalog; what it makes anew has been read again
                read_corrected_again(held.index)
        yield Library(settings, held, embedder)


def read_corrected_again(index: Index) -> None:
    """Lets the next sync read the documents again whose corrected pages were indexed without what was read on them."""
    for entry in index.entries():
        document = index.document(entry.source) if entry.quality.corrected_pages else None
        if document and any(page.method == "corrected" and page.original is None for page in document.pages):
            index.restamp(entry.source, "|")


def refuse_unwritable(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place), (place / "owner.lock").open("ab"):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise full_disk(place) from None
        found = error.filename if error.filename == str(place / "owner.lock") else place
        raise Unwritable(
            f"{found} cannot be written ({error.strerror})."
            " See that this user may write it, or set ASSISTANT_DATA_DIR to another folder."
        ) from None


def remove_index(settings: Settings, allowed: Allowed) -> None:
    """Deletes the index, which is made anew from the folder. Raises Busy while another process owns it, and what
    `refuse_loss` does."""
    place = settings.data_dir / "index"
    try:
        with FileLock(place / "owner.lock", timeout=0):
            refuse_loss(settings, *peek(place), allowed)
            for each in place.iterdir():
                if each.name != "owner.lock":
                    shutil.rmtree(each) if each.is_dir() else each.unlink()
    except Timeout:
        raise Busy("The app is running and holds the index. Stop it, then rebuild.") from None
