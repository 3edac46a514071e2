"""Lines and picture show each other, the arrow keys turn the page, a question is put before what is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from store.embeddings import Embedder
from tests.support.pdf_files import drawn, lines
from tests.web.staff.conftest import Center, Clerk, opened, until
from tests.web.staff.inspect.samples import LONG, LONG_TEXT, QUESTION, ROWS, SCAN, at, scan
from tests.web.test_accessibility import violations
from web.staff.i18n import words

pytestmark = pytest.mark.browser


@pytest.fixture
def center(tmp_path: Path, embedder: Embedder) -> Iterator[Center]:
    path = tmp_path / "knowledge" / SCAN
    path.parent.mkdir(parents=True)
    scan(path)
    with opened(tmp_path, embedder, {LONG: LONG_TEXT}) as center:
        yield center


def test_a_line_and_its_place_show_each_other_and_the_arrow_keys_turn_the_page(center: Center, clerk: Clerk) -> None:
    say = words("zh")
    page = clerk(at(SCAN))
    expect(page.locator(".state .badge")).to_have_text(say["inspect.method.ocr"])
    assert page.evaluate("async () => (await fetch(document.querySelector('.page image').href.baseVal)).ok")
    expect(page.locator(".page rect")).to_have_count(len(ROWS))
    page.locator(".read [data-line='2']").first.hover()
    expect(page.locator(".page rect.shown title")).to_have_text(re.compile("18 months"))
    page.locator(".page rect[data-line='3']").hover()
    expect(page.locator(".read .shown")).to_have_text(ROWS[3])
    page.locator(".read").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".read .shown").first).to_contain_text("18 months")
    assert violations(page) == {}
    for method in ("text", "empty"):
        with page.expect_navigation():
            page.keyboard.press("ArrowRight")
        expect(page.locator(".state .badge")).to_have_text(say[f"inspect.method.{method}"])
    assert violations(page) == {}
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(center.staff(at(LONG)))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == {}


def test_a_corrected_line_is_read_anew_under_the_message_and_marked_for_companies(center: Center, clerk: Clerk) -> None:
    say = words("en")
    page = clerk(at(SCAN), "en-GB")
    page.get_by_role("link", name=say["inspect.correct"]).click()
    typed = page.get_by_label(say["inspect.typed"])
    assert violations(page) == {}
    typed.fill(typed.input_value().replace("18 months", "24 months"))
    page.get_by_role("button", name=say["inspect.save"]).click()
    expect(page.locator(".figures tbody td").first).to_have_text("18 months")
    assert violations(page) == {}
    page.get_by_role("button", name=say["inspect.confirm_save"]).click()
    expect(page.locator(".read")).to_contain_text("24 months", timeout=30_000)
    expect(page.locator(".state .badge")).to_have_text(say["inspect.method.corrected"])
    expect(page.locator(".said.done button")).to_have_text(say["frame.undo"])
    expect(page.locator(".correction pre")).to_be_hidden()
    page.locator(".correction summary").click()
    expect(page.locator(".correction pre")).to_contain_text("at most 18 months")
    assert violations(page) == {}
    citation = next(each for each in center.room.bot.answer(QUESTION).citations if each.source == SCAN)
    mark = page.context.new_page()
    mark.goto(f"{center.address}source?path={SCAN}&page=1&start={citation.start}&end={citation.end}")
    expect(mark.locator("rect.mark").first).to_be_visible()
    expect(mark.locator(".correction .figure")).to_have_text(re.compile(r"18 months\s*→\s*24 months"))
    expect(mark.locator(".correction pre")).to_be_hidden()
    mark.locator(".correction summary").click()
    expect(mark.locator(".correction pre")).to_contain_text("at most 18 months")
    page.locator(".said.done button").click()
    expect(page.locator(".read")).to_contain_text("18 months", timeout=30_000)


def test_axe_finds_nothing_where_what_was_typed_is_lost(center: Center, clerk: Clerk) -> None:
    say, path = words("zh"), center.folder / SCAN
    page = clerk(at(SCAN, 2))
    page.get_by_role("link", name=say["inspect.correct"]).click()
    page.get_by_label(say["inspect.typed"]).fill("Typed for nothing?")
    drawn(path, lines(["The only page of the new version."]))
    until(lambda: len(center.room.index.document(SCAN).pages) == 1)  # type: ignore[union-attr]
    page.get_by_role("button", name=say["inspect.save"]).click()
    expect(page.get_by_label(say["inspect.lost_text"])).to_have_value("Typed for nothing?")
    assert violations(page) == {}
