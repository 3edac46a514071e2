"""Presentations: each slide is a page with title, texts, tables and notes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER

from ingest.loaders.markdown_writer import count_tables, heading, item, join, meaningful, table
from store.documents import LoadedText, Page, Quality
from text.normalise import normalise

FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
LISTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY, PP_PLACEHOLDER.VERTICAL_OBJECT)
BETWEEN_SLIDES = "\n\n"


def read_slides(path: Path) -> LoadedText:
    """Reads a PPTX file as Markdown.

    Page numbers are slide numbers; hidden slides are empty pages.
    """
    presentation = Presentation(str(path))
    texts = ["" if is_hidden(slide) else normalise(join(blocks(slide))) for slide in presentation.slides]
    pages = tuple(lay_out(texts))
    text = BETWEEN_SLIDES.join(filter(None, texts))
    quality = Quality(pages=len(texts), empty_pages=texts.count(""), characters=len(text), tables=count_tables(text))
    return LoadedText(text, pages, quality, meaningful(presentation.core_properties.title or ""))


def lay_out(texts: list[str]) -> Iterator[Page]:
    """Page of each slide within the joined text; empty slides have no length."""
    start = end = 0
    for number, text in enumerate(texts, 1):
        if text:
            start = end + len(BETWEEN_SLIDES) if end else 0
            end = start + len(text)
        yield Page(number, start if text else end, end, "text" if text else "empty")


def is_hidden(slide: Any) -> bool:
    """Checks that a presentation does not show a slide."""
    return bool(slide.element.get("show") == "0")


def blocks(slide: Any) -> Iterator[str]:
    """Yields the texts and tables of a slide as Markdown, then its notes."""
    for shape in in_reading_order(slide.shapes):
        yield from shape_blocks(shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame:
        yield slide.notes_slide.notes_text_frame.text


def in_reading_order(shapes: Any) -> Iterator[Any]:
    """Shapes in reading order: titles first, then top to bottom, left to right.

    Groups are expanded, hidden shapes left out.
    """
    for shape in sorted(shapes, key=lambda shape: (not is_title(shape), shape.top or 0, shape.left or 0)):
        if shape.element.xpath("./*[1]/*[local-name()='cNvPr'][@hidden='1' or @hidden='true']"):
            continue
        if hasattr(shape, "shapes"):
            yield from in_reading_order(shape.shapes)
        else:
            yield shape


def kind(shape: Any) -> Any:
    """Returns the placeholder type of a shape.

    None if it is no placeholder.
    """
    return shape.placeholder_format.type if shape.is_placeholder else None


def is_title(shape: Any) -> bool:
    """Checks that a shape is the placeholder of a title."""
    return kind(shape) in TITLES


def shape_blocks(shape: Any) -> Iterator[str]:
    """Yields a shape's text or table as Markdown; nothing for dates and footers."""
    if shape.has_text_frame and kind(shape) not in FURNITURE:
        yield from frame_blocks(shape)
    elif getattr(shape, "has_table", False):
        yield table(table_cells(shape.table))


def frame_blocks(shape: Any) -> Iterator[str]:
    """Title as a heading, body paragraphs as a list, text boxes as plain paragraphs."""
    if is_title(shape):
        yield heading(2, shape.text_frame.text)
        return
    for paragraph in shape.text_frame.paragraphs:
        text = paragraph.text.replace("\v", "\n").strip()
        yield item(text, paragraph.level) if kind(shape) in LISTS else text


def table_cells(shown: Any) -> list[list[str]]:
    """Cell texts of a table.

    A cell merged downwards repeats, one merged sideways does not.
    """
    texts = [["" if cell.is_spanned else str(cell.text_frame.text) for cell in row.cells] for row in shown.rows]
    for row, column in product(range(len(shown.rows)), range(len(shown.columns))):
        origin = shown.cell(row, column)
        for below in range(row + 1, row + origin.span_height if origin.is_merge_origin else row):
            texts[below][column] = texts[row][column]
    return texts
