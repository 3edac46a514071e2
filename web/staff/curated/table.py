"""Curated answers as CSV or XLSX: one row per answer, one column per form field."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from fastapi import Request
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from ingest.loaders.plain_text import decode
from records import CuratedAnswer, Draft, DraftKind
from records.csv_export import BOM, FORMULA, defuse_formula
from store.documents import UnreadableFileError
from web.staff.approval_rules import draft_of
from web.staff.curated.column_heads import COLUMNS, USED, as_compared, columns_by_head, head_of, list_heads
from web.staff.curated.form import Typed, from_answer

WIDE, NARROW = 48, 18
"""Widths of columns in characters."""
MOST_ROWS = 500
LARGEST_UNPACKED = 32 << 20
"""Bytes of an unpacked workbook."""
XLSX_SIGNATURE = b"PK"
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, InvalidFileException, SyntaxError,
    AttributeError, KeyError, IndexError, TypeError, ValueError, OSError,
)  # fmt: skip
"""Errors of a damaged or encrypted workbook; SyntaxError is the one of XML."""

Rows = Iterable[Sequence[Any]]


class TableError(Exception):
    """The file cannot be read as a table; `key` is the message, `values` belong to it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class TableRow:
    """A row as form fields, with its number in the table; the header is 1."""

    number: int
    fields: Mapping[str, str]


def table_rows(answers: Iterable[CuratedAnswer], used: Mapping[str, int], language: str) -> Iterator[list[str]]:
    """Yields the heads in a language and one row an answer, in the order of COLUMNS."""
    yield list_heads(language)
    for answer in answers:
        fields = fields_of(from_answer(answer)) | {USED: str(used.get(answer.id, 0))}
        yield [fields[name] for name in COLUMNS]


def answer_draft(request: Request, typed: Typed) -> Draft:
    """Returns an answer as a draft of the signed-in person."""
    return draft_of(request, DraftKind.ANSWER, typed.answer().question, fields_of(typed))


def fields_of(typed: Typed) -> dict[str, str]:
    """Returns the fields of the form by name, as a browser sends them."""
    fields = {"id": typed.id, "until": typed.until, "changed_at": typed.changed_at}
    for language, text in typed.texts.items():
        fields |= {f"questions_{language}": text.questions, f"answer_{language}": text.answer}
    for number, source in enumerate(typed.sources, 1):
        fields |= {f"source_{number}": source.source, f"quote_{number}": source.quote}
    return fields


def to_csv(rows: Rows) -> bytes:
    """Returns a table as CSV that spreadsheets open as UTF-8 and run nothing of."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([defuse_formula(cell) for cell in row] for row in rows)
    return (BOM + written.getvalue()).encode()


def to_xlsx(rows: Rows) -> bytes:
    """Returns a table as an Excel workbook; all cells are texts."""
    workbook, content = Workbook(write_only=True), io.BytesIO()
    sheet = workbook.create_sheet()
    sheet.freeze_panes = "A2"
    for number, name in enumerate(COLUMNS):
        letter = chr(ord("A") + number)
        sheet.column_dimensions[letter].width = WIDE if name.startswith(("questions", "answer")) else NARROW
    for row in rows:
        cells = [WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", cell)) for cell in row]
        for cell in cells:
            cell.data_type = "s"  # or a text that begins with = would be a formula
        sheet.append(cells)
    workbook.save(content)
    return content.getvalue()


def read_table(content: bytes, language: str) -> list[TableRow]:
    """Reads a CSV or XLSX file whose heads are in any language of the staff.

    Empty rows are left out. Columns may stand in any order, and those of fields that nobody fills in may be missing.
    `language` is that of the heads that an error names.
    Raises TableError if it is empty or unreadable, has an unknown or double column, or more than MOST_ROWS rows.
    """
    if not content.strip():
        raise TableError("curated.table.empty")
    is_workbook = content.startswith(XLSX_SIGNATURE)
    rows = list(islice(xlsx_rows(content) if is_workbook else csv_rows(content), MOST_ROWS + 2))
    typed = [cell.strip() for cell in rows[0]] if rows else []
    header = [columns_by_head().get(as_compared(cell), "") for cell in typed]
    if unknown := [cell for cell, column in zip(typed, header, strict=True) if cell and not column]:
        raise TableError("curated.table.unknown_column", column=unknown[0], known=", ".join(list_heads(language)))
    if twice := [column for column in header if column and header.count(column) > 1]:
        raise TableError("curated.table.column_twice", column=head_of(twice[0], language))
    if not any(header):
        raise TableError("curated.table.empty")
    if len(rows) > MOST_ROWS + 1:
        raise TableError("curated.table.too_many", most=MOST_ROWS)
    numbered = enumerate(rows[1:], 2)
    return [TableRow(number, dict(zip(header, row, strict=False))) for number, row in numbered if any(row)]


def csv_rows(content: bytes) -> Iterator[list[str]]:
    """Yields the rows of a CSV file, in UTF-8 or as Excel writes it in China.

    The delimiter is a comma, a semicolon or a tab.
    Raises TableError if the content is not text, or not valid CSV.
    """
    try:
        text = decode(content).removeprefix(BOM)
    except UnreadableFileError as error:
        raise TableError("curated.table.unreadable") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [arm_formula(cell.strip()) for cell in row]
    except csv.Error as error:
        raise TableError("curated.table.unreadable") from error


def arm_formula(cell: str) -> str:
    """Undoes `defuse_formula`: a list in Markdown begins with a hyphen."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def xlsx_rows(content: bytes) -> Iterator[list[str]]:
    """Yields the rows of the first sheet of a workbook.

    Raises TableError if it is damaged or encrypted, or if it unpacks to more than LARGEST_UNPACKED bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise TableError("curated.table.too_many", most=MOST_ROWS)
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for row in workbook.worksheets[0].iter_rows(values_only=True):
            yield [cell_text(cell) for cell in row]
    except BROKEN as error:
        raise TableError("curated.table.unreadable") from error


def cell_text(value: object) -> str:
    """Returns a cell as text; a day as 2026-11-27."""
    if isinstance(value, datetime):
        return str(value.date())
    return str(value if isinstance(value, date) or value is not None else "").strip()
