"""A browser, and the app behind it on a free port."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from evals.serving import serve
from ingest.sync.progress import Progress
from records import Records, open_records
from tests.support.routes import forget_handlers, remembering_routes
from tests.support.scripted import GUIDE, Offered, Scripted
from web.app import build
from web.context import BotLike, ChatContext

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Programs that will do, the best first: without windows, Chromium takes half of the processor time for a page."""
NO_BROWSER = "needs Chromium: apt-get install chromium-headless-shell (Debian), or put `chromium` on the PATH"
PATIENCE = 20_000
"""Milliseconds in which what a page is to show may come: two tests at a time keep both cores busy."""
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")


@pytest.fixture(scope="session", autouse=True)
def remembered_routes() -> Iterator[None]:
    with remembering_routes():
        yield


@pytest.fixture(autouse=True)
def forgotten_apps() -> Iterator[None]:
    yield
    forget_handlers()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; where there is none a skip, in CI an error."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of different people: `visitor(locale="en-GB", width=390)`."""
    contexts: list[BrowserContext] = []

    def arrive(locale: str = "zh-CN", width: int = 1280, height: int = 800, **wishes: Any) -> BrowserContext:
        contexts.append(chromium.new_context(locale=locale, viewport={"width": width, "height": height}, **wishes))
        return contexts[-1]

    yield arrive
    for context in contexts:
        context.close()


def behind(bot: BotLike, folder: Path, records: Records | None = None, **more: Any) -> ChatContext:
    """What stands behind a page: the one guide of the script, all read, nothing kept unless `records` are given."""
    given = {"documents": {GUIDE.source: GUIDE}.get, "progress": lambda: Progress("ready")} | more
    given = {"starters": Offered(), "records": records or open_records("", 0, folder)} | given
    return ChatContext(bot, knowledge_dir=folder, **given)


@pytest.fixture
def bot() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.released.set()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records("", 30, tmp_path) as records:
        yield records


@pytest.fixture
def address(bot: Scripted, records: Records, tmp_path: Path) -> Iterator[str]:
    """The page over the scripted bot and one guide."""
    with serve(build(behind(bot, tmp_path, records))) as address:
        yield address
