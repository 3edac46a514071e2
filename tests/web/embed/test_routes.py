"""One line of HTML shows the assistant on an allowed web site, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from evals.serving import serve
from records import Records
from settings import SettingsError, load
from tests.records.conftest import come_true
from tests.support.scripted import QUESTION, Scripted, Visitor
from tests.web.conftest import behind
from tests.web.test_accessibility import violations
from web.app import build

CENTER = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Center</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {home}; frame-src {home}">
<script src="{home}embed.js" async></script></head>
<body><main><h1>The center</h1><p><a href="#news">News</a></p></main></body></html>"""
FRAMING = '<!doctype html><title>Elsewhere</title><iframe src="{home}"></iframe><script src="{home}embed.js"></script>'


def site(page: str) -> FastAPI:
    """A web site with one page, in the language of its path."""
    app = FastAPI()

    @app.get("/{language}")
    def shown(language: str) -> HTMLResponse:
        return HTMLResponse(page.replace("{language}", language))

    return app


@pytest.fixture
def center(bot: Scripted, records: Records, tmp_path: Path) -> Iterator[str]:
    """The center's page, of another site than the assistant, which allows it."""
    pages = site(CENTER)
    with serve(pages) as address:
        other = address.replace("127.0.0.1", "localhost")
        with serve(build(behind(bot, tmp_path, records, embed_origins=(other.rstrip("/"),)))) as home:
            pages.router.routes.clear()
            pages.mount("/", site(CENTER.replace("{home}", home)))
            yield other


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator("#open").press("Enter")
    expect(page.frame_locator("iframe").locator("#welcome .door").first).to_be_visible()
    return page


@pytest.mark.browser
def test_a_visitor_of_the_center_opens_the_chat_asks_and_goes_on_after_closing_it(
    visitor: Visitor, center: str
) -> None:
    page = opened(visitor().new_page(), f"{center}zh")
    chat = page.frame_locator("iframe")
    chat.locator("#question textarea").fill(QUESTION)
    chat.locator("#question textarea").press("Enter")
    expect(chat.locator("#current .card")).to_have_count(1)
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("dialog")).to_be_hidden()
    page.get_by_role("button", name="咨询助手").click()
    expect(chat.locator("#current .card")).to_have_count(1)


@pytest.mark.browser
def test_escape_and_back_close_the_chat_and_leave_the_page_where_it_was(visitor: Visitor, center: str) -> None:
    page = opened(visitor().new_page(), f"{center}en")
    page.frame_locator("iframe").locator("#question textarea").press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(page.locator("#open")).to_be_focused()
    assert not page.evaluate("history.state?.qiantangAssistant")
    page.locator("#open").click()
    page.get_by_role("link", name="Open in a new window").press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    page.locator("#open").click()
    page.evaluate("history.back()")
    expect(page.locator("dialog")).to_be_hidden()
    assert page.url == f"{center}en"


@pytest.mark.browser
def test_a_dialog_inside_the_chat_is_closed_before_the_chat(visitor: Visitor, center: str) -> None:
    page = opened(visitor().new_page(), f"{center}en")
    chat = page.frame_locator("iframe")
    chat.locator("[data-tool=archive]").click()
    expect(chat.locator("#archive")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat.locator("#archive")).to_be_hidden()
    expect(page.locator("dialog[open]")).to_be_visible()
    chat.locator("[data-tool=archive]").click()
    page.evaluate("history.back()")
    expect(chat.locator("#archive")).to_be_hidden()
    expect(page.locator("dialog[open]")).to_be_visible()


@pytest.mark.browser
def test_a_source_opens_in_the_chat_and_one_back_leaves_the_page_once_the_chat_is_closed(
    visitor: Visitor, center: str
) -> None:
    page = visitor().new_page()
    page.goto(f"{center}ar")
    chat = opened(page, f"{center}zh").frame_locator("iframe")
    chat.locator("#question textarea").fill(QUESTION)
    chat.locator("#question textarea").press("Enter")
    expect(chat.locator("#ask")).to_be_visible()
    expect(chat.locator("#current .quote")).to_have_count(2)
    chat.locator("#current a.marker").first.click()
    chat.locator("#sheet a.open").click()
    expect(chat.frame_locator("#sheet iframe").locator("mark#passage").first).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("dialog")).to_be_hidden()
    come_true(lambda: not page.evaluate("history.state?.qiantangAssistant"))
    page.locator("#open").click()
    expect(chat.locator("#sheet")).to_be_hidden()
    page.get_by_role("button", name="关闭").click()
    come_true(lambda: not page.evaluate("history.state?.qiantangAssistant"))
    page.go_back()
    assert page.url == f"{center}ar"


@pytest.mark.browser
def test_on_a_phone_the_chat_fills_the_screen(visitor: Visitor, center: str) -> None:
    page = opened(visitor(width=390, height=844).new_page(), f"{center}zh")
    assert page.locator("dialog").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.documentElement.style.overflow") == "hidden"
    page.frame_locator("iframe").locator("#question textarea").press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(page.locator("html")).to_have_css("overflow", "visible")


@pytest.mark.browser
def test_the_chat_speaks_the_language_of_the_page_until_the_visitor_chooses_another(
    visitor: Visitor, center: str
) -> None:
    page = opened(visitor("en-GB").new_page(), f"{center}pt-BR")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("lang", "pt")
    expect(frame.locator("#masthead .masthead")).to_have_attribute("lang", "pt")
    frame.locator("#masthead select").select_option("ru")
    expect(frame.locator("#masthead .masthead")).to_have_attribute("lang", "ru")
    opened(page, f"{center}pt-BR")
    expect(frame.locator("#masthead .masthead")).to_have_attribute("lang", "ru")
    opened(page, f"{center}ar")
    expect(frame.locator("#masthead .masthead")).to_have_attribute("lang", "ar")
    assert page.locator("dialog").get_attribute("dir") == "rtl"


@pytest.mark.browser
def test_axe_finds_nothing_on_a_page_with_the_button_and_with_the_chat(visitor: Visitor, center: str) -> None:
    page = visitor(bypass_csp=True).new_page()
    page.goto(f"{center}zh")
    expect(page.locator("#open")).to_be_visible()
    assert violations(page) == {}
    opened(page, f"{center}zh")
    assert violations(page) == {}


@pytest.mark.browser
def test_a_web_site_that_is_not_allowed_gets_no_button_and_cannot_show_the_page_in_a_frame(
    visitor: Visitor, address: str
) -> None:
    with serve(site(FRAMING.replace("{home}", address))) as elsewhere:
        page = visitor().new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{elsewhere}zh")
        expect(page.locator("#open")).to_have_count(0)
        expect(page.frame_locator("iframe").locator("#welcome, #first")).to_have_count(0)
        assert any("ASSISTANT_EMBED_ORIGINS" in each for each in said)
        assert any("frame-ancestors" in each for each in said)


def test_only_the_allowed_web_sites_may_show_the_page_in_a_frame(
    bot: Scripted, records: Records, tmp_path: Path
) -> None:
    alone = TestClient(build(behind(bot, tmp_path, records))).get("/").headers
    assert alone["content-security-policy"].endswith("; frame-ancestors 'self'")
    assert alone["x-frame-options"] == "SAMEORIGIN"
    allowed = ("https://a.example", "https://b.example")
    shared = TestClient(build(behind(bot, tmp_path, records, embed_origins=allowed))).get("/").headers
    assert shared["content-security-policy"].endswith("; frame-ancestors 'self' https://a.example https://b.example")
    assert "x-frame-options" not in shared


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ()),
        ("https://WWW.Example.org/ , http://localhost:8080", ("https://www.example.org", "http://localhost:8080")),
        ("https://example.org:443", ("https://example.org",)),
    ],
)
def test_origins_are_read_as_browsers_write_them(
    monkeypatch: pytest.MonkeyPatch, written: str, read: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBED_ORIGINS", written)
    assert load().embed_origins == read


@pytest.mark.parametrize(
    "written", ["*", "example.org", "https://example.org/news", "https://*.example.org", "ftp://a"]
)
def test_what_is_no_web_site_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("ASSISTANT_EMBED_ORIGINS", written)
    with pytest.raises(SettingsError, match="is not a website"):
        load()
