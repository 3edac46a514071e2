"""The index is kept like its folder by whoever watches it, and by nobody who only asks."""

from __future__ import annotations

import threading
from dataclasses import replace
from multiprocessing import AuthenticationError

import pytest

import ingest.watcher
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


def test_the_watch_goes_on_whatever_the_process_that_syncs_says(
    settings: Settings, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.watcher, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(ingest.watcher, "WATCH_SECONDS", 0.01)
    stop, asked = threading.Event(), list[str]()

    def call(name: str) -> None:
        asked.append(name)
        if len(asked) == 3:
            stop.set()
        raise AuthenticationError("it has just begun anew, with another key")

    with open_watched_library(settings, embedder=embedder) as library:
        library.held = replace(library.held, leads=lambda: False, call=call)
        library.watch(stop)
    assert asked == ["told"] * 3
