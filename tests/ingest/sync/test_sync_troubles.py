"""Whatever is wrong with one file, or with the machine for a while, the others are read and the watch lives on."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

import ingest.sync.read_file
import ingest.sync.sync
import ingest.watcher
from ingest.loaders.pdf.read_pdf import read_pdf
from ingest.sync.plan import is_readable_again
from ingest.sync.sync import Sync
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store import folder
from store.index import Failure, Revision
from text.messages import message

ROOT = Path(__file__).resolve().parents[3]
Put = Callable[[str, str], Path]
Found = Callable[[str], set[str]]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.05)


def test_an_error_that_no_reader_foresaw_fails_one_file_only(
    library: WatchedLibrary, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.md", "# A\n\n增值税。")
    put("odd.md", "# B\n\n关税。")

    def read(path: Path, source: str, settings: Settings) -> Revision:
        if source == "odd.md":
            raise LookupError("what no reader foresaw")
        return ingest.sync.read_file.read_revision(path, source, settings)

    monkeypatch.setattr(ingest.sync.sync, "read_revision", read)
    report = library.sync()
    assert report.added == 1
    assert [failed.source for failed in report.failed] == ["odd.md"]
    assert "LookupError" in str(report.failed[0].reason)
    assert "developers" in str(report.failed[0].reason)
    assert library.sync().failed == report.failed


def test_a_file_that_is_deleted_before_it_is_read_fails_alone(library: WatchedLibrary, settings: Settings) -> None:
    sync = Sync(settings, library.index, library.embedder)
    assert sync.read_one("gone.md", settings.knowledge_dir / "gone.md") is None
    assert [failed.source for failed in sync.failed] == ["gone.md"]
    assert sync.vanished == ["gone.md"] and library.index.failures() == []


def test_a_file_that_could_not_be_opened_is_read_once_it_can_be_though_it_looks_the_same(
    library: WatchedLibrary, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.watcher, "WATCH_SECONDS", 0.1)
    monkeypatch.setattr(ingest.watcher, "RETRY_SECONDS", 0.1)
    put("a.md", "# A\n\n增值税。")

    def refuse(path: Path, source: str, settings: Settings) -> Revision:
        raise PermissionError(13, "Permission denied")

    stop = threading.Event()
    watching = threading.Thread(target=library.watch, args=(stop,))
    with monkeypatch.context() as closed:
        closed.setattr(ingest.sync.sync, "read_revision", refuse)
        watching.start()
        wait_for(lambda: [each.source for each in library.index.failures()] == ["a.md"])
        wait_for(lambda: library.progress().stage == "ready")
    try:
        wait_for(lambda: not library.index.failures())
        assert found("增值税")
    finally:
        stop.set()
        watching.join()


def test_only_what_can_be_opened_is_tried_again(library: WatchedLibrary, put: Put, settings: Settings) -> None:
    put("a.md", "# A")
    closed = Failure("a.md", "", message("file.not_read", error="x"), message("file.check_right_to_read"))
    assert is_readable_again(settings, closed)
    assert not is_readable_again(settings, replace(closed, source="gone.md"))
    assert not is_readable_again(settings, replace(closed, fingerprint="ocr=on |1:2|abc"))
    assert not is_readable_again(settings, replace(closed, reason=message("file.failed", error="x")))


def test_a_file_that_is_gone_or_closed_to_us_can_be_looked_at(tmp_path: Path) -> None:
    gone = tmp_path / "gone.md"
    assert folder.stat_signature(gone) == ""
    assert folder.fingerprint(gone).startswith("|")
    assert not folder.is_young(gone)
    assert folder.find_unsettled({"gone.md": gone}) == set()
    assert folder.content_hash(tmp_path) == "", "a folder cannot be read as a file"


@pytest.mark.parametrize(
    ("age", "is_young"), [(0.0, True), (60.0, False), (-3_600.0, True), (-10 * 365 * 86_400.0, False)]
)
def test_a_file_dated_years_ahead_is_not_being_written(tmp_path: Path, age: float, is_young: bool) -> None:
    path = tmp_path / "a.md"
    path.write_text("# A", encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)
    assert folder.is_young(path) == is_young
    assert folder.fingerprint(path).startswith("|") == is_young, "without its look it is hashed at each sync"


def test_a_name_that_is_no_utf8_is_refused_and_the_others_are_read(library: WatchedLibrary, put: Put) -> None:
    put("a.md", "# A\n\n增值税。")
    name = os.fsencode(library.settings.knowledge_dir) + b"/" + "指南.md".encode("gbk")
    Path(os.fsdecode(name)).write_text("# B\n\n关税。", encoding="utf-8")
    report = library.sync()
    assert report.added == 1
    assert "Rename" in str(report.failed[0].reason)
    assert report.failed[0].source.isprintable()
    assert library.sync().failed == report.failed
    Path(os.fsdecode(name)).unlink()
    assert library.sync().failed == ()
    assert library.index.failures() == []


def test_the_watch_outlives_an_error_and_tries_again(
    library: WatchedLibrary, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.watcher, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(ingest.watcher, "WATCH_SECONDS", 0.1)
    put("a.md", "# A\n\n增值税。")
    embedder = library.embedder
    library.embedder = replace(embedder, embeddings=None)  # type: ignore[arg-type]
    stop = threading.Event()
    watching = threading.Thread(target=library.watch, args=(stop,))
    watching.start()
    try:
        wait_for(lambda: library.progress().stage == "failed")
        assert library.progress().message.code == "folder.tried_again"
        library.embedder = embedder
        wait_for(lambda: library.progress().stage == "ready")
        assert found("增值税")
    finally:
        stop.set()
        watching.join()


def test_new_files_do_not_wait_for_a_slow_one(
    library: WatchedLibrary, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a-slow.md", "# 扫描\n\n慢。")
    for name in "bcd":
        put(f"{name}.md", f"# {name}\n\n增值税{name}。")
    answerable = threading.Event()

    def read(path: Path, source: str, settings: Settings) -> Revision:
        if source == "a-slow.md":
            assert answerable.wait(60), "the slow file was waited for"
        return ingest.sync.read_file.read_revision(path, source, settings)

    monkeypatch.setattr(ingest.sync.sync, "read_revision", read)
    syncing = threading.Thread(target=library.sync)
    syncing.start()
    try:
        wait_for(lambda: len(found("增值税")) == 3)
    finally:
        answerable.set()
        syncing.join()
    assert set(library.index.documents()) == {"a-slow.md", "b.md", "c.md", "d.md"}


def test_raising_a_limit_reads_again_what_failed_by_it(library: WatchedLibrary, put: Put) -> None:
    put("good.md", "# A\n\n增值税。")
    put("large.txt", "关税。" + "\n" * 1_100_000)  # large, yet one chunk: embedding a megabyte takes a minute
    library.settings = library.settings.model_copy(update={"file_megabytes": 1})
    assert [failed.source for failed in library.sync().failed] == ["large.txt"]
    assert library.sync().added == 0
    library.settings = library.settings.model_copy(update={"file_megabytes": 100})
    assert library.sync().added == 1


@pytest.mark.parametrize(
    "change", [{"read_seconds": 7}, {"read_megabytes": 600}, {"file_megabytes": 7}, {"ocr": "off"}]
)
def test_every_setting_that_decides_on_reading_is_a_means_of_reading(
    settings: Settings, change: dict[str, object]
) -> None:
    assert ingest.sync.sync.reader_settings(settings.model_copy(update=change)) != ingest.sync.sync.reader_settings(
        settings
    )


def test_libreoffice_is_noticed_under_both_of_its_names(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    before = ingest.sync.sync.reader_settings(settings)
    (tmp_path / "libreoffice").touch(mode=0o755)
    assert ingest.sync.sync.reader_settings(settings) != before


def scan_and_text(path: Path) -> None:
    """A PDF file with a page of text and a scanned page that shows "Investment filing"."""
    sheet = Image.new("RGB", (1240, 600), "white")
    font = ImageFont.load_default(60)
    ImageDraw.Draw(sheet).text((100, 200), "Investment filing guide", fill="black", font=font)
    page = Canvas(str(path))
    page.drawString(72, 700, "Companies file their overseas investment with the commission before they transfer money.")
    page.showPage()
    page.drawInlineImage(sheet, 0, 300, 595, 288)
    page.save()


def test_a_file_read_without_ocr_is_read_again_once_ocr_is_on(library: WatchedLibrary) -> None:
    scan_and_text(library.settings.knowledge_dir / "mixed.pdf")
    on = library.settings
    library.settings = on.model_copy(update={"ocr": "off"})
    assert library.sync().added == 1
    assert library.sync().unchanged == 1
    library.settings = on
    assert library.sync().updated == 1
    assert library.sync().unchanged == 1
    document = library.index.document("mixed.pdf")
    assert document is not None
    assert document.quality.ocr_pages == 1


def test_ocr_that_has_no_time_left_says_so(library: WatchedLibrary) -> None:
    path = library.settings.knowledge_dir / "mixed.pdf"
    scan_and_text(path)
    assert any(note.code == "page.ocr_too_long" for note in read_pdf(path, True, 0).quality.notes)


def command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Starts Python as from a terminal: tests that a shell runs in the background would pass on deafness to SIGINT."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=os.environ | environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_sync_of_another_folder_is_refused_while_the_index_is_owned(
    library: WatchedLibrary, put: Put, tmp_path: Path
) -> None:
    put("a.md", "# A\n\n增值税。")
    (tmp_path / "other").mkdir()
    data = {"ASSISTANT_DATA_DIR": str(library.settings.data_dir)}
    refused = command("-m", "ingest", "sync", "--knowledge", str(tmp_path / "other"), **data)
    _, told = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert told.count("\n") == 1
    assert str(library.settings.knowledge_dir) in told
    same = command("-m", "ingest", "sync", "--knowledge", str(tmp_path / "other" / ".." / "knowledge"), **data)
    assert "1 added" in same.communicate(timeout=60)[0]


def slow_scan(path: Path) -> None:
    """A scan whose recognition takes far longer than it may take to stop."""
    sheet = Image.effect_noise((1600, 1600), 90).convert("RGB")
    font = ImageFont.load_default(24)
    for line in range(60):
        ImageDraw.Draw(sheet).text((20, 26 * line), "Investment filing guide " * 5, fill="black", font=font)
    sheet.save(path, save_all=True, append_images=[sheet] * 20)


@pytest.mark.parametrize(("start", "code", "lines"), [(("-m", "ingest", "sync"), 130, 1), (("app.py",), 0, 0)])
def test_an_interruption_ends_at_once_though_a_slow_file_is_being_read(
    settings: Settings, put: Put, start: tuple[str, ...], code: int, lines: int
) -> None:
    put("a.md", "# A\n\n增值税。")
    slow_scan(settings.knowledge_dir / "slow.tiff")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    running = command(
        *start,
        ASSISTANT_DATA_DIR=str(settings.data_dir),
        ASSISTANT_KNOWLEDGE_DIR=str(settings.knowledge_dir),
        ASSISTANT_PORT=port,
        ASSISTANT_READ_SECONDS="20",
    )
    catalog = settings.data_dir / "index" / "catalog.sqlite"
    try:
        wait_for(lambda: catalog.exists() and holds_a_document(catalog) and (code == 130 or answers(port)))
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == code, told
    assert told.count("\n") == lines, told
    with open_watched_library(settings) as library:
        assert set(library.index.documents()) == {"a.md"}


def holds_a_document(catalog: Path) -> bool:
    with closing(sqlite3.connect(catalog)) as reader, suppress(sqlite3.OperationalError):  # it is being made
        return bool(reader.execute("SELECT count(*) FROM documents").fetchone()[0])
    return False


def answers(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0
