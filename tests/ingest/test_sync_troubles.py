"""Whatever is wrong with one file, or with the machine for a while, the others are read and the watch lives on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import ingest.opening
import ingest.reading
import ingest.sync
from ingest import folder
from ingest.index import Revision
from ingest.opening import Library
from ingest.sync import Sync
from settings import Settings

Put = Callable[[str, str], Path]
Found = Callable[[str], set[str]]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.05)


def test_an_error_that_no_reader_foresaw_fails_one_file_only(
    library: Library, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.md", "# A\n\n增值税。")
    put("odd.md", "# B\n\n关税。")

    def read(path: Path, source: str, settings: Settings) -> Revision:
        if source == "odd.md":
            raise LookupError("what no reader foresaw")
        return ingest.reading.read(path, source, settings)

    monkeypatch.setattr(ingest.sync, "read", read)
    report = library.sync()
    assert report.added == 1
    assert [failed.source for failed in report.failed] == ["odd.md"]
    assert "LookupError" in report.failed[0].reason
    assert "developers" in report.failed[0].reason
    assert library.sync().failed == report.failed


def test_a_file_that_is_deleted_before_it_is_read_fails_alone(library: Library, settings: Settings) -> None:
    sync = Sync(settings, library.index, library.embedder)
    assert sync.read_one("gone.md", settings.knowledge_dir / "gone.md") is None
    assert [failed.source for failed in sync.failed] == ["gone.md"]


def test_a_file_that_is_gone_or_closed_to_us_can_be_looked_at(tmp_path: Path) -> None:
    gone = tmp_path / "gone.md"
    assert folder.look(gone) == ""
    assert folder.stamp(gone).startswith("|")
    assert not folder.is_young(gone)
    assert folder.unrested({"gone.md": gone}) == set()
    assert folder.digest(tmp_path) == "", "a folder cannot be read as a file"


def test_a_name_that_is_no_utf8_is_refused_and_the_others_are_read(library: Library, put: Put) -> None:
    put("a.md", "# A\n\n增值税。")
    name = os.fsencode(library.settings.knowledge_dir) + b"/" + "指南.md".encode("gbk")
    Path(os.fsdecode(name)).write_text("# B\n\n关税。", encoding="utf-8")
    report = library.sync()
    assert report.added == 1
    assert "Rename" in report.failed[0].reason
    assert report.failed[0].source.isprintable()
    assert library.sync().failed == report.failed
    Path(os.fsdecode(name)).unlink()
    assert library.sync().failed == ()
    assert library.index.failures() == []


def test_the_watch_outlives_an_error_and_tries_again(
    library: Library, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.opening, "RETRY_SECONDS", 0.1)
    put("a.md", "# A\n\n增值税。")
    embedder, library.embedder = library.embedder, None  # type: ignore[assignment]
    stop = threading.Event()
    watching = threading.Thread(target=library.watch, args=(stop,))
    watching.start()
    try:
        wait_for(lambda: library.progress().stage == "failed")
        assert "tried again" in library.progress().message
        library.embedder = embedder
        wait_for(lambda: library.progress().stage == "ready")
        assert found("增值税")
    finally:
        stop.set()
        watching.join()
