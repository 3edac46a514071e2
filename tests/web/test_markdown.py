"""Markdown of documents and answers becomes HTML that can do nothing but show words."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from web.http.limits import MOST_SIGNS, MOST_SIGNS_AT_ONCE
from web.markdown import PARSER, answer_html, at_most, document_html, render_with_lines, signs, table

TEXT = "# 税收\n\n- 利润税 25%。\n- 增值税 20%。\n\n| 税种 | 税率 |\n|---|---|\n| 利润税 | 25% |\n\n第三条 应当备案。"
ALLOWED = re.compile(
    r"</?(p|h[1-6]|ul|ol|li|table|thead|tbody|tr|th|td|strong|em|code|pre|blockquote|hr|br|mark|a)\b[^<>]*>"
)


def test_a_long_text_in_a_table_gets_room() -> None:
    html = document_html("| 税种 | 股息预提税（分红汇回） |\n|---|---|\n| 10% | Corporate income tax rate |")
    assert html.count('class="long"') == 1 and '<td class="long">' in html, "a heading takes two lines before"
    assert '<th class="long">' in document_html(f"| {'税' * 21} |\n|---|\n| 10% |")


@pytest.mark.parametrize(
    ("rows", "is_list"),
    [
        ("| 国家 | 股息 | 利息 |\n|---|---|---|\n| 泰国 | 15% | 10% |", True),
        ("| 国家 | 股息 |\n|---|---|\n| 泰国 | 15% |", False),
        ("| 国家 | 股息 | 利息 |\n|---|---|---|\n| 泰国 | 15% | 10% |\n| 古巴 | 5% | 7.5% |", False),
        ("| | | |\n|---|---|---|\n| 泰国 | 15% | 10% |", False),
        (f"{'| 年 ' * 9}|\n{'|---' * 9}|\n{'| 1 ' * 9}|", False),
    ],
)
def test_only_a_table_of_one_row_with_headings_may_be_read_as_a_list(rows: str, is_list: bool) -> None:
    assert ("one-row" in document_html(rows)) == is_list


def marked(html: str) -> str:
    return "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", html))


def test_scripts_images_and_addresses_in_a_document_stay_words() -> None:
    hostile = "<script>alert(1)</script> ![x](http://evil.example/a.png) [open](javascript:alert(1)) <img src=x>"
    html = document_html(hostile)
    assert "<script" not in html and "<img" not in html and "href" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_images_by_reference_stay_words() -> None:
    assert "<img" not in document_html("![x][1]\n\n[1]: http://evil.example/a.png")


def test_an_address_behind_a_word_is_dropped_and_the_word_kept() -> None:
    assert document_html("见[办事指南](https://example.org/a)。") == "<p>见办事指南。</p>\n"


def test_a_marker_leads_to_its_card() -> None:
    html = answer_html("税率 25%。[1][2]", "exchange-3", {1, 2}, "出处 {number}")
    assert 'href="#exchange-3-1" aria-label="出处 1">1</a>' in html
    assert 'href="#exchange-3-2"' in html


def test_a_marker_without_a_citation_is_no_link() -> None:
    assert "<a" not in answer_html("税率 25%。[7]", "exchange-1", {1}, "Source {number}")


def test_a_passage_that_begins_with_an_item_keeps_the_list() -> None:
    start, end = TEXT.index("- 利润税"), TEXT.index("\n\n|")
    html = document_html(TEXT, start, end)
    assert html.count("<li>") == 2
    assert marked(html) == "利润税 25%。增值税 20%。"


def test_a_passage_that_is_a_table_row_keeps_the_table() -> None:
    start = TEXT.index("| 利润税")
    html = document_html(TEXT, start, start + len("| 利润税 | 25% |"))
    assert '<table tabindex="0">' in html
    assert marked(html) == "利润税25%"


def test_a_passage_across_blocks_is_marked_in_each_and_named_once() -> None:
    html = document_html(TEXT, TEXT.index("# 税收"), len(TEXT))
    assert html.count('id="passage"') == 1
    assert html.index('id="passage"') == html.index("<mark") + len("<mark ")
    assert marked(html).replace("\n", "").startswith("税收利润税 25%。") and marked(html).endswith("应当备案。")


def test_a_span_inside_a_line_is_marked_alone() -> None:
    start = TEXT.index("应当备案")
    assert marked(document_html(TEXT, start, start + 4)) == "应当备案"


@given(st.text(alphabet="<>&\"'`![](){}#*-_|\\:/ab1\n 法", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_no_text_makes_an_element_that_is_not_allowed(text: str, start: int, end: int) -> None:
    html = str(document_html(text, min(start, len(text)), min(end, len(text))))
    assert "<" not in ALLOWED.sub("", html)
    assert not re.search(r"<[^>]*\b(src|href|on\w+)=", html)


def test_lines_are_marked_by_their_numbers_across_paragraphs_headings_and_tables() -> None:
    text = "## 税率\n\n利润税\n\n| 税 | 率 |\n| --- | --- |\n| 甲 | 5% |"
    row = text.index("| 甲")
    html = render_with_lines(text, [(4, 0, 7), (0, 7, 12), (2, row, len(text))])
    assert '<h2><span data-line="4">税率</span></h2>' in html
    assert '<p><span data-line="0">利润税</span></p>' in html
    assert '<td><span data-line="2">甲</span></td>\n<td><span data-line="2">5%</span></td>' in html


WILD = (
    "*a **b ", "**a*b", "_a__b", "[", "[a](", "![[", "]", "`", "`a``b```c", "> ", "- ", "1. ", "* " * 30 + "a\n",
    "|a|b|\n", "|a|b|\n|-|-|\n", "&amp", "&#123;", "<", "<a", "<a:b", "~~", "\\", '[a](b "', "[a]((", "> > > a\n\n",
    "- a\n  - b\n", "```\n", "\n", "\u202e", "e\u0301\u0301", "# a\n", "[1]", "\ue000a\ue001", "字", " ", "a\n===\n",
    "\t", "a@b.", "||\n|-|\n",
)  # fmt: skip


def calls_of(action: Callable[[], object]) -> int:
    """How many functions Python calls: what a machine that is busy with other things does not change."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("pattern", WILD)
@pytest.mark.parametrize("write", [document_html, lambda text: answer_html(text, "a", {1}, "{number}")])
def test_twice_the_text_is_at_most_a_little_more_than_twice_the_work(pattern: str, write: Callable[[str], str]) -> None:
    short, long = (calls_of(lambda size=size: write(pattern * (size // len(pattern)))) for size in (2_000, 8_000))
    assert long < 6 * short + 1_000


def test_a_table_reads_no_more_of_a_document_than_itself() -> None:
    """Copying what follows each of many tables took time with the square of their number."""

    class Whole(list[Token]):
        def __getitem__(self, place: Any) -> Any:
            assert isinstance(place, int) and place <= end, "only what is before its end"
            return super().__getitem__(place)

    tokens = PARSER.parse("|a|\n|-|\n\nb\n\n" * 3)
    end = [each.type for each in tokens].index("table_close")
    assert table(PARSER.renderer, Whole(tokens), 0, PARSER.options, {}) == '<table tabindex="0">\n'


def test_a_table_of_many_columns_and_empty_rows_is_shown_as_it_was_typed() -> None:
    """A few signs would become a million cells."""
    table = "|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "|b\n" * 2_000
    with at_most(MOST_SIGNS_AT_ONCE, MOST_SIGNS):
        html = document_html(table)
    assert "<td" not in html and html.count("<br />") == 2_001


def test_a_wild_text_keeps_its_words_its_marks_and_its_markers() -> None:
    wild = "*a **b " * MOST_SIGNS + "\n\n税率 25%。[1]\n<script>"
    with at_most(MOST_SIGNS_AT_ONCE, MOST_SIGNS):
        html = answer_html(wild, "exchange-1", {1}, "出处 {number}")
        document = document_html(wild, len(wild) - 20, len(wild) - 12)
    assert '<p>税率 25%。<a class="marker" href="#exchange-1-1"' in html and "&lt;script&gt;" in html
    assert "*a **b *a **b" in html and '<mark id="passage">' in document


def test_many_texts_share_an_allowance_and_the_next_page_has_its_own() -> None:
    text = "**字** " * (MOST_SIGNS // 8)
    for _ in range(2):
        with at_most(MOST_SIGNS_AT_ONCE, MOST_SIGNS):
            bold = ["<strong>" in document_html(text) for _ in range(40)]
        assert bold[0] and not bold[-1]
    assert "<strong>" in document_html(text)


def test_real_answers_are_far_below_what_is_read_as_markdown() -> None:
    guides = (Path(__file__).parents[2] / "knowledge").rglob("*.md")
    passages = [text[:2_000] for text in (guide.read_text(encoding="utf-8") for guide in guides)]
    assert len(passages) > 100 and max(map(signs, passages)) < MOST_SIGNS / 4
