"""Excel workbooks and CSV files: each sheet becomes a heading and a table."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from ingest.loaders.markdown_writer import heading, load_blocks, table
from ingest.loaders.plain_text import decode
from store.documents import LoadedText
from text.messages import message

MOST_ROWS = 20_000
MOST_COLUMNS = 200
LARGE = 64 << 20
"""Bytes of unpacked sheets above which a workbook is read as a stream.

A stream gives no merged cells.
"""
DELIMITERS = ",;\t|"
SAMPLE_ROWS = 50
MOST_FIELD = 1 << 20


def read_workbook(path: Path) -> LoadedText:
    """Reads an XLSX file as Markdown.

    Values instead of formulas, dates as 2026-01-31, visible sheets only.
    """
    workbook = load_workbook(path, data_only=True, read_only=measure_unpacked_sheets(path) > LARGE)
    shown, notes = [], []
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(message("sheet.hidden", title=sheet.title))
            continue
        rows, cut = at_most(sheet_rows(sheet))
        notes += [message("sheet.first_rows", title=sheet.title, rows=MOST_ROWS)] * cut
        if body := table(rows):
            shown += [heading(2, sheet.title), body]
    return load_blocks(shown, workbook.properties.title or "", notes)


def measure_unpacked_sheets(path: Path) -> int:
    """Returns the unpacked size of all sheets in bytes."""
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist() if part.filename.startswith("xl/worksheets/"))


def at_most(rows: Iterable[list[str]]) -> tuple[list[list[str]], bool]:
    """Returns the first MOST_ROWS rows, and True if there are more."""
    first = list(islice(rows, MOST_ROWS + 1))
    return first[:MOST_ROWS], len(first) > MOST_ROWS


def sheet_rows(sheet: Any) -> Iterator[list[str]]:
    """Rows as displayed, of at most MOST_COLUMNS columns.

    A merged cell repeats downwards, and sideways only in the first row of the sheet.
    """
    merged = {}
    for area in getattr(sheet, "merged_cells", ()):
        first = sheet.cell(area.min_row, area.min_col)
        for row, column in area.cells:
            if column == area.min_col or row == 1:
                merged[row, column] = first
    for row_number, row in enumerate(sheet.iter_rows(max_col=min(sheet.max_column or MOST_COLUMNS, MOST_COLUMNS)), 1):
        yield [show_value(merged.get((row_number, number), cell)) for number, cell in enumerate(row, 1)]


def show_value(cell: Any) -> str:
    """Displayed value of a cell without digit grouping: 2026-01-31, 25%, TRUE.

    "" for an error value.
    """
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return number(value, cell.number_format)
    if isinstance(value, (datetime, date, time, timedelta)):
        return moment(value)
    return "" if value is None or cell.data_type == "e" else str(value)


def number(value: float, pattern: str) -> str:
    """Returns a number without grouping; a percentage if `pattern` has %.

    It has at most 15 digits if it is below 1e15 and no percentage.
    """
    if "%" not in pattern:
        return f"{value:.15g}" if abs(value) < 1e15 else str(value)
    decimals = re.search(r"\.([0#]+)%", pattern)
    return f"{value * 100:.{len(decimals[1]) if decimals else 0}f}%"


def moment(value: date | time | timedelta) -> str:
    """Returns a date or time as text: 2026-01-31, 2026-01-31 09:30 or 09:30:00."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return str(value)


def read_csv(path: Path) -> LoadedText:
    """Reads a CSV or TSV file as a Markdown table, in any encoding and delimiter."""
    csv.field_size_limit(MOST_FIELD)
    lines = decode(path.read_bytes()).splitlines(keepends=True)
    rows, cut = at_most(csv.reader(lines, delimiter=delimiter(lines)))
    return load_blocks([table(rows)], notes=[message("table.first_rows", rows=MOST_ROWS)] * cut)


def delimiter(lines: list[str]) -> str:
    """Delimiter that splits most of the first rows into an equal number of fields.

    The number must be above one.
    """
    return max(DELIMITERS, key=lambda sign: regularity(lines, sign))


def regularity(lines: list[str], sign: str) -> tuple[float, int]:
    """Returns the share of rows of the commonest width above one, and that width.

    0 and 0 if `sign` splits no row.
    """
    widths = Counter(len(row) for row in islice(csv.reader(lines, delimiter=sign), SAMPLE_ROWS) if row)
    wide, rows = max(widths.items(), key=lambda entry: (entry[0] > 1, entry[1]), default=(1, 0))
    return (rows / widths.total(), wide) if wide > 1 else (0.0, 0)
