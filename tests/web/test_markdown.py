"""Markdown of documents and answers becomes HTML that can do nothing but show words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from web.markdown import answer_html, document_html, lined_html

TEXT = "# 税收\n\n- 利润税 25%。\n- 增值税 20%。\n\n| 税种 | 税率 |\n|---|---|\n| 利润税 | 25% |\n\n第三条 应当备案。"
ALLOWED = re.compile(
    r"</?(p|h[1-6]|ul|ol|li|table|thead|tbody|tr|th|td|strong|em|code|pre|blockquote|hr|br|mark|a)\b[^<>]*>"
)


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
    html = lined_html(text, [(4, 0, 7), (0, 7, 12), (2, row, len(text))])
    assert '<h2><span data-line="4">税率</span></h2>' in html
    assert '<p><span data-line="0">利润税</span></p>' in html
    assert '<td><span data-line="2">甲</span></td>\n<td><span data-line="2">5%</span></td>' in html
