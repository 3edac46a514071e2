"""Takes the pictures of docs/ with the real bot: `python -m tests.web.screenshots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.bot import Bot
from bot.offering import Offering
from ingest.opening import open_library
from records import open_records
from settings import Settings
from tests.web.conftest import NO_BROWSER, QUIET, served
from web.serve import build
from web.service import Service

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
QUESTIONS = {
    "zh": ("zh-CN", "俄罗斯的企业所得税和增值税税率是多少？"),
    "en": ("en-GB", "What are the profit tax and VAT rates in Russia?"),
    "pt": ("pt-BR", "Qual é a alíquota do imposto de renda das empresas no Brasil?"),
}
UNCLEAR = {"zh": "签证要办多久？", "en": "What is the dividend tax?"}
"""Asked in a conversation of its own, in the languages of the page."""


def main() -> None:
    """Writes home, answer and source in both sizes: in both languages of the page, and asked in Portuguese."""
    executable = shutil.which("chromium") or sys.exit(NO_BROWSER)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright, ExitStack() as stack:
        settings = Settings(knowledge_dir=ROOT / "knowledge", data_dir=Path(data), chat_model="")
        with open_library(settings) as library:
            library.sync()
            bot = Bot(library.index, library.embedder, contacts=library.contacts)
            records = stack.enter_context(open_records("", 180, Path(data)))
            service = Service(
                bot, Offering(bot), library.index.document, settings.knowledge_dir, library.progress, records
            )
            browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
            with served(build(service)) as address:
                take_all(browser, address)
            browser.close()


def take_all(browser: Browser, address: str) -> None:
    for language, (locale, question) in QUESTIONS.items():
        for size, (width, height) in SIZES.items():
            context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
            take(context.new_page(), address, question, f"{language}-{size}")
            context.close()
            if unclear := UNCLEAR.get(language):
                context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
                ask(page := context.new_page(), address, unclear)
                keep(page, f"unclear-{language}-{size}")
                context.close()


def take(page: Page, address: str, question: str, name: str) -> None:
    arrive(page, address)
    keep(page, f"home-{name}")
    ask(page, address, question)
    keep(page, f"answer-{name}")
    page.goto(address + str(page.locator(".card .actions a").first.get_attribute("href")))
    expect(page.locator("#passage")).to_be_in_viewport()
    keep(page, f"source-{name}")


def arrive(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".door button").first).to_be_visible()
    expect(page.locator("#progress p")).to_have_count(0)


def ask(page: Page, address: str, question: str) -> None:
    """Asks in a new conversation, and waits for the whole answer."""
    arrive(page, address)
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .answer")).to_have_attribute("aria-busy", "false", timeout=30_000)


def keep(page: Page, name: str) -> None:
    """One picture, without focus ring and once nothing moves any more."""
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=ROOT / "docs" / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
