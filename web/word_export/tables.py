"""Tables of a Word document: borders, and a header row repeated on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from web.word_export.elements import element

MOST_COLUMNS = 63
"""Word opens no table with more columns."""
WIDTH = 9070
"""Width of the text on the page, in twentieths of a point."""
HEADER_FILL = "E6F2F2"


def table(rows: Sequence[Sequence[Any]], headed: bool, within: bool) -> Any:
    """Returns a table of paragraphs, with equal rows and a header if `headed`.

    `within` puts the first column at the right.
    """
    form = [element("w:tblStyle", val="TableGrid"), *([element("w:bidiVisual")] if within else [])]
    form += [element("w:tblW", w=5000, type="pct"), element("w:tblLook", val="0620" if headed else "0600")]
    columns = len(rows[0])
    grid = element("w:tblGrid", *(element("w:gridCol", w=WIDTH // columns) for _ in range(columns)))
    lines = [row(cells, headed and number == 0) for number, cells in enumerate(rows)]
    return element("w:tbl", element("w:tblPr", *form), grid, *lines)


def row(cells: Sequence[Any], header: bool) -> Any:
    """Returns a table row; a header is repeated on every page."""
    form = [element("w:trPr", element("w:tblHeader"))] if header else []
    return element("w:tr", *form, *(cell(content, header) for content in cells))


def cell(content: Any, header: bool) -> Any:
    """Returns a table cell with one paragraph, shaded in a header."""
    shading = [element("w:shd", val="clear", color="auto", fill=HEADER_FILL)] if header else []
    return element("w:tc", element("w:tcPr", element("w:tcW", w=0, type="auto"), *shading), content)
