"""The index is kept like its folder by whoever watches it, and by nobody who only asks."""

from __future__ import annotations

import pytest

from ingest.watcher import open_watched_library
from settings import Settings
from store.embeddings import Embedder
from store.index import IndexLockedError
from store.library import open_library


def test_a_sync_waits_for_a_command_that_only_asks(settings: Settings, embedder: Embedder) -> None:
    with open_library(settings, embedder), open_watched_library(settings, embedder=embedder) as library:
        assert not library.held.owned
        with pytest.raises(IndexLockedError, match="Sync when it has ended"):
            library.sync()
    with open_watched_library(settings, embedder=embedder) as library:
        library.sync()
