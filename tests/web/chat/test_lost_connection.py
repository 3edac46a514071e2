"""When the connection breaks, the page says so in its language; when it is back, the question is answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.line import line_to
from tests.support.scripted import QUESTION, Scripted, Visitor, arrived, ask
from web.i18n import texts

pytestmark = pytest.mark.browser
LOST = texts("zh")["page.disconnected"]


def test_an_answer_that_breaks_off_is_asked_for_again_when_the_server_is_back(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    with line_to(address) as line:
        page = arrived(visitor(), line.address)
        ask(page, "停不下来的问题")
        expect(page.locator("#current .words")).to_have_text("利润税")
        line.cut()
        expect(page.locator("#toast.shown")).to_have_text(LOST)
        page.wait_for_timeout(5000)
        expect(page.locator("#toast.shown")).to_have_text(LOST)
        assert not {"Error", "Connection"} & set(page.locator("body").inner_text().split())
        bot.released.set()
        line.mend()
        expect(page.locator("#current .quote")).to_have_count(2)
        expect(page.locator(".exchange .question")).to_have_text(["停不下来的问题"])
        assert len(bot.told) == 2


def test_a_question_that_never_reached_the_server_is_asked_when_it_is_back(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    with line_to(address) as line:
        page = arrived(visitor(), line.address)
        line.cut()
        chosen = page.locator("#welcome [data-event=select]").first
        question = chosen.get_attribute("data-question")
        chosen.click()
        expect(page.locator("#toast.shown")).to_have_text(LOST)
        line.mend()
        expect(page.locator("#current .quote")).to_have_count(2)
        expect(page.locator(".exchange .question")).to_have_text([question or ""])


def test_a_question_is_asked_again_once_and_not_for_ever(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.reload()
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.reload()
    expect(page.locator("#past .stopped")).to_be_visible()
    expect(page.locator("#ask")).to_be_visible()
    assert len(bot.told) == 2


def test_what_the_server_refuses_is_said_once_and_without_an_english_title(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(), address)
    refused = {"status": 429, "json": {"detail": "请稍候再试。", "error": "请稍候再试。"}}
    page.route("**/gradio_api/queue/join*", lambda route: route.fulfill(**refused))
    ask(page, QUESTION)
    expect(page.locator("#toast.shown")).to_have_text("请稍候再试。")
    assert "Error" not in page.locator("body").inner_text()
    page.unroute("**/gradio_api/queue/join*")
    ask(page, QUESTION)
    expect(page.locator("#current .quote")).to_have_count(2)
