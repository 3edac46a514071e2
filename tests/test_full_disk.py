"""A data folder on a disk that fills up and is freed, again and again: the page answers throughout."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from ingest.watcher import open_watched_library
from settings import Settings
from tests.serving import PATIENCE, ROOT, App, running, started, wait_for
from tests.support.forked_apps import ForkedApp

ROUNDS = 4
MEGABYTES = 160
SOON = {
    "ingest.watcher.PASSING_SECONDS": 0.5,
    "ingest.watcher.RETRY_SECONDS": 0.5,
    "web.operations.starting.GROWTH_SECONDS": 0.5,
}
"""How long these apps wait before they try again whether there is room: else 3 to 20 s each time."""
begin = partial(ForkedApp, waits=SOON)
SECTIONS = 2
"""Sections that are kept of a guide: embedding is not what is tried here."""
QUESTION = "境外投资备案需要哪些材料？"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of MEGABYTES in memory; who may not mount one skips, but CI may."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}M", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, check=False, capture_output=True, text=True)
    if mounted.returncode:
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail(f"CI runs as root and yet cannot mount a tmpfs: {mounted.stderr}")
        pytest.skip(f"needs the right to mount a tmpfs: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, spare: int) -> None:
    """Takes all that is free, to the last byte, and gives a little back: a write then breaks off in its middle."""
    with (disk / "ballast").open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
        file.truncate(file.tell() - spare)


def free(disk: Path) -> None:
    (disk / "ballast").unlink()


def test_rounds_of_full_and_free_leave_the_page_answering(small_disk: Path, tmp_path: Path) -> None:
    knowledge, data, log = tmp_path / "knowledge", small_disk / "data", tmp_path / "log"
    knowledge.mkdir()
    guides = sorted((ROOT / "knowledge" / "outbound").rglob("*.md"))[: 3 * (ROUNDS + 1)]
    chance = random.Random(7)
    with running(knowledge, data, log, begin) as app:
        add(guides[:3], knowledge)
        for number in range(ROUNDS):
            add(guides[3 * number + 3 :][:3], knowledge)
            time.sleep(chance.uniform(0, 2))
            fill(small_disk, chance.choice((0, 40_000, 400_000)))
            answer(app)
            free(small_disk)
            answer(app)
        wait_for(lambda: is_whole(app, len(guides)))
        app.end()
    assert "Traceback" not in log.read_text(), log.read_text()
    with open_watched_library(Settings(knowledge_dir=knowledge, data_dir=data)) as library:
        assert library.index.without_vectors() == []
        for source in library.index.documents():
            vectors = library.index.vectors_by_text(source)
            for text in list(vectors)[:2]:
                near = library.index.candidates([], library.embedder.passages([text])[0], 60)
                assert max(each.similarity or 0 for each in near if each.source == source) > 0.99


def test_an_app_that_starts_on_a_full_disk_says_so_and_goes_on_once_there_is_room(
    small_disk: Path, tmp_path: Path
) -> None:
    knowledge, log = tmp_path / "knowledge", tmp_path / "log"
    knowledge.mkdir()
    add(sorted((ROOT / "knowledge" / "outbound").rglob("*.md"))[:3], knowledge)
    fill(small_disk, 0)
    with started(knowledge, small_disk / "data", log, begin) as app:
        wait_for(lambda: said(app) == 503)
        assert "磁盘空间不足" in httpx.get(app.address).text
        assert httpx.get(f"{app.address}ready").json()["reasons"] == ["disk_is_full"]
        free(small_disk)
        wait_for(lambda: said(app) == 200)
        wait_for(lambda: is_whole(app, 3))
        app.end()
    fill(small_disk, 0)
    with started(knowledge, small_disk / "empty", log, begin) as app:
        wait_for(lambda: said(app) == 503)
        app.end()
    assert "Traceback" not in log.read_text(), log.read_text()
    assert log.read_text().count("The app cannot start yet. The disk is full") == 2


def said(app: App) -> int:
    try:
        return httpx.get(app.address, timeout=PATIENCE).status_code
    except httpx.TransportError:
        return 0


def add(guides: list[Path], knowledge: Path) -> None:
    for each in guides:
        kept = each.read_text(encoding="utf-8").split("\n## ")[: SECTIONS + 1]
        (knowledge / f"{each.parent.name}-{each.name}").write_text("\n## ".join(kept), encoding="utf-8")


def answer(app: App) -> None:
    """Fails where the page hangs or does not answer."""
    assert "<html" in app.page()
    assert app.ask(QUESTION)


def is_whole(app: App, documents: int) -> bool:
    status = app.status()
    found = [each for each in status["documents"] if each["embedded"]]
    return len(found) == documents and status["index"] == {"state": "whole", "reason": ""}
