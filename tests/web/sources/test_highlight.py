"""A quote is found on a page by its letters, however they are spaced, spelled or broken into lines."""

from __future__ import annotations

from web.sources.highlight import Glyph, boxes


def written(*lines: str, height: float = 10) -> list[Glyph]:
    """The glyphs of lines of text, each character ten points wide."""
    return [
        Glyph(letter, (10 * column, 20 * row, 10 * column + 10, 20 * row + height))
        for row, line in enumerate(lines)
        for column, letter in enumerate(line)
    ]


def test_a_quote_over_two_lines_gets_a_box_for_each() -> None:
    assert boxes(written("第一条 为了加强", "监督管理，制定本办法。"), "加强监督管理") == [
        (60, 0, 80, 10),
        (0, 20, 40, 30),
    ]


def test_spaces_radicals_and_wide_digits_do_not_matter() -> None:
    assert boxes(written("⼈ ⺠ ２０２５ 年"), "人民2025年") == [(0, 0, 100, 10)]


def test_punctuation_between_the_words_is_marked_with_them() -> None:
    assert boxes(written("甲乙丙、丁"), "甲乙丙丁") == [(0, 0, 50, 10)]


def test_a_table_row_is_found_by_its_cells() -> None:
    page = written("企业所得税    25%", "增值税一般税率    20%")
    assert boxes(page, "| 增值税一般税率 | 20% | 见说明 |") == [(0, 20, 70, 30)]


def test_a_quote_whose_middle_was_removed_is_found_in_pieces() -> None:
    page = written("应当向主管部门备案。", "第 3 页", "未备案的责令改正。")
    assert len(boxes(page, "应当向主管部门备案。\n未备案的责令改正。")) == 2


def test_a_scan_is_marked_line_by_line() -> None:
    lines = [Glyph("境外投资应当备案", (5, 5, 95, 15)), Glyph("由商务部门办理", (5, 20, 85, 30))]
    assert boxes(lines, "由商务部门办理") == [(5, 20, 85, 30)]


def test_what_does_not_stand_on_the_page_is_not_marked() -> None:
    assert boxes(written("第一条"), "完全不同的文字") == []
    assert boxes(written("第一条"), "……") == []


def test_a_sentence_that_the_page_breaks_apart_is_found_in_halves() -> None:
    page = written("申请人应当在二十日内", "（右栏的另一句话）", "向主管部门提交全部材料")
    assert len(boxes(page, "申请人应当在二十日内向主管部门提交全部材料")) == 2


def test_arabic_ligatures_are_found_in_either_order() -> None:
    assert boxes(written("تحسين اإلنتاجية"), "تحسين الإنتاجية") != []
