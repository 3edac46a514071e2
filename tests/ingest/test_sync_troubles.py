"""Whatever is wrong with one file, or with the machine for a while, the others are read and the watch lives on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

import ingest.opening
import ingest.reading
import ingest.sync
from ingest import folder
from ingest.index import Revision
from ingest.loading.pdf import read_pdf
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


def test_new_files_do_not_wait_for_a_slow_one(
    library: Library, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a-slow.md", "# 扫描\n\n慢。")
    for name in "bcd":
        put(f"{name}.md", f"# {name}\n\n增值税{name}。")
    answerable = threading.Event()

    def read(path: Path, source: str, settings: Settings) -> Revision:
        if source == "a-slow.md":
            assert answerable.wait(60), "the slow file was waited for"
        return ingest.reading.read(path, source, settings)

    monkeypatch.setattr(ingest.sync, "read", read)
    syncing = threading.Thread(target=library.sync)
    syncing.start()
    try:
        wait_for(lambda: len(found("增值税")) == 3)
    finally:
        answerable.set()
        syncing.join()
    assert set(library.index.documents()) == {"a-slow.md", "b.md", "c.md", "d.md"}


def test_raising_a_limit_reads_again_what_failed_by_it(library: Library, put: Put) -> None:
    put("good.md", "# A\n\n增值税。")
    put("large.txt", "关税。\n" * 150_000)
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
    assert ingest.sync.means(settings.model_copy(update=change)) != ingest.sync.means(settings)


def test_libreoffice_is_noticed_under_both_of_its_names(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    before = ingest.sync.means(settings)
    (tmp_path / "libreoffice").touch(mode=0o755)
    assert ingest.sync.means(settings) != before


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


def test_a_file_read_without_ocr_is_read_again_once_ocr_is_on(library: Library) -> None:
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


def test_ocr_that_has_no_time_left_says_so(library: Library) -> None:
    path = library.settings.knowledge_dir / "mixed.pdf"
    scan_and_text(path)
    assert any("too long" in note for note in read_pdf(path, True, 0).quality.notes)
