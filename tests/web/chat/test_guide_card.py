"""The card of a service guide: what it shows, that nothing in a document gets out of it, and how it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from playwright.sync_api import BrowserContext, Page, expect

from bot.answer import Answer, Citation, Turn
from bot.guides.sections import guide
from bot.outcomes import Outcome
from evals.serving import serve
from store.documents import Document, Metadata
from store.documents import Page as Leaf
from tests.support import filing_guide
from tests.web.conftest import behind
from web.app import build
from web.chat.guide_card import LONGEST_BODY, beginning, guide_card, render_card
from web.chat.message import RenderContext, render_message
from web.chat.prerender import page_style
from web.i18n import texts
from web.sources.viewer import fingerprint

Visitor = Callable[..., BrowserContext]

HOSTILE = '"><img src=http://evil.example/a.png><script>document.title="!"</script> [x](javascript:alert(1))'
TEXT = f"""# 境外投资备案办事指南

## 步骤

1. 登录网络系统，填报备案表。
2. 取得备案通知书。

### 变更

- 投资主体变化的，要申请变更。

## 材料和费用

- 备案表 {HOSTILE}

| 证件 | 份数 |
|---|---|
| {"很长的网址" * 8} | https://example.org/{"a" * 120} |

## 办理时限

受理后7个工作日。

## 办理机关和渠道

{"浙江省发展改革委经网络系统办理。" * 100}

## 需要核实

- 条款号须核实。
"""
METADATA = Metadata(title="境外投资备案办事指南", language="zh", source_url="https://example.org/odi", contact="外资处")
GUIDE = Document("outbound/odi.md", TEXT, METADATA)
SHEET = Document("outbound/country.md", "# 俄罗斯\n\n## 税收\n\n利润税 25%。", Metadata(title="俄罗斯", language="zh"))


def cited(document: Document, quote: str) -> Citation:
    start = document.text.index(quote)
    return Citation(1, document.source, document.metadata.title, quote, start, start + len(quote), language="zh")


ANSWER = Answer(
    "备案要多少天？",
    "备案要多少天？",
    "zh",
    Outcome.ANSWERED,
    "受理后7个工作日。[1]",
    citations=(cited(GUIDE, "受理后7个工作日。"),),
    suggestions=("要交哪些材料？",),
)
documents = {GUIDE.source: GUIDE, SHEET.source: SHEET}.get


def drawn(document: Document, language: str = "zh", is_open: bool = True) -> Markup:
    card = guide_card(document, language, dict)
    return render_card(card, language, is_open) if card else Markup()


def shown(document: Document = GUIDE, language: str = "zh", is_open: bool = True) -> BeautifulSoup:
    return BeautifulSoup(drawn(document, language, is_open), "html.parser")


def exchanged(answer: Answer) -> BeautifulSoup:
    return BeautifulSoup(render_message(answer, 1, RenderContext("zh", documents=documents)), "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def test_a_card_has_a_section_for_each_of_the_guide_under_its_own_heading() -> None:
    page = shown()
    assert one(page, "summary").get_text(strip=True) == "办事卡", "the title stands on the card of the document"
    assert [each.get_text(strip=True) for each in page.select("h4")] == [
        "步骤",
        "材料和费用",
        "办理时限",
        "办理机关和渠道",
    ]
    assert [item.get_text() for item in page.select(".steps ol li")] == [
        "登录网络系统，填报备案表。",
        "取得备案通知书。",
    ]
    assert one(page, "section.documents")["class"] == ["documents", "fee"]
    assert len(page.select("section.documents h4 svg[aria-hidden=true]")) == 2
    assert "条款号须核实" not in page.get_text()


def test_numbers_of_official_headings_are_left_out() -> None:
    text = "一、受理条件\n\n企业。\n\n二、申请材料\n\n备案表。\n\n三、办理流程\n\n申请。\n\n四、收费标准：不收费"
    assert [each.get_text(strip=True) for each in shown(Document("a.txt", text)).select("h4")] == [
        "办理流程",
        "申请材料",
        "收费标准",
    ]


def test_a_document_that_is_no_guide_has_no_card() -> None:
    assert guide_card(SHEET, "zh", dict) is None


def test_the_card_names_the_documents_that_its_sections_rest_on_and_no_others() -> None:
    card = BeautifulSoup(render_message(filing_guide.ANSWER, 1, filing_guide.AROUND), "html.parser")
    laws = [" ".join(law.get_text().split()) for law in card.select(".guide .bases .basis")]
    assert [law.split("（")[0] for law in laws] == ["依据 企业境外投资管理办法", "依据 对外投资条例"]
    assert all("现行有效" in law and "2017-12-26" in law for law in laws)
    assert not card.select_one(".guide .bases[open]") and not shown().select(".bases")


@pytest.mark.browser
def test_the_documents_of_an_open_card_stay_folded_under_a_line_of_their_own(visitor: Visitor) -> None:
    page, card = visitor().new_page(), guide_card(filing_guide.GUIDE, "zh", lambda: filing_guide.BASES)
    assert card
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{render_card(card, "zh", True)}')
    folded = page.locator(".guide .bases summary")
    assert folded.evaluate("line => getComputedStyle(line, '::after').content") == "none", "not the arrow of the card"
    expect(page.locator(".guide .basis").first).to_be_hidden()
    folded.click()
    expect(page.locator(".guide .basis").first).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_section_opens_the_source_at_its_place(language: str) -> None:
    found = guide(GUIDE)
    assert found
    links = shown(language=language).select("section .head a")
    for section, link in zip(found.sections, links, strict=True):
        address = urlsplit(str(link["href"]))
        assert (address.path, address.fragment) == ("source", "passage")
        assert parse_qs(address.query) == {
            "path": [GUIDE.source],
            "start": [str(section.start)],
            "end": [str(section.end)],
            "lang": [language],
            "seen": [fingerprint(GUIDE.text[section.start : section.end])],
        }
        assert section.heading in str(link["aria-label"])


def test_a_section_of_a_file_with_pages_opens_its_page() -> None:
    middle = TEXT.index("## 办理时限")
    pages = (Leaf(1, 0, middle), Leaf(2, middle, len(TEXT)))
    links = shown(replace(GUIDE, pages=pages)).select("section .head a")
    assert [parse_qs(urlsplit(str(link["href"])).query)["page"] for link in links] == [["1"], ["1"], ["2"], ["2"]]


def test_nothing_in_a_document_becomes_an_element() -> None:
    metadata = replace(METADATA, title=HOSTILE, contact=HOSTILE, source_url="javascript:alert(1)", language=HOSTILE)
    text = TEXT.replace("## 办理时限", f"## 步骤和时限（{HOSTILE[:30]}）")
    page = shown(Document(f"{HOSTILE}.md", text, metadata))
    assert len(page.select("section")) == 4
    assert not page.select("img, script, .official")
    assert all(str(link["href"]).startswith("source?") for link in page.select("a"))


def test_the_official_page_and_the_contact_stand_below_where_they_are_known() -> None:
    assert one(shown(), ".whom .official")["href"] == "https://example.org/odi"
    assert "联系部门：外资处" in one(shown(), ".whom").get_text()
    assert not shown(replace(GUIDE, metadata=Metadata(title="指南"))).select(".whom")


def test_a_long_section_is_cut_and_says_where_the_rest_is() -> None:
    section = shown().select("section")[-1]
    assert len(one(section, ".body").get_text()) <= LONGEST_BODY + 1
    assert one(section, ".more a")["href"] == one(section, ".head a")["href"]
    assert len(shown().select(".more")) == 1


LONG_STEPS = "\n".join(f"{number}. {'公司在网上提交材料。' * 12}" for number in range(1, 11))
LONG = replace(GUIDE, text=TEXT.replace("1. 登录网络系统，填报备案表。\n2. 取得备案通知书。", LONG_STEPS))


def test_all_steps_are_on_the_card_however_long_they_are() -> None:
    steps = shown(LONG).select_one(".steps")
    assert steps and len(steps.select("ol > li")) == 10
    assert "folded" in steps["class"] and not steps.select(".more")
    assert not shown().select(".folded, .unfold")


def test_what_unfolds_long_steps_stands_above_them_and_short_steps_are_whole() -> None:
    further = "\n".join("- 公司在登记之后还要办理的事项。" for _ in range(80))
    steps = one(shown(replace(LONG, text=LONG.text.replace(LONG_STEPS, f"{LONG_STEPS}\n\n{further}"))), ".steps")
    assert steps.select(".unfold ~ .body")
    short = "1. 登录网络系统，填报备案表。\n2. 取得备案通知书。"
    assert not shown(replace(GUIDE, text=TEXT.replace(short, f"{short}\n\n{further}"))).select(".folded, .unfold")


@pytest.mark.browser
def test_long_steps_are_two_lines_each_until_they_are_unfolded_and_whole_in_print(visitor: Visitor) -> None:
    page = visitor(width=390, height=844).new_page()
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{drawn(LONG)}')
    heights = "all => all.map(each => each.offsetHeight)"
    folded = page.eval_on_selector_all(".steps ol > li", heights)
    page.emulate_media(media="print")
    assert min(page.eval_on_selector_all(".steps ol > li", heights)) > 2 * max(folded)
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{drawn(LONG, is_open=False)}')
    expect(page.locator(".guide")).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator(".guide summary")).to_be_visible()
    page.set_content(f'<style>{page_style()}</style><body class="gradio-container">{drawn(LONG)}')
    page.get_by_label(texts("zh")["guide.in_full"]).check()
    assert min(page.eval_on_selector_all(".steps ol > li", heights)) > 2 * max(folded)


def test_a_long_text_is_cut_at_the_end_of_a_line_that_is_no_heading() -> None:
    lines = "\n".join("- 一项材料" for _ in range(125))
    assert beginning(f"{lines}\n\n## 变更\n\n{'变更要申请。' * 10}") == lines
    many = "- 一项材料\n" * 500
    assert many.startswith(beginning(many) + "\n")
    assert beginning("字" * 900) == "字" * 900
    assert beginning("字" * 2000).endswith("字…")


def test_the_card_stands_between_the_words_and_the_suggestions() -> None:
    order = [
        name
        for tag in exchanged(ANSWER).select(".words, .guide, .further")
        for name in tag["class"]
        if name in ("words", "guide", "further")
    ]
    assert order == ["words", "guide", "further"]


def test_the_card_is_open_where_the_whole_was_asked_for() -> None:
    assert not one(exchanged(ANSWER), ".guide").has_attr("open")
    how = replace(ANSWER, question="怎么办理？", standalone_question="境外投资备案怎么办理？")
    assert one(exchanged(how), ".guide").has_attr("open")


@pytest.mark.parametrize(
    "answer",
    [
        replace(ANSWER, complete=False),
        replace(ANSWER, outcome=Outcome.NOT_IN_KNOWLEDGE_BASE),
        replace(ANSWER, citations=()),
        replace(ANSWER, citations=(cited(SHEET, "利润税 25%。"), *ANSWER.citations)),
        replace(ANSWER, citations=(replace(ANSWER.citations[0], source="outbound/removed.md"),)),
    ],
    ids=["growing", "not answered", "no source", "another source first", "removed since"],
)
def test_an_answer_that_does_not_rest_on_a_guide_has_no_card(answer: Answer) -> None:
    assert not exchanged(answer).select(".guide")


class Known:
    """A bot with one answer."""

    def stream(
        self, question: str, history: Sequence[Turn], language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        yield replace(ANSWER, question=question, standalone_question=question)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with serve(build(behind(Known(), tmp_path, documents=documents))) as address:
        yield address


def asked(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".door button").first).to_be_visible()
    page.locator("#question textarea").fill("备案要多少天？")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .guide")).to_be_visible()
    expect(page.locator("#ask")).to_be_visible()
    return page


@pytest.mark.browser
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_card_opens_with_the_keyboard_and_nothing_scrolls_sideways(
    visitor: Visitor, address: str, direction: str
) -> None:
    page = asked(visitor(width=360, height=740), address)
    page.locator("#current .exchange").evaluate("(exchange, direction) => exchange.dir = direction", direction)
    page.locator("#current .guide summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#current .guide .steps")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for section in page.locator("#current .guide section").all():
        box = section.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360
    page.keyboard.press("Enter")
    expect(page.locator("#current .guide .steps")).to_be_hidden()


@pytest.mark.browser
def test_a_table_of_the_card_is_copied_with_its_heading_and_guide_not_with_the_sources_of_the_answer(
    visitor: Visitor, address: str
) -> None:
    context = visitor()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = asked(context, address)
    page.locator("#current .guide summary").click()
    page.locator("#current .guide").get_by_role("button", name="复制表格").click()
    expect(page.locator("#toast")).to_have_text("已复制表格和出处")
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[0] == "证件\t份数" and copied[-2:] == ["", "境外投资备案办事指南 · 材料和费用"]


@pytest.mark.browser
def test_a_section_leads_to_its_passage(visitor: Visitor, address: str) -> None:
    page = asked(visitor(), address)
    page.locator("#current .guide summary").click()
    page.get_by_role("link", name="查看原文：“办理时限”").click()
    passage = page.frame_locator("#sheet iframe").locator("mark#passage")
    expect(passage).to_have_text("受理后7个工作日。")
    expect(passage).to_be_in_viewport()
