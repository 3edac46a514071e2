"""Chunks are spans, follow the structure of the text, and lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking import MAX_TOKENS, chunk, heading_level, tokens
from store.documents import Document

MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# 标题",
            "## 一、办理条件",
            "第一条 为了规范投资，制定本办法。",
            "- 第一项；",
            "| 国家 | 税率 |",
            "| 巴西 | 34% |",
            "普通段落，说明情况。" * 9,
            "A plain paragraph. " * 40,
            "",
            "   ",
            "第二章 备案",
            "办理时限：",
            "x" * 3000,
            "，" * 900,
        ]
    )
    | st.text(max_size=80)
).map("\n".join)


def assert_spans(text: str) -> None:
    position = 0
    for piece in chunk(Document("a.md", text)):
        assert text[piece.start : piece.end] == piece.text
        assert piece.text.strip()
        assert piece.start >= position
        assert not text[position : piece.start].strip(), "text between two chunks was lost"
        position = piece.end
    assert not text[position:].strip(), "text after the last chunk was lost"


@given(MARKDOWN)
@settings(deadline=None)
def test_every_chunk_is_a_span_and_no_text_is_lost(text: str) -> None:
    assert_spans(text)


@given(MARKDOWN)
@settings(deadline=None)
def test_no_chunk_is_longer_than_the_model_reads(text: str) -> None:
    assert all(tokens(piece.text) <= MAX_TOKENS * 1.2 for piece in chunk(Document("a.md", text)))


def test_every_law_is_cut_into_spans(shared: Path) -> None:
    for path in sorted((shared / "laws").glob("*.md")):
        assert_spans(path.read_text(encoding="utf-8"))


def test_an_article_of_a_law_is_known_by_number_and_chapter(shared: Path) -> None:
    path = next((shared / "laws").glob("*公司法(2023-12-29).md"))
    pieces = chunk(Document("公司法.md", path.read_text(encoding="utf-8")))
    article = next(piece for piece in pieces if piece.article == "第四十七条")
    assert article.text.startswith("第四十七条 有限责任公司的注册资本")
    assert any("第三章" in heading for heading in article.headings)


@pytest.mark.parametrize("rows", [3, 200])
def test_a_table_row_is_never_torn_and_knows_its_header(rows: int) -> None:
    header = "| 国家 | 税种 | 税率 |\n| --- | --- | --- |\n"
    body = "".join(f"| 国家{number} | 企业所得税 | {number}% |\n" for number in range(rows))
    pieces = chunk(Document("t.md", "# 税率\n\n" + header + body))
    for piece in pieces:
        assert all(
            line.startswith(("|", "#")) and line.endswith(("|", "税率")) for line in piece.text.split("\n") if line
        )
    assert all(piece.table_header == "| 国家 | 税种 | 税率 |" for piece in pieces[1:])


def test_an_introduction_stays_with_its_list() -> None:
    filler = "企业应当按照规定办理备案手续。" * 28
    text = (
        f"# 备案\n\n{filler}\n\n所需材料：\n\n- 备案表；\n- 营业执照复印件，加盖公章，并注明与原件一致。\n"
        + "- 其他材料若干；\n" * 20
    )
    piece = next(piece for piece in chunk(Document("a.md", text)) if "备案表" in piece.text)
    assert "所需材料" in piece.text


def test_headings_form_the_path_of_a_chunk() -> None:
    text = "# 指南\n\n## 时限\n\n7个工作日。\n\n### 延长\n\n可延长10个工作日。\n\n## 费用\n\n免费。\n"
    paths = [piece.headings for piece in chunk(Document("a.md", text))]
    assert paths == [("指南", "时限"), ("指南", "时限", "延长"), ("指南", "费用")]


def test_a_line_that_begins_with_a_decimal_stays_with_its_sentence() -> None:
    filler = "企业应当按照规定办理备案手续。" * 40
    for start in ("10.1平方公里", "（2025）12号", "5%以上"):
        text = f"{filler}\n占地面积依据国办发\n{start}的规定，{'应当备案，' * 60}为准。"
        assert not [each.text[:20] for each in chunk(Document("a.md", text)) if each.text.startswith(start)]


def test_an_item_with_its_matter_behind_a_colon_is_no_heading_where_its_line_was_wrapped() -> None:
    text = "关于开放会客厅的通知\n一、开放时间：周一至周六，周日不\n开放。\n二、场地费：免费。"
    (piece,) = chunk(Document("a.md", text))
    assert piece.headings == ()
    assert heading_level("一、申报材料：") == heading_level("一、总体要求") == 5
