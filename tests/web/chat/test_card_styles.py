"""The card of a source in the sheet of a phone, and the blocks of a printed answer: tried on style and script alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from bot.answer import Answer, CitedBasis
from bot.outcomes import Outcome
from tests.conftest import ROOT
from tests.support.scripted import Visitor
from tests.web.test_bases import CITATION
from web.chat.message import RenderContext, render_message
from web.chat.prerender import page_style

pytestmark = pytest.mark.browser

CHAT = ROOT / "web/chat/static"
SHEET = """<dialog id="sheet"><header><nav></nav><output></output></header><div class="body"></div></dialog>
<script>window.qiantang = { calm: () => true, show: (dialog) => dialog.showModal() }</script>"""
ANSWER = Answer(
    "几天？",
    "几天？",
    "zh",
    Outcome.ANSWERED,
    "受理后7个工作日。[1]\n\n- 其中不含补正。",
    citations=(CITATION, replace(CITATION, number=2)),
    mode="model",
    id="a1",
)
BLOCKS = ".printing .printed, .asked, .generated, .words, .reference, .sources"
GAPS = """all => all.filter(each => each.getClientRects().length).map(each => each.getBoundingClientRect())
    .map((each, index, boxes) => index && Math.round(each.top - boxes[index - 1].bottom)).slice(1)"""


def shown(visitor: Visitor, answer: Answer = ANSWER, **wishes: int) -> Page:
    page = visitor(**wishes).new_page()
    message = render_message(answer, 1, RenderContext("zh"))
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{message}{SHEET}')
    return page


def test_in_the_sheet_the_law_stands_above_the_quote_and_the_guide_below_it(visitor: Visitor) -> None:
    page = shown(visitor, width=390, height=844)
    for script in ("page", "sheet"):
        page.add_script_tag(path=CHAT / f"scripts/{script}.js")
    page.locator(".words a.marker").first.click()
    parts = page.eval_on_selector_all("#sheet .card > *", "all => all.map(each => each.className || each.localName)")
    assert parts == ["about", "blockquote", "place", "about foot"], "two rules would meet above the quote"
    page.locator("#sheet").evaluate("sheet => { sheet.open = true; sheet.classList.add('reading'); }")
    place = page.locator("#sheet .place")
    expect(place).to_be_visible(visible=place.locator(".at, .note").count() > 0)  # no number alone


def test_on_paper_there_is_space_between_the_blocks_of_an_answer(visitor: Visitor) -> None:
    page = shown(visitor, width=800)
    page.evaluate("document.querySelectorAll('body, .exchange').forEach((each) => each.classList.add('printing'))")
    page.evaluate("document.querySelector('.reference').textContent = '受理编号：AC3E0D57'")
    page.emulate_media(media="print")
    gaps = page.eval_on_selector_all(BLOCKS, GAPS)
    assert len(gaps) == 6 and all(12 <= gap <= 24 for gap in gaps), gaps


def test_quotes_of_one_place_stand_in_one_row_and_each_number_opens_its_own_passage(visitor: Visitor) -> None:
    kinds = ("center", "center", "reported", "center")
    cited = tuple(
        replace(CITATION, number=number, quote=f"第{number}步。", start=number, bases=(CitedBasis(kind),))
        for number, kind in enumerate(kinds, 1)
    )
    text = f"**{CITATION.title}**\n\n" + "\n".join(f"- 第{number}步。 [{number}]" for number in range(1, 5))
    answer = replace(ANSWER, text=text, citations=cited, mode="extractive")
    page = shown(visitor, answer, width=390, height=844)
    for script in ("page", "sheet"):
        page.add_script_tag(path=CHAT / f"scripts/{script}.js")
    rows = page.locator(".places")
    assert [row.locator(".quote").count() for row in rows.all()] == [3, 1]
    box = rows.first.bounding_box()
    assert box and box["height"] < 60, "the place and the note are said once"
    further = rows.first.locator(".same .open")
    for link, number in zip(further.all(), (2, 4), strict=True):
        size = link.bounding_box()
        assert size and min(size["width"], size["height"]) >= 24
        link.click()
        expect(page.locator("#sheet .number").first).to_have_text(str(number))
        assert f"start={number}" in str(page.locator("#sheet iframe").get_attribute("src"))
        page.evaluate("document.getElementById('sheet').close()")
    page.emulate_media(media="print")
    expect(rows.first.locator(".number").last).to_be_visible()
