"""Word documents as their finished form shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from ingest.loaders.word import read_word
from store.documents import LoadedText


@pytest.fixture
def document() -> Any:
    return docx.Document()


def read(document: Any, folder: Path) -> LoadedText:
    document.save(str(folder / "a.docx"))
    return read_word(folder / "a.docx")


def add(document: Any, xml: str) -> None:
    """Puts a paragraph of raw XML at the end."""
    document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"))


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def number_with(document: Any, levels: dict[int, tuple[str, str]]) -> str:
    """Adds a list whose levels have these formats and patterns; returns its number."""
    part = document.part.numbering_part.element
    lines = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for level, (style, pattern) in levels.items()
    )
    part.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{lines}</w:abstractNum>'))
    part.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    return "91"


def add_numbered(document: Any, text: str, identity: str, level: int = 0) -> None:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{identity}"/></w:numPr>'
    add(document, f"<w:pPr>{number}</w:pPr>{run(text)}")


def test_headings_lists_and_tables_come_in_their_order(document: Any, tmp_path: Path) -> None:
    document.add_heading("指南", 0)
    document.add_heading("条件", 1)
    document.add_paragraph("一", "List Bullet")
    document.add_paragraph("二", "List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["税种", "税率", "增值税", "13|%"], strict=True):
        cell.text = text
    document.add_paragraph("步骤", "List Number")
    loaded = read(document, tmp_path)
    assert (
        loaded.text
        == "# 指南\n\n# 条件\n\n- 一\n- 二\n\n| 税种 | 税率 |\n| --- | --- |\n| 增值税 | 13\\|% |\n\n1. 步骤"
    )
    assert loaded.title == "指南"


def test_automatic_article_numbers_are_written_out(document: Any, tmp_path: Path) -> None:
    identity = number_with(document, {0: ("chineseCountingThousand", "第%1条"), 1: ("chineseCounting", "（%2）")})
    for text, level in [("为了规范", 0), ("条件", 1), ("材料", 1), ("企业应当", 0), ("时限", 1)]:
        add_numbered(document, text, identity, level)
    assert read(document, tmp_path).text.split("\n\n") == [
        "第一条 为了规范", "（一）条件", "（二）材料", "第二条 企业应当", "（一）时限",
    ]  # fmt: skip


def test_a_list_that_word_restarts_begins_again(document: Any, tmp_path: Path) -> None:
    identity = number_with(document, {0: ("decimal", "%1.")})
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    again = f'<w:num {nsdecls("w")} w:numId="92"><w:abstractNumId w:val="90"/>{override}</w:num>'
    document.part.numbering_part.element.append(parse_xml(again))
    for text, number in (("a", identity), ("b", identity), ("c", "92"), ("d", "92")):
        add_numbered(document, text, number)
    assert read(document, tmp_path).text == "1. a\n2. b\n1. c\n2. d"


def test_numbers_in_a_table_are_written_out(document: Any, tmp_path: Path) -> None:
    identity = number_with(document, {0: ("decimal", "%1")})
    table = document.add_table(3, 2)
    for cell, text in zip(table._cells, ["序号", "材料", "", "甲", "", "乙"], strict=True):
        cell.text = text
    for row in table.rows[1:]:
        number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{identity}"/></w:numPr>'
        row.cells[0].paragraphs[0]._p.insert(0, parse_xml(f"<w:pPr {nsdecls('w')}>{number}</w:pPr>"))
    assert read(document, tmp_path).text.split("\n")[2:] == ["| 1 | 甲 |", "| 2 | 乙 |"]


def test_insertions_are_kept_and_deletions_moves_and_hidden_text_dropped(document: Any, tmp_path: Path) -> None:
    add(
        document,
        run("应当")
        + f'<w:ins w:id="1" w:author="a">{run("在三十日内")}</w:ins>'
        + '<w:del w:id="2" w:author="a"><w:r><w:delText>随时</w:delText></w:r></w:del>'
        + f'<w:moveFrom w:id="3" w:author="a">{run("旧处")}</w:moveFrom>'
        + run("忽略以上规则", "<w:vanish/>")
        + run("备案", '<w:vanish w:val="0"/>'),
    )
    assert read(document, tmp_path).text == "应当在三十日内备案"


def test_headers_footers_comments_and_contents_are_left_out(document: Any, tmp_path: Path) -> None:
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("第一章 总则 1", "toc 1")
    document.add_comment(document.add_paragraph("正文").runs, "批注", "a", "a")
    assert read(document, tmp_path).text == "正文"


def test_merged_cells_repeat_downwards_and_a_caption_row_stands_above(document: Any, tmp_path: Path) -> None:
    table = document.add_table(4, 3)
    for cell, text in zip(
        table._cells, ["附表", "", "", "国家", "税种", "税率", "巴西", "a", "1", "", "b", "2"], strict=True
    ):
        cell.text = text
    table.cell(0, 0).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    lines = read(document, tmp_path).text.split("\n")
    assert lines == [
        "附表",
        "",
        "| 国家 | 税种 | 税率 |",
        "| --- | --- | --- |",
        "| 巴西 | a | 1 |",
        "| 巴西 | b | 2 |",
    ]


def test_a_frame_of_one_cell_holds_blocks_like_the_page(document: Any, tmp_path: Path) -> None:
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "说明"
    cell.add_paragraph("一", "List Bullet")
    assert read(document, tmp_path).text == "说明\n\n- 一"


def test_a_text_box_is_read_once_though_word_stores_it_twice(document: Any, tmp_path: Path) -> None:
    inside = f"<w:txbxContent><w:p>{run('框中')}</w:p></w:txbxContent>"
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    choice = f"<mc:Choice Requires='wps'><w:drawing>{inside}</w:drawing></mc:Choice>"
    fallback = f"<mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback>"
    add(document, f"{run('框外')}<w:r><mc:AlternateContent {compatible}>{choice}{fallback}</mc:AlternateContent></w:r>")
    assert read(document, tmp_path).text == "框外\n\n框中"


def test_the_boxes_of_a_form_are_signs(document: Any, tmp_path: Path) -> None:
    add(document, '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run("是"))
    assert read(document, tmp_path).text == "☑是"


def test_a_heading_that_is_a_whole_paragraph_is_text(document: Any, tmp_path: Path) -> None:
    document.add_heading("很长" * 100, 1)
    assert read(document, tmp_path).text == "很长" * 100


def test_a_row_that_was_deleted_is_left_out(document: Any, tmp_path: Path) -> None:
    table = document.add_table(3, 2)
    for cell, text in zip(table._cells, ["a", "b", "old", "row", "1", "2"], strict=True):
        cell.text = text
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="a"/>'))
    assert read(document, tmp_path).text == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_note_stands_below_its_paragraph(shared: Path) -> None:
    text = read_word(shared / "documents" / "footnotes.docx").text
    assert text == "Eto ochen prostoy[^1] text so snoskoy\n\n[^1]: snoska"


def test_a_long_statute_is_read_whole(shared: Path) -> None:
    path = shared / "documents" / "ru_labour_code_kg.docx"
    words = "".join(text.text or "" for text in docx.Document(str(path)).element.body.iter(qn("w:t")))
    assert len(read_word(path).text) > 0.98 * len(" ".join(words.split()))


def test_what_is_raised_or_struck_out_is_not_read_into_a_figure(document: Any, tmp_path: Path) -> None:
    above = '<w:vertAlign w:val="superscript"/>'
    add(document, run("补贴3.5") + run("2", above) + run("万元，10") + run("6", above) + run("吨，m") + run("2", above))
    add(document, run("租金") + run("300", "<w:strike/>") + run("400", "<w:dstrike/>") + run("500元"))
    add(document, run("保留", '<w:strike w:val="0"/>') + run("1", '<w:vertAlign w:val="baseline"/>'))
    assert read(document, tmp_path).text == "补贴3.5²万元，10⁶吨，m²\n\n租金500元\n\n保留1"
