"""On a phone nothing of the header is cut, and a wide table shows that it can be moved: tried on the style alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.scripted import Visitor
from text.catalog import SERVICE_LANGUAGES
from web.chat.prerender import page_style
from web.chat.start_page import masthead
from web.i18n import direction
from web.markdown import answer_html

pytestmark = pytest.mark.browser

TABLE = f"<table><tr>{'<td>A cell with some words</td>' * 8}</tr></table>"


CUT = """all => all.filter(each => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 2)
    .map(each => each.innerText)"""


def test_nothing_of_the_header_is_cut_and_a_wide_table_can_be_moved_in_every_language(visitor: Visitor) -> None:
    heads = [masthead(code, is_conversing) for code in SERVICE_LANGUAGES for is_conversing in (False, True)]
    tables = [f'<div class="words" dir="{direction(code)}">{TABLE}</div>' for code in ("en", "ar")]
    page = visitor(width=390).new_page()
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{"".join([*heads, *tables])}')
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.eval_on_selector_all(".masthead :is(strong, small)", CUT) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    shadows = "all => all.map(each => getComputedStyle(each).backgroundAttachment)"
    assert page.eval_on_selector_all(".words table", shadows) == ["local, local, scroll, scroll, scroll"] * 2
    first = page.locator(".words td:first-child")
    page.eval_on_selector_all(".words table", "([left, right]) => { left.scrollLeft = 200; right.scrollLeft = -200 }")
    for number, table in enumerate(page.locator(".words table").all()):
        edge, cell = table.bounding_box(), first.nth(number).bounding_box()
        assert edge and cell
        assert abs(cell["x"] - edge["x"]) <= 1 or abs(cell["x"] + cell["width"] - edge["x"] - edge["width"]) <= 1


@pytest.mark.parametrize(("width", "height", "size"), [(390, 844, 32), (320, 568, 16), (844, 390, 16), (390, 844, 16)])
def test_header_and_question_leave_two_thirds_of_a_phone_to_the_answer(
    visitor: Visitor, address: str, width: int, height: int, size: int
) -> None:
    page = visitor("pt-BR", width=width, height=height).new_page()
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": size}})
    page.goto(address)
    expect(page.locator("#welcome .door").first).to_be_visible()
    heights = [
        page.locator(part).evaluate("part => part.offsetHeight") for part in ("#composer", ".masthead >> nth=-1")
    ]
    assert sum(heights) <= height / 3
    expect(page.locator("#composer .standing")).to_be_visible(visible=(height, size) == (844, 16))
    box = page.locator("#question textarea")
    box.evaluate("box => box.style.fontSize = '40px'")  # larger while the page is open
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight"), "a placeholder is not cut in half"


def test_a_long_text_in_a_table_of_many_columns_is_read_in_lines_not_letter_by_letter(visitor: Visitor) -> None:
    text = "2026年起付给非居民的股息扣10%；2025年及以前的利润不扣"
    rows = f"| 国家 | 税种 | 税率 | 依据 |\n|---|---|---|---|\n| 巴西 | 股息 | {text} | 法律 |"
    table = answer_html(rows, "", (), "")
    page = visitor(width=390).new_page()
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container"><div class="words">{table}</div>')
    cell = page.locator(".words td.long")
    assert cell.evaluate("cell => cell.offsetWidth / parseFloat(getComputedStyle(cell).fontSize)") >= 13
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.emulate_media(media="print")
    assert page.locator(".words table").evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")


PAIRS = """table => [...table.querySelectorAll("th")].map((head, place) => {
  const [own, value] = [head, table.querySelectorAll("td")[place]].map(each => each.getBoundingClientRect());
  return [own.top === value.top && own.height === value.height && own.left !== value.left, own.height];
})"""


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("zh", "股息预提税上限", "2001年11月7日协定，2003年8月25日生效，2004年起适用，税率须对照公布文本"),
        ("pt", "Teto sobre dividendos", "acordo de 7 de novembro de 2001, em vigor em 2003, aplicado desde 2004"),
        ("ar", "الحد الأقصى على الأرباح", "اتفاقية نوفمبر 2001، نافذة منذ 25 أغسطس 2003، ومطبقة منذ 2004"),
    ],
)
def test_a_table_of_one_row_is_a_list_on_a_phone_and_no_row_as_high_as_a_cell_out_of_view(
    visitor: Visitor, language: str, name: str, text: str
) -> None:
    rows = f"| A | {name} | {name} | {name} |\n|---|---|---|---|\n| B | 10% | 10% | {text}; {text} |"
    words = f'<div class="words" dir="{direction(language)}">{answer_html(rows, "", (), "")}</div>'
    page = visitor(width=390).new_page()
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{words}')
    table = page.locator(".words table")
    assert table.evaluate("table => table.scrollWidth <= table.clientWidth"), "nothing is out of view"
    beside, heights = zip(*table.evaluate(PAIRS), strict=True)
    assert all(beside) and max(heights[:3]) < 80 < heights[3], "only the long text has a high row"
    page.set_viewport_size({"width": 1280, "height": 800})
    assert table.locator("th").first.evaluate(
        "head => head.offsetTop < head.closest('table').querySelector('td').offsetTop"
    )


TREATIES = """
| País | Teto sobre dividendos | Teto sobre juros | Teto sobre royalties | Situação do acordo |
|---|---|---|---|---|
| Brasil | 10% (participação de pelo menos 10% por 365 dias), demais 15%; certos órgãos do Estado 5% | 10% (certos \
empréstimos de longo prazo), demais 15% | 15% marcas, demais 10% | protocolo de alteração assinado em 2022, aplicado |
| Emirados Árabes Unidos | 7% | 7% | 10% | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa |
"""
BROKEN = """cells => cells.flatMap(cell => {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = walker.nextNode()); ) for (const word of node.data.matchAll(/[^\\s\\/.-]+/g)) {
    const range = document.createRange();
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    if (range.getClientRects().length > 1) found.push(word[0]);
  }
  return found;
})"""


def test_on_paper_no_word_of_a_table_is_broken_but_an_address(visitor: Visitor) -> None:
    page = visitor(width=700).new_page()  # a sheet of A4 without its margins
    page.emulate_media(media="print")
    for rows, broken in ((TREATIES, ["aaaaa"]), (TREATIES.split("| Emirados", maxsplit=1)[0], [])):
        words = f'<div class="words">{answer_html(rows, "", (), "")}</div>'
        page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{words}')
        assert [word[:5] for word in page.eval_on_selector_all(".words :is(th, td)", BROKEN)] == broken
        assert page.locator(".words table").evaluate("table => table.offsetWidth <= table.parentElement.clientWidth")


def test_what_is_coloured_touches_neither_what_is_coloured_below_it_nor_a_card(visitor: Visitor) -> None:
    page = visitor(width=390).new_page()
    for below in (
        '<section class="coverage"><p>埃及</p></section>',
        '<div class="words"><p class="card">税率</p></div>',
    ):
        warned = '<ul class="warnings"><li>请核对</li></ul>'
        style = f'<style>{page_style()}</style><body class="gradio-container">'
        page.set_content(f'{style}<div class="answer">{warned}{below}</div>')
        above, beneath = page.locator(".warnings").bounding_box(), page.locator(".coverage, .card").bounding_box()
        assert above and beneath and beneath["y"] - above["y"] - above["height"] >= 8


def test_whether_a_law_is_in_force_stays_in_one_piece(visitor: Visitor) -> None:
    page = visitor(width=390).new_page()
    lines = "".join(
        f'<p>{"字" * length} <span class="validity in_force">现行有效</span></p>' for length in range(10, 24)
    )
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container" style="width: 260px">{lines}')
    pieces = page.eval_on_selector_all(".validity", "all => all.map(each => each.getClientRects().length)")
    assert pieces == [1] * 14
