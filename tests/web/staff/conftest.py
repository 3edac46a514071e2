"""The room for staff over a real folder with its index and its watch, and a clerk who has signed in to it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from bot.chat_model.opening import open_model
from bot.pipeline import Bot
from bot.starters.cache import StarterCache
from evals.serving import serve
from ingest import watcher
from ingest.watcher import WatchedLibrary, open_watched_library
from records import Records, Role, open_records
from settings import Settings
from store import folder
from store.embeddings import Embedder
from store.index import open_index
from tests.support.scripted import Visitor
from tests.support.staff_desk import StaffDesk, sign_in
from tests.support.vectors import MemoryVectors, held_in
from tests.web.staff.samples import FOLDER
from tests.web.test_accessibility import violations
from web.app import build
from web.context import ChatContext
from web.staff import pages
from web.staff.auth.routes import COOKIE
from web.staff.context import StaffContext
from web.staff.gaps import search

LANGUAGES = ("zh", "en")
EDITOR, APPROVER = "Editor Li", "Approver Fang"
LOCALES = [("zh-CN", "zh"), ("en-GB", "en")]
Clerk = Callable[..., Page]
both = pytest.mark.parametrize("language", LANGUAGES)


@dataclass(frozen=True)
class Center:
    """The center as it is tested: its room, and where the web app answers."""

    room: StaffContext
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
def embedder(remembering_embedder: Embedder) -> Embedder:
    """The real embedder. Most rooms have the same two guides, which the first room embeds."""
    return remembering_embedder


def fill(folder: Path, files: Mapping[str, str]) -> None:
    for source, text in files.items():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextmanager
def stocked(
    place: Path, embedder: Embedder, files: Mapping[str, str], vectors: type = MemoryVectors, **settings: Any
) -> Iterator[StaffContext]:
    """A room over files that have been read. Later changes of the folder are read when a test calls `library.sync`.

    `vectors` holds the vectors: in memory, or as for people with Supervisor."""
    given = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data", **settings)
    fill(given.knowledge_dir, files)
    rested(given.knowledge_dir)
    with (
        held_in(vectors),
        open_watched_library(given, embedder=embedder) as library,
        open_records("", given.retention_days, given.data_dir) as records,
    ):
        library.sync()
        model = open_model(given)
        bot = Bot(library.index, library.embedder, model, curated=records.curated.current, lists=library.lists)
        yield StaffContext(library, bot, records)


def rested(folder: Path) -> None:
    """Makes the files of a folder a minute old: nothing waits for those that may still be written."""
    long_ago = time.time() - 60
    for path in folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))


def service_of(room: StaffContext) -> ChatContext:
    """What stands behind the page for companies."""
    library, folder = room.library, room.settings.knowledge_dir
    answering = StarterCache(room.bot), room.index.document
    return ChatContext(room.bot, *answering, folder, library.progress, room.records, library.lists.contacts)


@contextmanager
def opened(place: Path, embedder: Embedder, files: Mapping[str, str], **settings: Any) -> Iterator[Center]:
    """A center over files, read; its watch runs, so that what is put into the folder is read within seconds."""
    with (
        stocked(place, embedder, files, **settings) as room,
        watched(room.library),
        served_room(room) as center,
    ):
        yield center


@contextmanager
def served_room(room: StaffContext) -> Iterator[Center]:
    """The whole app over a room, for browsers."""
    with serve(build(service_of(room), room=room)) as address:
        yield Center(room, address)


@contextmanager
def empty(records: Records, place: Path, **given: Any) -> Iterator[StaffContext]:
    """A room whose door alone is tried: an empty folder, and nobody who answers."""
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place, **given)
    settings.knowledge_dir.mkdir()
    with held_in(MemoryVectors), open_index(place / "index", "empty") as held:
        yield StaffContext(WatchedLibrary(settings, held, None), None, records)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="module")
def brisk() -> Iterator[None]:
    """The watch and the pages look again at once: what is waited for in these tests is not their rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watcher, "WATCH_SECONDS", 0.1)
        patch.setattr(folder, "GROWTH_SECONDS", 0.1)
        patch.setattr(pages, "RENEW_SECONDS", 0.2)
        patch.setattr(search, "PATIENCE", 30.0)
        yield


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
def room(tmp_path: Path, embedder: Embedder) -> Iterator[StaffContext]:
    """A room of its own for each test: two guides, no password yet."""
    with stocked(tmp_path, embedder, FOLDER) as room:
        yield room


@pytest.fixture
def desk(room: StaffContext) -> StaffDesk:
    """A clerk in that room who reads Chinese."""
    return StaffDesk(room)


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It did not come."
        time.sleep(0.05)


def violations_in_both_schemes(page: Page) -> dict[str, list[str]]:
    """What axe finds on a page in light and in dark colours."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found |= {f"{rule}, {scheme}": where for rule, where in violations(page).items()}
    return found


@pytest.fixture
def center(tmp_path: Path, embedder: Embedder) -> Iterator[Center]:
    """A center of its own for each test: two guides, no password yet."""
    with opened(tmp_path, embedder, FOLDER) as center:
        yield center


@pytest.fixture
def clerk(center: Center, visitor: Visitor) -> Clerk:
    """Opens the room for somebody who has signed in: `clerk("log", "en-GB", width=390)`."""

    def enter(path: str = "", locale: str = "zh-CN", **wishes: Any) -> Page:
        return signed_in(center, visitor(locale, **wishes), path)

    return enter


def signed_in(center: Center, browser: BrowserContext, path: str = "") -> Page:
    """The room as somebody sees it who has signed in, without typing the password."""
    held = sign_in(center.room)
    browser.add_cookies([{"name": COOKIE, "value": held, "url": f"{center.address}staff"}])
    page = browser.new_page()
    page.goto(center.staff(path))
    return page


@pytest.fixture
def editor(room: StaffContext) -> StaffDesk:
    return StaffDesk(room, "en", name="").named_account(EDITOR)


@pytest.fixture
def approver(editor: StaffDesk) -> StaffDesk:
    return editor.named_account(APPROVER, Role.APPROVER)
