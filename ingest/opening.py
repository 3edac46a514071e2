"""Opens the library: the knowledge folder with its index, as every entry point needs it."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from ingest import chunking, folder
from ingest.agreement import RULES as TOKENS
from ingest.contacts import Contact, read_contacts
from ingest.embedding import Embedder, open_embedder
from ingest.index import TERMS, Busy, Index, open_index
from ingest.index.owner import Held
from ingest.planning import EmptyFolder
from ingest.sync import Progress, Report, Sync
from settings import Settings

WATCH_SECONDS = 2.0
RETRY_SECONDS = 20.0
"""How long the watch rests after what nobody foresaw, so that the log stays readable."""


class Unwritable(Exception):
    """The data folder cannot be written."""


class Library:
    """A knowledge folder and its index. Questions read `index`; `sync` makes it mirror the folder."""

    def __init__(self, settings: Settings, held: Held, embedder: Embedder) -> None:
        self.settings, self.held, self.embedder = settings, held, embedder
        self.index: Index = held.index
        self.latest, self.moved = Progress(), time.monotonic()
        self.syncing, self.asked_again, self.emptied = threading.Lock(), threading.Event(), threading.Event()
        held.share("sync", self.sync)
        held.share("folder", self.folder)

    def sync(self, allow_empty: bool = False) -> Report:
        """Raises FolderUnreadable, EmptyFolder, and Busy while the owner of the index reads another folder.

        Runs in the owner, wherever it is called.
        """
        if not self.held.owned:
            if (theirs := self.held.call("folder")) != self.folder():
                raise Busy(f"The app is running and reads {theirs}. Stop it, then sync {self.folder()}.")
            report: Report = self.held.call("sync", allow_empty)
            return report
        with self.syncing:
            return Sync(self.settings, self.index, self.embedder, self.note).run(allow_empty)

    def folder(self) -> str:
        return str(self.settings.knowledge_dir.resolve())

    def contacts(self) -> tuple[Contact, ...]:
        """The offices of the knowledge folder, as the staff left the file."""
        return read_contacts(self.settings.knowledge_dir)[0]

    def note(self, progress: Progress) -> None:
        self.latest, self.moved = progress, time.monotonic()

    def progress(self) -> Progress:
        """How far the running or last sync has come."""
        return self.latest

    def read_again(self, source: str) -> None:
        """Lets the watch read a file again that could not be read, although it is the same file."""
        for failure in self.index.failures():
            if failure.source == source:
                self.index.note_failure(replace(failure, stamp=""))
                self.asked_again.set()

    def accept_empty(self) -> None:
        """Lets the watch drop what the index holds of a folder that was emptied on purpose, this one time."""
        self.emptied.set()
        self.asked_again.set()  # put back at once, the folder looks to the watch as if nothing had happened

    def sync_as_meant(self) -> Report:
        """Syncs; a folder that was emptied on purpose may be empty until a sync has gone well."""
        is_meant = self.emptied.is_set()
        self.emptied.clear()
        try:
            return self.sync(is_meant)
        except BaseException:
            if is_meant:
                self.emptied.set()
            raise

    def watch(self, stop: threading.Event) -> None:
        """Syncs now, then whenever the folder looks different or a file is to be read again, until `stop` is set."""
        seen = None
        while not stop.is_set():
            self.moved = time.monotonic()
            try:
                looks = self.looks()
                if looks != seen or self.asked_again.is_set():
                    self.asked_again.clear()
                    report = self.sync_as_meant()
                    seen = None if report.waiting else looks
            except (folder.FolderUnreadable, EmptyFolder) as error:
                seen = None
                self.latest = replace(self.latest, stage="failed", message=str(error))
            except Exception as error:  # the watch must outlive whatever goes wrong in one sync
                logging.exception("The sync failed")
                seen = None
                message = (
                    f"{type(error).__name__}: {error} It is tried again by itself; look into the log if it goes on."
                )
                self.latest = replace(self.latest, stage="failed", message=message)
                stop.wait(RETRY_SECONDS)
            stop.wait(WATCH_SECONDS)

    def looks(self) -> dict[str, str]:
        files = folder.documents(self.settings.knowledge_dir)
        return {source: folder.look(path) for source, path in files.items()}


@contextmanager
def open_library(settings: Settings, rebuild: bool = False, embedder: Embedder | None = None) -> Iterator[Library]:
    """The library of these settings, with their embedder unless another one is given. Raises Busy, RecipeChanged, and
    Unwritable for the data folder."""
    embedder = embedder or open_embedder(settings)
    place = settings.data_dir / "index"
    refuse_unwritable(place)
    if rebuild:
        remove_index(settings)
    with open_index(place, f"{embedder.name}, {chunking.RULES}, {TERMS}, {TOKENS}") as held:
        yield Library(settings, held, embedder)


def refuse_unwritable(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise Unwritable(
            f"{place} cannot be written ({error.strerror}). Set ASSISTANT_DATA_DIR to one that this user may write."
        ) from None


def remove_index(settings: Settings) -> None:
    """Deletes the index, which is made anew from the folder. Raises Busy while another process owns it."""
    place = settings.data_dir / "index"
    try:
        with FileLock(place / "owner.lock", timeout=0):
            for each in place.iterdir():
                if each.name != "owner.lock":
                    shutil.rmtree(each) if each.is_dir() else each.unlink()
    except Timeout:
        raise Busy("The app is running and holds the index. Stop it, then rebuild.") from None
