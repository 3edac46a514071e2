"""A full disk keeps nobody from reading; what could not be written is written once there is room."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import ingest.watcher
from ingest.sync.read_file import read_revision
from ingest.watcher import WatchedLibrary
from store import free_space
from store.embeddings import Embedder, EmbeddingFailedError
from store.free_space import DiskFullError, has_room, require_free_space
from tests.ingest.sync.test_sync_troubles import wait_for
from text.messages import NOTHING, message

Put = Callable[[str, str], Path]
Found = Callable[[str], set[str]]


def test_too_little_room_is_told_with_what_is_free_and_what_is_needed(tmp_path: Path) -> None:
    require_free_space(tmp_path, 1)
    with pytest.raises(DiskFullError, match=r"The disk is full: \d+ MB are free, \d+ MB are needed\."):
        require_free_space(tmp_path, 10**18)
    assert not has_room(tmp_path, 10**18)


def test_a_full_disk_is_told_to_other_processes_as_it_is() -> None:
    told = pickle.loads(pickle.dumps(DiskFullError(message("disk.was_full"))))  # noqa: S301
    assert isinstance(told, DiskFullError)
    assert str(told) == "The disk is full. Free some space; then it continues automatically."


def test_what_a_catalog_without_room_holds_is_read_and_the_rest_is_put_later(
    library: WatchedLibrary, put: Put, found: Found
) -> None:
    put("a.md", "# A\n\n增值税。")
    library.sync()
    index = library.index
    (pages,) = index.writer.execute("PRAGMA page_count").fetchone()
    index.writer.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says that the disk is full
    late = read_revision(put("b.md", "# B\n\n" + "关税的税率。\n\n" * 2_000), "b.md", library.settings)
    for _ in range(3):
        with pytest.raises(DiskFullError):
            index.put([late])
        assert found("增值税")
    assert not index.is_suspect
    index.writer.execute("PRAGMA max_page_count = 1000000")
    library.sync()
    assert found("关税")
    assert index.without_vectors() == []


def test_the_watch_waits_for_room_and_then_goes_on(
    library: WatchedLibrary, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.watcher, "PASSING_SECONDS", 0.1)
    monkeypatch.setattr(ingest.watcher, "WATCH_SECONDS", 0.1)
    put("a.md", "# A\n\n增值税。")
    library.sync()
    put("b.md", "# B\n\n关税。")
    monkeypatch.setattr(free_space, "RESERVE", 1 << 60)
    monkeypatch.setattr(free_space, "RESERVE_SHARE", 2)
    stop = threading.Event()
    watching = threading.Thread(target=library.watch, args=(stop,))
    watching.start()
    try:
        wait_for(lambda: library.progress().stage == "failed")
        assert library.progress().message.code == "disk.full"
        assert library.progress().condition.reason == library.progress().message
        assert found("增值税")
        assert not found("关税")
        monkeypatch.setattr(free_space, "RESERVE", 1)
        wait_for(lambda: library.progress().stage == "ready")
        assert found("关税")
        assert library.progress().condition.reason == NOTHING
    finally:
        stop.set()
        watching.join()


def test_an_endpoint_that_is_down_is_logged_once_and_its_documents_are_found_by_words(
    library: WatchedLibrary, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []

    def fail(*_: object, **__: object) -> None:
        tried.append(1)
        raise EmbeddingFailedError("The endpoint gave no vectors.")

    monkeypatch.setattr(ingest.watcher, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(ingest.watcher, "WATCH_SECONDS", 0.1)
    away = pytest.MonkeyPatch()
    away.setattr(Embedder, "embed_passages", fail)
    put("a.md", "# A\n\n增值税。")
    stop = threading.Event()
    watching = threading.Thread(target=library.watch, args=(stop,))
    watching.start()
    try:
        wait_for(lambda: len(tried) > 2)
        assert found("增值税")
        assert str(library.progress().message) == "The endpoint gave no vectors."
        assert caplog.text.count("The endpoint gave no vectors.") == 1
        assert "Traceback" not in caplog.text
        away.undo()
        wait_for(lambda: not library.index.without_vectors())
    finally:
        away.undo()
        stop.set()
        watching.join()
