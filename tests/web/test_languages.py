"""The page in five languages, one of them from right to left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.scripted import QUESTION, Visitor, answered, arrived
from text.catalog import SERVICE_LANGUAGES
from web.i18n import direction, texts

pytestmark = pytest.mark.browser

BROWSERS = {"zh-CN": "zh", "en-US": "en", "pt-BR": "pt", "ru-RU": "ru", "ar-EG": "ar", "fr-FR": "en"}


@pytest.mark.parametrize(("locale", "language"), BROWSERS.items())
def test_the_page_speaks_the_language_of_the_browser(
    visitor: Visitor, address: str, locale: str, language: str
) -> None:
    page = arrived(visitor(locale), address)
    expect(page.locator("h1").last).to_have_text(texts(language)["welcome.heading"])
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", direction(language))


def test_switching_to_arabic_and_back_keeps_the_conversation(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(width=390, height=844), address))
    page.get_by_label("界面语言").select_option("ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".place .open").first).to_have_text(texts("ar")["source.open"])
    expect(page.locator(".question")).to_have_text(QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#past .question")).to_have_text(QUESTION)
    page.get_by_label(texts("ar")["masthead.language"]).select_option("zh")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator(".place .open").first).to_have_text("查看原文")
    expect(page).to_have_title("钱塘企业出海助手")


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_no_text_is_cut_and_nothing_scrolls_sideways_in_any_language(
    visitor: Visitor, address: str, language: str
) -> None:
    page = answered(arrived(visitor(language, width=360, height=740), address))
    page.locator("[data-tool=wrong]").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    cut = page.evaluate(
        """[...document.querySelectorAll(".exchange button, .why label, .why .primary, #ask")]
             .filter((each) => each.offsetParent && each.scrollWidth > each.clientWidth + 1)
             .map((each) => each.textContent.trim())"""
    )
    assert cut == []


def test_a_quote_keeps_its_own_direction_in_an_arabic_page(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor("ar"), address))
    assert page.evaluate("getComputedStyle(document.querySelector('.card blockquote')).direction") == "ltr"
    assert page.evaluate("getComputedStyle(document.querySelector('.card .details')).direction") == "rtl"
