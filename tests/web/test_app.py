"""The page with the real bot over a real folder: from a question to the passage in its source."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.pipeline import Bot
from bot.starters.cache import StarterCache
from evals.serving import serve
from ingest.watcher import open_watched_library
from records import open_records
from settings import Settings
from web.app import build
from web.context import ChatContext
from web.i18n import texts

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("outbound/country-russia.zh.md", "outbound/country-russia.en.md", "inbound/work-permit.zh.md")
PRINTED_LAW = "中央企业境外投资监督管理办法.pdf"
HOSTILE = """---
title: "园区巴士 <script>document.title='!'</script>"
language: zh
---
# 园区巴士 ![x](http://evil.example/a.png)

园区巴士的票价是 7 元。<img src="http://evil.example/b.png"><script>fetch("http://evil.example/c")</script>
"""
Visitor = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[str]:
    """The app over three guides, a PDF of the State Council's site and a document that means harm."""
    folder = tmp_path_factory.mktemp("knowledge")
    for guide in GUIDES:
        (folder / guide).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "knowledge" / guide, folder / guide)
    shutil.copy(ROOT / "knowledge/outbound/bases.yaml", folder / "outbound")
    shutil.copy(shared / "documents" / PRINTED_LAW, folder)
    (folder / "bus.md").write_text(HOSTILE, encoding="utf-8")
    settings = Settings(knowledge_dir=folder, data_dir=tmp_path_factory.mktemp("data"), chat_model="")
    with open_watched_library(settings) as library:
        library.sync()
        bot = Bot(library.index, library.embedder, lists=library.lists)
        with open_records("", 30, settings.data_dir) as records:
            service = ChatContext(bot, StarterCache(bot), library.index.document, folder, library.progress, records)
            with serve(build(service)) as address:
                yield address


def answered(context: BrowserContext, address: str, question: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".door").first).to_be_visible()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .answer")).to_have_attribute("aria-busy", "false", timeout=30_000)
    return page


def opened(context: BrowserContext, page: Page) -> Page:
    with context.expect_page() as source:
        page.locator(".place .open").first.click(modifiers=["ControlOrMeta"])
    return source.value


def test_a_chinese_question_leads_to_the_figure_in_the_guide(visitor: Visitor, address: str) -> None:
    context = visitor()
    page = answered(context, address, "俄罗斯的企业所得税税率是多少？")
    expect(page.locator("#current .words")).to_contain_text("25%")
    expect(page.locator("#current .card .checked").first).to_have_text("中心编写的指南，2026-11-24 核对")
    expect(page.locator("#current .card .basis").first).to_contain_text("依据")
    source = opened(context, page)
    expect(source.locator("mark#passage")).to_be_in_viewport()
    assert "25%" in "".join(source.locator("mark").all_text_contents())


def test_an_english_question_is_answered_from_the_english_guide(visitor: Visitor, address: str) -> None:
    page = answered(visitor("en-GB"), address, "What is the VAT rate in Russia?")
    expect(page.locator("#current .words")).to_contain_text("22%")
    expect(page.locator("#current .words")).to_have_attribute("lang", "en")


def test_a_pdf_opens_as_a_picture_with_the_passage_marked_in_view(visitor: Visitor, address: str) -> None:
    context = visitor()
    page = answered(context, address, "中央企业境外投资监督管理办法所称境外投资是指什么？")
    expect(page.locator("#current .card .place").first).to_contain_text("页")
    source = opened(context, page)
    expect(source.locator("rect.mark").first).to_be_in_viewport()
    assert source.evaluate("document.querySelector('svg image').getBBox().width") > 0


def test_a_hostile_document_reaches_no_other_host_and_runs_nothing(visitor: Visitor, address: str) -> None:
    context = visitor()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = answered(context, address, "园区巴士的票价是多少？")
    expect(page.locator("#current .words")).to_contain_text("7 元")
    source = opened(context, page)
    expect(source.locator("mark").first).to_be_visible()
    assert page.title() == "钱塘企业出海助手" and source.locator("script, article img").count() == 0
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_what_the_folder_does_not_hold_is_said_apart_from_answers(visitor: Visitor, address: str) -> None:
    page = answered(visitor(), address, "火星移民签证的担保金是多少？")
    expect(page.locator("#current .outcome")).to_be_visible()
    expect(page.locator("#current .words")).to_contain_text("12345")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_a_newcomer_gets_by_without_help(
    visitor: Visitor, address: str, tmp_path: Path, width: int, height: int
) -> None:
    """Asks, checks a source, asks on, takes the answer along, reads Arabic, finds the conversation again, complains."""
    context = visitor("en-GB", width=width, height=height)
    page = answered(context, address, "What is the VAT rate in Russia?")
    page.locator("#current a.marker").first.click()
    expect(page.locator("#sheet .card .checked")).to_have_text("Guide of the center, checked on 2026-11-24")
    expect(page.frame_locator("#sheet iframe").locator("mark#passage")).to_be_in_viewport()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("textbox", name="Your question", exact=True).fill("And the profit tax?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#current .words")).to_contain_text("25%")
    expect(page.locator("#current .answer")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#ask")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#current").get_by_role("button", name="Save as Word").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.wait_for_timeout(1_000)  # a person sees the file first; a choice made at once was lost on a busy machine
    page.get_by_label("Language of the page").select_option("ar")
    expect(page.locator(".place .open").first).to_have_text(texts("ar")["source.open"])
    page.get_by_label(texts("ar")["masthead.language"]).select_option("en")
    expect(page.locator(".place .open").first).to_have_text("Open the source")
    page.close()
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="New chat").click()
    page.get_by_role("button", name="History").click()
    page.get_by_role("button", name=re.compile("^What is the VAT rate in Russia")).click()
    expect(page.locator(".exchange")).to_have_count(2)
    page.get_by_role("button", name="Something is wrong").first.click()
    page.get_by_label("A figure is wrong").first.check()
    page.locator(".why").first.get_by_role("button", name="Send").click()
    expect(page.locator("#toast")).to_have_text("Thank you, our staff will see it")
