"""Folders for measuring: the samples beside the project, and knowledge folders in an index of their own."""

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
    """The library of a knowledge folder, by the settings at hand, in an index that lasts as long as the context."""
    with TemporaryDirectory() as data:
        settings = configuration.current().model_copy(update={"knowledge_dir": knowledge, "data_dir": Path(data)})
        with open_watched_library(settings) as library:
            library.sync()
            yield library


@contextmanager
def synced_texts(texts: Mapping[str, str]) -> Iterator[WatchedLibrary]:
    """The library of texts by source, each written as a file, as a user's folder would hold them."""
    with TemporaryDirectory() as folder:
        for source, text in texts.items():
            (Path(folder) / source).write_text(text, encoding="utf-8")
        with synced(Path(folder)) as library:
            yield library
