"""The chat in a browser: streaming, stopping, several people at once, two languages, small screens, hostile words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.answers import Answer, Citation, Turn
from bot.bot import QUESTION_CHARACTERS
from bot.outcomes import Outcome
from ingest.documents import Document, Metadata, Validity
from ingest.sync import Progress
from tests.web.conftest import served
from web.serve import build

pytestmark = pytest.mark.browser

HOSTILE = (
    "![x](http://evil.example/a.png) <img src='http://evil.example/b.png'> <script>document.title='!'</script> ${1+1}"
)
TABLE = "| 税种 | 税率 | 依据与说明 |\n|---|---|---|\n| 利润税 | 25% | " + "https://example.org/" + "a" * 90 + " |"
TEXT = f"# 俄罗斯\n\n利润税税率为 25%。\n\n{TABLE}\n\n{HOSTILE}\n" + "说明文字。\n\n" * 80 + "增值税一般税率为 20%。"
GUIDE = Document("guides/russia.md", TEXT, Metadata(title=f"俄罗斯税收 {HOSTILE}", language="zh"))
Visitor = Callable[..., BrowserContext]


def cited(number: int, quote: str) -> Citation:
    start = TEXT.index(quote)
    return Citation(
        number, GUIDE.source, GUIDE.metadata.title, quote, start, start + len(quote), validity=Validity.IN_FORCE
    )


WHOLE = Answer(
    "",
    "",
    "zh",
    Outcome.ANSWERED,
    f"利润税税率为 25%。[1]\n\n{TABLE} [2]\n\n增值税一般税率为 20%。[2]\n\n{HOSTILE}",
    citations=(cited(1, "利润税税率为 25%。"), cited(2, "增值税一般税率为 20%。")),
)


@dataclass
class Scripted:
    """A bot whose words and waiting are known: 慢 waits to be released, 停 goes on until it is stopped."""

    released: Event = field(default_factory=Event)
    stopped: Event = field(default_factory=Event)
    told: list[Sequence[Turn]] = field(default_factory=list)

    def stream(self, question: str, history: Sequence[Turn], language: str | None = None) -> Iterator[Answer]:
        self.told.append(history)
        answer = replace(WHOLE, question=question, standalone_question=question)
        growing = replace(answer, text="利润税", citations=(), complete=False)
        if "错" in question:
            raise RuntimeError("the bot fell over")
        if "停" in question:
            try:
                while not self.released.wait(0.02):
                    yield growing
            finally:
                self.stopped.set()
        yield growing
        if "慢" in question:
            self.released.wait(30)
        yield replace(answer, suggestions=("巴西的利润税率是多少？",), standalone_question=f"{question}（俄罗斯）")


@pytest.fixture
def bot() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.released.set()


@pytest.fixture
def address(bot: Scripted, tmp_path: Path) -> Iterator[str]:
    with served(build(bot, {GUIDE.source: GUIDE}.get, tmp_path, lambda: Progress("ready"))) as address:
        yield address


def arrived(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".door button").first).to_be_visible()
    return page


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


def answered(page: Page, question: str = "俄罗斯的利润税率是多少？") -> Page:
    ask(page, question)
    expect(page.locator("#current .card")).to_have_count(2)
    expect(page.locator("#ask")).to_be_visible()
    return page


def test_a_question_gets_an_answer_with_its_sources_beside_it(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    words, card = page.locator("#current .words").bounding_box(), page.locator("#current .card").first.bounding_box()
    assert words and card and card["x"] > words["x"] + words["width"]
    expect(page.locator("#current .card .validity").first).to_have_text("现行有效")
    expect(page.locator("#question textarea")).to_have_value("")


def test_on_a_phone_the_sources_stand_below_and_nothing_scrolls_sideways(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(width=390, height=844), address)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    words, card = page.locator("#current .words").bounding_box(), page.locator("#current .card").first.bounding_box()
    assert words and card and card["y"] >= words["y"] + words["height"]
    composer = page.locator("#asking").bounding_box()
    assert composer and composer["y"] + composer["height"] <= 844
    page.goto(address + str(page.locator(".card .actions a").first.get_attribute("href")))
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_marker_leads_to_its_card(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    page.locator("#current a.marker", has_text="2").last.click()
    expect(page.locator("#exchange-1-2")).to_be_focused()
    expect(page.locator("#exchange-1-2")).to_have_class(re.compile("current"))
    expect(page.locator("#exchange-1-2")).to_be_in_viewport()


def test_open_shows_the_passage_in_view_in_a_new_tab(visitor: Visitor, address: str) -> None:
    context = visitor()
    page = answered(arrived(context, address))
    with context.expect_page() as opened:
        page.locator("#exchange-1-2 .actions a").click()
    expect(opened.value.locator("mark#passage")).to_have_text("增值税一般税率为 20%。")
    expect(opened.value.locator("mark#passage")).to_be_in_viewport()


def test_words_of_documents_reach_no_other_host_and_run_nothing(visitor: Visitor, address: str) -> None:
    context = visitor()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = answered(arrived(context, address))
    expect(page.locator("#current .words")).to_contain_text("${1+1}")
    assert page.locator("#current img, #current script").count() == 0
    assert page.title() == "钱塘企业出海助手"
    with context.expect_page() as opened:
        page.locator(".card .actions a").first.click()
    opened.value.wait_for_load_state()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_stopping_stops_the_bot_and_keeps_what_was_said(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.locator("#stop").click()
    expect(page.locator(".stopped")).to_be_visible()
    assert bot.stopped.wait(30)
    expect(page.locator("#current .words")).to_have_count(0)
    expect(page.locator("#past .words")).to_have_text("利润税")
    answered(page, "再问一次")
    assert [turn.content for turn in bot.told[-1]] == ["停不下来的问题", "利润税"]


def test_two_people_do_not_wait_for_each_other(visitor: Visitor, address: str, bot: Scripted) -> None:
    slow, quick = arrived(visitor(), address), arrived(visitor("en-GB"), address)
    ask(slow, "慢慢来")
    expect(slow.locator("#current .words")).to_have_text("利润税")
    answered(quick, "How high is the rate?")
    expect(slow.locator("#stop")).to_be_visible()
    bot.released.set()
    expect(slow.locator("#current .card")).to_have_count(2)


@pytest.mark.parametrize(("locale", "heading"), [("zh-CN", "您好"), ("en-US", "What would"), ("pt-BR", "What would")])
def test_the_page_speaks_the_language_of_the_browser(visitor: Visitor, address: str, locale: str, heading: str) -> None:
    page = arrived(visitor(locale), address)
    expect(page.locator("h1")).to_contain_text(heading)
    assert page.evaluate("document.documentElement.lang") == ("zh" if locale == "zh-CN" else "en")


def test_switching_the_language_keeps_the_conversation_and_so_does_a_reload(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    page.get_by_role("button", name="English").click()
    expect(page.locator(".card .actions a").first).to_have_text("Open the source")
    expect(page.locator(".card .validity").first).to_have_text("In force")
    expect(page.locator(".asked")).to_contain_text("俄罗斯的利润税率是多少？")
    page.reload()
    expect(page.locator(".asked")).to_contain_text("俄罗斯的利润税率是多少？")
    expect(page.locator("#ask")).to_have_text("Ask")
    expect(page).to_have_title("Qiantang Assistant for Business Abroad")


def test_the_next_question_is_told_the_earlier_words_without_markers(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = answered(arrived(visitor(), address))
    answered(page, "那增值税呢？")
    expect(page.locator("#past .exchange")).to_have_count(1)
    question, answer = bot.told[-1]
    assert question == Turn("user", "俄罗斯的利润税率是多少？")
    assert answer.content.startswith("利润税税率为 25%。\n") and "[1]" not in answer.content


def test_a_new_conversation_forgets_the_old_one(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = answered(arrived(visitor(), address))
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".door button").first).to_be_visible()
    expect(page.locator(".exchange")).to_have_count(0)
    answered(page, "重新开始")
    assert bot.told[-1] == []


def test_an_example_is_asked_with_the_keyboard_alone(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.question").startswith("境外投资备案")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#current .card")).to_have_count(2)
    expect(page.locator(".asked")).to_contain_text("境外投资备案")


def test_a_suggested_question_is_asked_with_a_click(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = answered(arrived(visitor(width=390), address))
    expect(page.locator(".understood")).to_contain_text("俄罗斯的利润税率是多少？（俄罗斯）")
    page.get_by_role("button", name="巴西的利润税率是多少？").click()
    expect(page.locator("#current .asked")).to_contain_text("巴西的利润税率是多少？")
    expect(page.locator("#past .asked")).to_have_count(1)
    expect(page.locator("#past .further")).to_have_count(0)
    assert [turn.content for turn in bot.told[-1]][:1] == ["俄罗斯的利润税率是多少？"]


def test_enter_that_ends_a_composition_sends_nothing(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    box = page.locator("#question textarea")
    box.fill("俄罗斯")
    for kind in ("keydown", "keypress"):
        box.dispatch_event(kind, {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True})
    answered(page, "俄罗斯税率")
    expect(page.locator(".asked")).to_contain_text("俄罗斯税率")
    assert len(bot.told) == 1


def test_a_question_that_is_too_long_is_named_and_kept(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    ask(page, "税" * (QUESTION_CHARACTERS + 1))
    expect(page.get_by_role("alert")).to_contain_text(f"最多可写 {QUESTION_CHARACTERS} 个字")
    expect(page.locator("#question textarea")).to_have_value("税" * (QUESTION_CHARACTERS + 1))
    assert bot.told == []


def test_a_bot_that_falls_over_is_reported_and_the_next_question_is_answered(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(), address)
    ask(page, "出错的问题")
    expect(page.locator(".exchange .outcome")).to_have_text("未能完成")
    expect(page.locator(".exchange .words")).to_contain_text("12345")
    answered(page)


def test_what_matters_is_named_for_those_who_cannot_see_it(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor("en-GB"), address))
    expect(page.get_by_label("Your question", exact=True)).to_be_editable()
    expect(page.locator("#current .answer")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#current .answer")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("link", name="Source 1", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Open source 1"))).to_be_visible()


def test_the_page_works_under_a_sub_path(visitor: Visitor, bot: Scripted, tmp_path: Path) -> None:
    app = build(bot, {GUIDE.source: GUIDE}.get, tmp_path, lambda: Progress("ready"), root_path="/assistant")
    with served(app) as address:
        page = answered(arrived(visitor(), address + "assistant/"))
        page.goto(address + "assistant/" + str(page.locator(".card .actions a").first.get_attribute("href")))
        expect(page.locator("mark#passage")).to_be_visible()


def test_progress_is_shown_until_all_is_ready(visitor: Visitor, bot: Scripted, tmp_path: Path) -> None:
    now = [Progress("embedding", chunks_done=40, chunks=400)]
    with served(build(bot, {GUIDE.source: GUIDE}.get, tmp_path, lambda: now[0])) as address:
        page = arrived(visitor(), address)
        expect(page.locator("#progress")).to_contain_text("40 / 400")
        now[0] = Progress("ready")
        expect(page.locator("#progress p")).to_have_count(0, timeout=10_000)
