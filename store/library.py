"""Library: knowledge folder, index and embedding model, for every entry point."""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from settings import Settings
from store.embeddings import Embedder, open_embedder
from store.free_space import full_disk
from store.index import Condition, Index, open_index
from store.index.database.address import postgres_server
from store.index.sharing import IndexHandle
from store.lists import Lists
from store.recipe import recipe
from store.vector_worker import chroma_server
from text.messages import MessageError, message

UNFINISHED = "unfinished-backup-"
"""Beginning of the names of folders in the data folder where a backup is made.

A kill leaves them to the next start, which removes them.
"""
LONG_BACKUP_SECONDS = 24 * 3_600.0
"""Seconds after which a backup that another process makes counts as killed."""


class DataFolderUnwritableError(MessageError):
    """The data folder cannot be written."""


class Library:
    """A knowledge folder with its lists, its index and its embedding model."""

    def __init__(self, settings: Settings, held: IndexHandle, embedder: Embedder) -> None:
        self.settings, self.held, self.embedder = settings, held, embedder
        self.index: Index = held.index
        self.lists = Lists(settings.knowledge_dir, self.index.documents)
        held.share("folder", self.folder)
        held.share("condition", self.condition_here)

    def folder(self) -> str:
        """Returns the absolute path of the knowledge folder, without links."""
        return str(self.settings.knowledge_dir.resolve())

    def condition(self, is_patient: bool = False) -> Condition:
        """Health of the search, as the owner of the index knows it.

        `is_patient` waits until the vectors have been opened.
        """
        if self.held.owned:
            return self.condition_here(is_patient)
        found: Condition = self.held.call("condition", is_patient)
        return found

    def condition_here(self, is_patient: bool) -> Condition:
        """Health of the index, with that of the embedding endpoint.

        `words only` also while the endpoint gives no vectors of questions.
        """
        found = self.index.condition(is_patient)
        trouble = self.embedder.trouble()
        return Condition("words only", trouble) if trouble and found.state == "whole" else found


@contextmanager
def open_library(settings: Settings, embedder: Embedder | None = None) -> Iterator[Library]:
    """Opens the library of these settings, with another embedder if given.

    Raises IndexLockedError if another process holds the index and does not answer.
    Raises RecipeChangedError if the index was made by other rules or another model.
    Raises DataFolderUnwritableError if the data folder cannot be written.
    """
    embedder = embedder or open_embedder(settings)
    with open_held(settings, embedder) as held:
        yield Library(settings, held, embedder)


@contextmanager
def open_held(settings: Settings, embedder: Embedder) -> Iterator[IndexHandle]:
    """Opens the index of these settings, as owner or through the owner.

    Raises the errors of `open_library`, and SettingsError if the address of a server is none.
    """
    place = settings.data_dir / "index"
    refuse_unwritable(place)
    server, database = chroma_server(settings), postgres_server(settings)
    with open_index(place, recipe(embedder.name), server, database) as held:
        if held.owned:
            remove_unfinished(settings.data_dir, is_shared=bool(server and database))
        yield held


def remove_unfinished(data_dir: Path, is_shared: bool) -> None:
    """Removes the folders that killed backups left.

    In a data folder that processes share, only old ones: another process may be making a backup just now.
    """
    for left in data_dir.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            if not is_shared or left.stat().st_mtime < time.time() - LONG_BACKUP_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def refuse_unwritable(place: Path) -> None:
    """Tries whether files can be written in the data folder.

    Raises DataFolderUnwritableError if not, or DiskFullError if the disk is full.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place), (place / "owner.lock").open("ab"):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise full_disk(place) from None
        found = error.filename if error.filename == str(place / "owner.lock") else place
        raise DataFolderUnwritableError(message("index.unwritable", file=found, error=error.strerror)) from None
