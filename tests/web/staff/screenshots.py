"""Takes the pictures of the room in docs/images/: `python -m tests.web.staff.screenshots`.

They show a clerk's first day over the guides of the center, once on a phone and once on a desk."""

from __future__ import annotations

import shutil
import sys
import tempfile
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from settings import Settings
from store.embeddings import open_embedder
from tests.web.conftest import NO_BROWSER, QUIET
from tests.web.screenshots import ROOT, SIZES
from tests.web.staff.conftest import opened
from tests.web.staff.walking import EXPIRING, Clerk

DAYS = (("zh-CN", "phone"), ("en-GB", "desktop"))


def main() -> None:
    """Writes `room-NAME-LANGUAGE-SIZE.png` for each place at which the clerk looks."""
    executable = shutil.which("chromium") or sys.exit(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        for locale, size in DAYS:
            with tempfile.TemporaryDirectory() as place:
                spend_a_day(browser, Path(place), locale, size)
        browser.close()


def spend_a_day(browser: Browser, place: Path, locale: str, size: str) -> None:
    language, (width, height) = locale[:2], SIZES[size]
    shutil.copytree(ROOT / "knowledge", place / "knowledge")
    files = {f"outbound/fairs.{code}.md": text for code, text in EXPIRING.items()}
    with opened(place, open_embedder(Settings(data_dir=place / "data")), files) as center:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
        page = context.new_page()
        keep = partial(take, page, f"{language}-{size}")
        Clerk(center, page, language, place / "papers", keep).walk(context.new_page())
        context.close()


def take(page: Page, where: str, name: str) -> None:
    """One picture of what is in view, once nothing moves any more."""
    page.wait_for_timeout(400)
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    picture.convert("RGB").quantize(256).save(ROOT / "docs" / "images" / f"{name}-{where}.png", optimize=True)


if __name__ == "__main__":
    main()
