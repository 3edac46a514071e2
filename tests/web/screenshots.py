"""Takes the pictures of docs/images/ with the real bot: `python -m tests.web.screenshots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.pipeline import Bot
from bot.starters.cache import StarterCache
from evals.serving import serve
from ingest.watcher import open_watched_library
from records import open_records
from settings import Settings
from store.validity import versions
from tests.web.conftest import NO_BROWSER, QUIET
from web.app import build
from web.context import ChatContext
from web.i18n import texts

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
QUESTIONS = {
    "zh": ("zh-CN", "俄罗斯的企业所得税和增值税税率是多少？"),
    "en": ("en-GB", "What are the profit tax and VAT rates in Russia?"),
    "pt": ("pt-BR", "Qual é a alíquota do imposto de renda das empresas no Brasil?"),
    "ru": ("ru-RU", "Какая ставка НДС в России?"),
    "ar": ("ar-EG", "كم ضريبة الشركات في الإمارات؟"),
}
DESKTOP = ("zh", "en")
WALKS = ("zh-phone", "en-desktop")
GUIDED = {"zh": "发改委境外投资备案怎么办？", "en": "How do I file an outbound investment with the NDRC?"}
COMPARED = {
    "zh": "巴西、俄罗斯和印度尼西亚的企业所得税对比",
    "en": "Compare corporate tax in Brazil, Russia and Indonesia",
}
OPEN_END = {"zh": "火星移民签证的担保金是多少？", "en": "What is the deposit for a visa to Mars?"}


def main() -> None:
    """Writes home and answer in every language on a phone, in two on a desk; and twice what a newcomer does."""
    executable = shutil.which("chromium") or sys.exit(NO_BROWSER)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright, ExitStack() as stack:
        settings = Settings(knowledge_dir=ROOT / "knowledge", data_dir=Path(data), chat_model="")
        with open_watched_library(settings) as library:
            library.sync()
            bot = Bot(library.index, library.embedder, lists=library.lists)
            records = stack.enter_context(open_records("", 180, Path(data)))
            index = library.index
            service = ChatContext(
                bot,
                StarterCache(bot),
                index.document,
                settings.knowledge_dir,
                library.progress,
                records,
                versions=lambda source: versions(source, index.documents()),
            )
            browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
            with serve(build(service)) as address:
                take_all(browser, address)
            browser.close()


def take_all(browser: Browser, address: str) -> None:
    for language, (locale, question) in QUESTIONS.items():
        for size, (width, height) in SIZES.items():
            if size == "desktop" and language not in DESKTOP:
                continue
            context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
            page = context.new_page()
            arrive(page, address)
            keep(page, f"home-{language}-{size}")
            ask(page, question)
            keep(page, f"answer-{language}-{size}")
            if f"{language}-{size}" in WALKS:
                walk(page, language, f"{language}-{size}")
            context.close()


def walk(page: Page, language: str, name: str) -> None:
    """What a newcomer does after the first answer: a source, its page, a complaint, more questions, the history."""
    words = texts(language)
    page.locator("#current a.marker").first.click()
    keep(page, f"marker-{name}")
    page.keyboard.press("Escape")
    page.locator("#current .place .open").first.click()
    expect(page.frame_locator("#sheet iframe").locator("#passage")).to_be_in_viewport()
    keep(page, f"source-{name}")
    page.keyboard.press("Escape")
    page.locator("#current .tool[data-tool=wrong]").click()
    page.wait_for_timeout(800)
    keep(page, f"wrong-{name}")
    for kind, asked in (("guide", GUIDED), ("compared", COMPARED), ("open-end", OPEN_END)):
        ask(page, asked[language])
        keep(page, f"{kind}-{name}")
    page.locator("#current .next [data-tool=person]").click()
    keep(page, f"person-{name}")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=words["masthead.archive"]).press("Enter")  # a click of Playwright scrolls first
    keep(page, f"history-{name}")
    page.keyboard.press("Escape")


def arrive(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("gradio-app .door button").first).to_be_visible(timeout=300_000)  # each is answered first
    expect(page.locator("#progress p")).to_have_count(0)


def ask(page: Page, question: str) -> None:
    """Asks, and waits for the whole answer."""
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .question")).to_have_text(question)
    expect(page.locator("#current .answer")).to_have_attribute("aria-busy", "false", timeout=30_000)
    page.wait_for_timeout(800)


def keep(page: Page, name: str) -> None:
    """One picture, once nothing moves any more; the focus ring of the question's field is left out."""
    page.evaluate("document.activeElement?.matches('textarea') && document.activeElement.blur()")
    page.wait_for_timeout(300)
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    picture.convert("RGB").quantize(256).save(ROOT / "docs" / "images" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
