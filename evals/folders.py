"""Folders for measuring: shared samples, and knowledge folders with an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

import settings as configuration
from evals.results import ROOT
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings

SHARED = ROOT.parent / "shared"
USED_PLACES = ("CHROMA_URL", "DATABASE_URL", "RECORDS_URL", "KNOWLEDGE_BUCKET")
"""Settings without their prefix that name places outside the folders, where somebody's data may be."""


def with_own_index(knowledge: Path, data: Path) -> Settings:
    """Returns the settings of this process for measuring a folder.

    The index is in files, also where the settings name servers: those hold the index that people use.
    """
    servers = {"chroma_url": "", "database_url": SecretStr("")}
    return configuration.current().model_copy(update={"knowledge_dir": knowledge, "data_dir": data} | servers)


@contextmanager
def open_synced(knowledge: Path) -> Iterator[WatchedLibrary]:
    """Opens the synced library of a folder; its index lasts as long as the context."""
    with TemporaryDirectory() as data, open_watched_library(with_own_index(knowledge, Path(data))) as library:
        library.sync()
        yield library


@contextmanager
def sync_texts(texts: Mapping[str, str]) -> Iterator[WatchedLibrary]:
    """Opens the synced library of texts, given by source."""
    with write_folder(texts) as folder, open_synced(folder) as library:
        yield library


@contextmanager
def write_folder(texts: Mapping[str, str]) -> Iterator[Path]:
    """Writes each text, given by source, as a file of a new folder."""
    with TemporaryDirectory() as folder:
        for source, text in texts.items():
            (Path(folder) / source).write_text(text, encoding="utf-8")
        yield Path(folder)
