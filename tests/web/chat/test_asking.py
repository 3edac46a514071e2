"""From question to question: on a slow line, during a running answer, into a new conversation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.scripted import Scripted, Visitor, answered, arrived, ask

pytestmark = pytest.mark.browser

LATE = 400
"""Milliseconds by which each call reaches the server later."""


def slow(page: Page) -> Page:
    def late(route: Route) -> None:
        page.wait_for_timeout(LATE)
        route.continue_()

    page.route("**/gradio_api/**", lambda route: late(route) if route.request.method == "POST" else route.continue_())
    return page


def begin_anew(page: Page) -> None:
    page.get_by_role("button", name="新对话").click()


def test_a_new_conversation_begins_at_once_and_a_question_asked_meanwhile_belongs_to_it(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = slow(answered(arrived(visitor(width=390, height=844), address)))
    begin_anew(page)
    expect(page.locator(".exchange").first).to_be_hidden(timeout=LATE / 2)
    answered(page, "重新开始")
    expect(page.locator("#past .exchange")).to_have_count(0)
    assert bot.told[-1] == []


def test_a_question_waits_until_the_server_has_stopped_the_answer_before(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(), address)
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    stopping: list[Route] = []

    def hold(route: Route) -> None:
        stopping.append(route)

    page.route("**/gradio_api/cancel", hold)
    begin_anew(page)
    ask(page, "重新开始")
    expect(page.locator("#toast.shown")).to_have_text("正在查阅资料…")
    page.wait_for_timeout(12 * LATE)
    expect(page.locator("#toast.shown")).to_have_text("正在查阅资料…")
    assert len(bot.told) == 1
    stopping[0].continue_()
    expect(page.locator("#current .question")).to_have_text("重新开始")
    expect(page.locator("#current .quote")).to_have_count(2)
    assert bot.told[-1] == []


def test_a_question_after_a_stop_is_answered_once_the_search_that_was_stopped_has_ended(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(width=390, height=844), address)
    ask(page, "慢的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.locator("#stop").click()
    expect(page.locator("#ask")).to_be_visible()
    ask(page, "停下之后的问题")
    page.wait_for_timeout(2 * LATE)
    expect(page.locator("#question textarea")).to_have_value("停下之后的问题")
    expect(page.locator("#toast.shown")).to_have_text("正在查阅资料…")
    bot.released.set()
    expect(page.locator("#current .question")).to_have_text("停下之后的问题")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#question textarea")).to_have_value("")


def test_a_stop_is_spoken_of_until_the_page_shows_that_it_has_stopped(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(width=390, height=844), address)
    ask(page, "慢的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.locator("#stop").click()
    expect(page.locator("#toast.shown")).to_have_text("正在停止…")
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#toast.shown")).to_have_count(0, timeout=2 * LATE)


def test_a_new_conversation_during_a_running_answer_loses_no_question(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = slow(arrived(visitor(), address))
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    begin_anew(page)
    answered(page, "重新开始")
    assert bot.told[-1] == []
    begin_anew(page)
    expect(page.locator("#welcome .door").first).to_be_visible()
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive ol strong")).to_have_text(["重新开始", "停不下来的问题"])
