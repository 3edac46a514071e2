"""The source panel: beside the answer on a desk, a sheet on a phone; the document opens in it at the passage."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.scripted import Visitor, answered, arrived
from web.i18n import texts

pytestmark = pytest.mark.browser
LINK = """(body, leaf) => body.insertAdjacentHTML(
    "afterbegin", `<a rel=next href="${location.pathname}${location.search}&leaf=${leaf}">→</a>`)"""
"""Adds a link to the next page, as long documents have one."""


def test_a_marker_leads_to_its_card(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    page.locator("#current a.marker", has_text="2").last.click()
    expect(page.locator("#exchange-1-2")).to_be_focused()
    expect(page.locator("#exchange-1-2")).to_have_class(re.compile("current"))
    expect(page.locator("#exchange-1-2")).to_be_in_viewport()
    expect(page.locator("#sheet")).to_be_hidden()


def test_on_a_phone_a_marker_opens_a_sheet_with_its_source(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(width=390, height=844), address))
    marker = page.locator("#current a.marker", has_text="2").first
    marker.click()
    sheet = page.get_by_role("dialog", name="出处")
    expect(sheet.locator("blockquote")).to_have_text("增值税一般税率为 20%。")
    expect(sheet.locator(".validity")).to_have_text("现行有效")
    expect(sheet.locator("output")).to_have_text("2 / 2")
    sheet.get_by_role("button", name="下一条出处").click()
    expect(sheet.locator("blockquote")).to_have_text("利润税税率为 25%。")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(marker).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_open_shows_the_document_at_the_passage_in_the_panel(
    visitor: Visitor, address: str, width: int, height: int
) -> None:
    page = answered(arrived(visitor(width=width, height=height), address))
    page.locator("#exchange-1-2 .open").click()
    document = page.frame_locator("#sheet iframe")
    expect(document.locator("mark#passage")).to_have_text("增值税一般税率为 20%。")
    expect(document.locator("mark#passage")).to_be_in_viewport()
    assert page.locator("#sheet .body").evaluate("body => body.scrollTop") == 0, "the card stays above the document"
    page.get_by_role("button", name="上一条出处").click()
    expect(page.frame_locator("#sheet iframe").locator("mark#passage").first).to_have_text("利润税税率为 25%。")
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#sheet")).to_be_hidden()


def test_escape_closes_the_panel_also_from_within_the_document(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    opener = page.locator("#exchange-1-2 .open")
    for _ in range(2):
        opener.click()
        page.frame_locator("#sheet iframe").locator("mark#passage").click()
        assert page.evaluate("document.activeElement.localName") == "iframe"
        page.keyboard.press("Escape")
        expect(page.locator("#sheet")).to_be_hidden()
        expect(opener).to_be_focused()


@pytest.mark.parametrize("is_known", [True, False], ids=["without a network", "without the server"])
def test_without_a_connection_the_panel_says_so_in_place_of_the_browsers_own_page(
    visitor: Visitor, address: str, is_known: bool
) -> None:
    context = visitor(width=390, height=844)
    page = answered(arrived(context, address))
    if is_known:
        context.set_offline(True)
    else:
        page.route("**/source*", lambda route: route.abort("connectionrefused"))
    page.locator("#exchange-1-2 .open").click()
    expect(page.locator("#sheet .body").get_by_role("alert")).to_have_text(texts("zh")["source.unreached"])
    expect(page.locator("#sheet iframe")).to_have_count(0)
    context.set_offline(False)
    page.unroute("**/source*")
    page.keyboard.press("Escape")
    page.locator("#exchange-1-2 .open").click()
    expect(page.frame_locator("#sheet iframe").locator("mark#passage")).to_be_visible()


def test_whoever_wants_a_tab_of_its_own_gets_one(visitor: Visitor, address: str) -> None:
    context = visitor()
    page = answered(arrived(context, address))
    with context.expect_page() as opened:
        page.locator("#exchange-1-2 .open").click(modifiers=["ControlOrMeta"])
    expect(opened.value.locator("mark#passage")).to_have_text("增值税一般税率为 20%。")


def test_without_a_dialog_the_source_is_still_a_link(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(width=390), address))
    page.goto(address + str(page.locator(".place .open").first.get_attribute("href")))
    expect(page.locator("mark#passage")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("width", [390, 1280])
def test_back_closes_what_is_open_and_stays_on_the_page(visitor: Visitor, address: str, width: int) -> None:
    page = answered(arrived(visitor(width=width, height=844), address))
    place = page.url
    page.locator("#current .place a.open").first.click()
    document = page.frame_locator("#sheet iframe")
    for leaf in (2, 3):
        document.locator("body").evaluate(LINK, leaf)
        document.locator("a[rel=next]").click()
        expect(document.locator(":root:not(:has(a[rel=next])) mark#passage")).to_be_visible()
    page.go_back()
    expect(page.locator("#sheet")).to_be_hidden()
    page.locator("[data-tool=archive]").click()
    page.locator("#archive [data-close]").first.click()
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive")).to_be_visible()
    page.go_back()
    expect(page.locator("#archive")).to_be_hidden()
    assert page.url == place
    expect(page.locator("#current .exchange")).to_be_visible()


def test_after_back_and_forward_one_back_still_closes_what_is_open(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    page.locator("#current .place a.open").first.click()
    expect(page.locator("#sheet iframe")).to_be_visible()
    page.go_back()
    expect(page.locator("#sheet")).to_be_hidden()
    page.go_forward()
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive")).to_be_visible()
    page.go_back()
    expect(page.locator("#archive")).to_be_hidden()
