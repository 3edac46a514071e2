"""The library: the knowledge folder with its index and embedding model, as every entry point needs it."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from settings import Settings
from store.contacts import Contact, read_contacts
from store.embeddings import Embedder, open_embedder
from store.free_space import full_disk
from store.index import Index, open_index
from store.index.sharing import Held
from store.recipe import recipe


class Unwritable(Exception):
    """The data folder cannot be written."""


class Library:
    """A knowledge folder, its index and the embedder that it is searched with."""

    def __init__(self, settings: Settings, held: Held, embedder: Embedder) -> None:
        self.settings, self.held, self.embedder = settings, held, embedder
        self.index: Index = held.index
        held.share("folder", self.folder)

    def folder(self) -> str:
        return str(self.settings.knowledge_dir.resolve())

    def contacts(self) -> tuple[Contact, ...]:
        """The offices of the knowledge folder, as the staff left the file."""
        return read_contacts(self.settings.knowledge_dir)[0]


@contextmanager
def open_library(settings: Settings, embedder: Embedder | None = None) -> Iterator[Library]:
    """The library of these settings, with their embedder unless another one is given.

    Raises Busy, RecipeChanged, and Unwritable for the data folder.
    """
    embedder = embedder or open_embedder(settings)
    with open_held(settings, embedder) as held:
        yield Library(settings, held, embedder)


@contextmanager
def open_held(settings: Settings, embedder: Embedder) -> Iterator[Held]:
    """The index of these settings, owned or through its owner. Raises what `open_library` does."""
    place = settings.data_dir / "index"
    refuse_unwritable(place)
    with open_index(place, recipe(embedder.name)) as held:
        yield held


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
