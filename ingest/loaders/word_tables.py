"""Rows and cells of tables in Word documents."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

from ingest.loaders.word_numbering import value


def is_row_of(row: Any, table_element: Any) -> bool:
    """True if a row belongs to this table itself and is neither deleted nor hidden."""
    nearest = next(row.iterancestors(qn("w:tbl")))
    marks = [row.find(f"{qn('w:trPr')}/{qn(mark)}") for mark in ("w:del", "w:hidden")]
    return nearest is table_element and all(mark is None for mark in marks)


def cells(row: Any) -> list[Any]:
    """Returns the cells of a row, without those of tables inside it."""
    return [cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row]


def span(cell: Any) -> int:
    """Returns the number of columns that a cell covers, 1 to 63."""
    properties = cell.find(qn("w:tcPr"))
    wide = value(properties, "w:gridSpan") if properties is not None else ""
    return min(max(int(wide), 1), 63) if wide.isdigit() else 1


def is_merged_upwards(cell: Any) -> bool:
    """Checks that a cell continues the one above it."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val")) != "restart"
