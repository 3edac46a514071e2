"""Folders for measuring: shared samples, and knowledge folders with an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import settings as configuration
from evals.results import ROOT
from ingest.watcher import WatchedLibrary, open_watched_library

SHARED = ROOT.parent / "shared"


@contextmanager
def synced(knowledge: Path) -> Iterator[WatchedLibrary]:
    """Opens the synced library of a folder; its index lasts as long as the context."""
    with TemporaryDirectory() as data:
        settings = configuration.current().model_copy(update={"knowledge_dir": knowledge, "data_dir": Path(data)})
        with open_watched_library(settings) as library:
            library.sync()
            yield library


@contextmanager
def synced_texts(texts: Mapping[str, str]) -> Iterator[WatchedLibrary]:
    """Opens the synced library of texts, given by source, each written as a file."""
    with TemporaryDirectory() as folder:
        for source, text in texts.items():
            (Path(folder) / source).write_text(text, encoding="utf-8")
        with synced(Path(folder)) as library:
            yield library
