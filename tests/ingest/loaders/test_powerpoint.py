"""Slides are pages: their titles headings, their texts in the order of reading."""

from __future__ import annotations

from pathlib import Path

from pptx import Presentation
from pptx.util import Inches

from ingest.loaders.powerpoint import read_slides


def test_a_slide_gives_its_title_list_table_and_notes(tmp_path: Path) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "境外投资备案"
    slide.placeholders[1].text_frame.text = "准备材料"
    inner = slide.placeholders[1].text_frame.add_paragraph()
    inner.text, inner.level = "营业执照", 1
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(5), Inches(4), Inches(1)).table
    for number, text in enumerate(["部门", "时限", "商务局", "3|日", "", "5日"]):
        table.cell(number // 2, number % 2).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    slide.notes_slide.notes_text_frame.text = "提醒企业"
    presentation.save(str(tmp_path / "a.pptx"))
    assert read_slides(tmp_path / "a.pptx").text.split("\n") == [
        "## 境外投资备案", "", "- 准备材料", "   - 营业执照", "",
        "| 部门 | 时限 |", "| --- | --- |", "| 商务局 | 3\\|日 |", "| 商务局 | 5日 |", "", "提醒企业",
    ]  # fmt: skip


def test_page_numbers_are_slide_numbers_and_pages_are_spans(tmp_path: Path) -> None:
    presentation = Presentation()
    for title in ("", "first", "hidden", "last", ""):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = title
    presentation.slides[2].element.set("show", "0")
    presentation.save(str(tmp_path / "a.pptx"))
    loaded = read_slides(tmp_path / "a.pptx")
    assert [loaded.text[page.start : page.end] for page in loaded.pages] == ["", "## first", "", "## last", ""]
    assert [page.number for page in loaded.pages] == [1, 2, 3, 4, 5]
    assert (loaded.quality.pages, loaded.quality.empty_pages) == (5, 3)


def test_text_boxes_are_read_from_top_to_bottom_and_hidden_ones_left_out(tmp_path: Path) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    for text, top in (("lower", 4), ("upper", 1), ("unseen", 2)):
        box = slide.shapes.add_textbox(Inches(1), Inches(top), Inches(2), Inches(1))
        box.text_frame.text = text
    box._element.nvSpPr.cNvPr.set("hidden", "1")
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(6), Inches(2), Inches(1)).text_frame.text = "grouped"
    presentation.save(str(tmp_path / "a.pptx"))
    assert read_slides(tmp_path / "a.pptx").text == "upper\n\nlower\n\ngrouped"


def test_a_presentation_without_slides_is_empty(tmp_path: Path) -> None:
    Presentation().save(str(tmp_path / "a.pptx"))
    assert read_slides(tmp_path / "a.pptx").text == ""
