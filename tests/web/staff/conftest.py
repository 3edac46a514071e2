"""The room for staff over a real folder with its index and its watch, and a clerk who has signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from threading import Event, Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from bot.generation.chat_model import open_model
from bot.pipeline import Bot
from bot.starters.cache import Offering
from evals.serving import served
from ingest import watcher
from ingest.watcher import WatchedLibrary, open_watched_library
from records import Records, open_records
from records.models import now
from settings import Settings
from store.embeddings import Embedder, open_embedder
from store.index import open_index
from tests.support.scripted import Visitor
from web.app import build
from web.context import Service
from web.staff.auth.routes import COOKIE, PASSWORD, has_password
from web.staff.context import Room

NAME = "王芳"
RUSSIA = """---
title: 俄罗斯税收指南
language: zh
countries: [RU]
topics: [tax]
reviewed_on: 2026-01-10
review_by: 2027-01-10
---
# 俄罗斯税收指南

## 利润税

俄罗斯利润税（企业所得税）的一般税率为25%，自2025年1月1日起适用。

## 增值税

俄罗斯增值税的一般税率为22%，自2026年1月1日起适用。
"""
WAREHOUSE = """---
title: Bonded warehouse guide
language: en
audience: inbound
topics: [trade]
reviewed_on: 2026-01-10
review_by: 2027-01-10
---
# Bonded warehouse guide

## Storage

Goods may stay in a bonded warehouse for at most 12 months.
"""
FOLDER = {"outbound/russia.zh.md": RUSSIA, "inbound/warehouse.en.md": WAREHOUSE}


@dataclass(frozen=True)
class Center:
    """The center as it is tested: its room, and where the web app answers."""

    room: Room
    address: str

    @property
    def folder(self) -> Path:
        return self.room.settings.knowledge_dir

    @property
    def library(self) -> WatchedLibrary:
        return self.room.library

    def staff(self, path: str = "") -> str:
        return f"{self.address}staff/{path}"


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The real embedder, opened once for all tests of the room."""
    return open_embedder(Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("embedder")))


def fill(folder: Path, files: Mapping[str, str]) -> None:
    for source, text in files.items():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextmanager
def opened(place: Path, embedder: Embedder, files: Mapping[str, str], **settings: Any) -> Iterator[Center]:
    """A center over files, read; its watch runs, so that what is put into the folder is read within seconds."""
    given = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data", **settings)
    fill(given.knowledge_dir, files)
    with (
        open_watched_library(given, embedder=embedder) as library,
        open_records("", given.retention_days, given.data_dir) as records,
    ):
        library.sync()
        model = open_model(given)
        bot = Bot(library.index, library.embedder, model, contacts=library.contacts, curated=records.curated.current)
        room = Room(library, bot, records)
        folder, progress = given.knowledge_dir, library.progress
        service = Service(bot, Offering(bot), library.index.document, folder, progress, records, library.contacts)
        with watched(library), served(build(service, room=room)) as address:
            yield Center(room, address)


@contextmanager
def empty(records: Records, place: Path) -> Iterator[Room]:
    """A room whose door alone is tried: an empty folder, and nobody who answers."""
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place)
    settings.knowledge_dir.mkdir()
    with open_index(place / "index", "empty") as held:
        yield Room(WatchedLibrary(settings, held, None), None, records)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="session")
def brisk() -> None:
    """The watch looks every third of a second: what is waited for in these tests is not its rest."""
    watcher.WATCH_SECONDS = 0.3


@contextmanager
def watched(library: WatchedLibrary) -> Iterator[None]:
    stop = Event()
    watching = Thread(target=library.watch, args=(stop,))
    watching.start()
    try:
        yield
    finally:  # or a test that fails never ends
        stop.set()
        watching.join()


@pytest.fixture
def center(tmp_path: Path, embedder: Embedder) -> Iterator[Center]:
    """A center of its own for each test: two guides, no password yet."""
    with opened(tmp_path, embedder, FOLDER) as center:
        yield center


@pytest.fixture
def clerk(center: Center, visitor: Visitor) -> Callable[..., Page]:
    """Opens the room for somebody who has signed in: `clerk("log", "en-GB", width=390)`."""

    def enter(path: str = "", locale: str = "zh-CN", **wishes: Any) -> Page:
        return signed_in(center, visitor(locale, **wishes), path)

    return enter


def signed_in(center: Center, browser: BrowserContext, path: str = "") -> Page:
    """The room as somebody sees it who has signed in, without typing the password."""
    if not has_password(center.room.desk):
        center.room.desk.set_value(PASSWORD, "no hash: nobody can sign in with it")
    held = token_urlsafe(16)
    center.room.desk.sign_in(held, NAME, now() + timedelta(hours=1))
    browser.add_cookies([{"name": COOKIE, "value": held, "url": f"{center.address}staff"}])
    page = browser.new_page()
    page.goto(center.staff(path))
    return page
