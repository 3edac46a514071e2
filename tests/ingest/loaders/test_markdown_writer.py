"""The Markdown that all readers write."""

from __future__ import annotations

import pytest

from ingest.loaders.markdown_writer import heading, item, join, meaningful, table


def test_a_table_has_a_header_and_escapes_what_would_break_it() -> None:
    assert (
        table([["税种", "税率"], ["a|b", "10\n%"], ["短"]])
        == "| 税种 | 税率 |\n| --- | --- |\n| a\\|b | 10 % |\n| 短 |  |"
    )


def test_empty_rows_and_columns_are_left_out() -> None:
    assert table([["a", "", "b"], ["", " ", ""], ["1", "", "2", ""]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_caption_above_the_header_is_a_paragraph() -> None:
    assert table([["目录", "目录"], ["a", "b"], ["1", "2"]]) == "目录\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_single_column_is_no_table() -> None:
    assert table([["a"], ["b|c"]]) == "a\n\nb|c"
    assert table([]) == ""


def test_items_of_a_list_stand_together_and_other_blocks_apart() -> None:
    blocks = ["text", item("a"), item("b\nc", 1), item("d", 0, "2."), "", heading(9, "x\ny")]
    assert join(blocks) == "text\n\n- a\n   - b\n     c\n2. d\n\n###### x y"


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Microsoft Word - a.doc",
        "PowerPoint Presentation",
        "Untitled 1",
        "幻灯片 1",
        "文档1.docx",
        "新建 Microsoft Word 文档",
    ],
)
def test_what_a_program_calls_every_new_file_is_no_title(title: str) -> None:
    assert meaningful(title) == ""


@pytest.mark.parametrize("title", ["境外投资管理办法", "Document security law", "2025年工作要点"])
def test_a_real_title_stays(title: str) -> None:
    assert meaningful(title) == title
