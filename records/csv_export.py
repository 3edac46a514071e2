"""CSV export for spreadsheets: exchanges, and other tables."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Any, Protocol

from records.models import Exchange

HEADER = (
    "asked_at question standalone_question language outcome reason mode label answer sources"
    " useful rating_reason comment page_language search_seconds total_seconds topic passages channel"
).split()
NO_NAMES: Mapping[str, str] = MappingProxyType({})
PAGE = "page"
"""Channel of questions that were asked on the page."""
FRESH = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
PART = 1 << 16
"""Bytes sent at once."""
BOM = "\ufeff"
LABELS = {"model": "AI生成 AI-generated", "curated": "中心撰写 written by the center"}
"""Labels of texts that are no quotes, by mode."""
FORMULA = tuple("=+-@\t\r＝＋－＠")
"""First characters of cells that spreadsheets may run as formulas.

The last four are for East Asian versions.
"""


class Writer(Protocol):
    """Type of the writers of the csv module."""

    def writerow(self, row: Sequence[str], /) -> Any:
        """Writes one row."""


def write_csv(path: Path, exchanges: Iterable[Exchange]) -> int:
    """Writes a CSV file readable by this user only, in UTF-8 with BOM.

    Returns the number of rows. Ids are left out: a table is passed on, and an id allows deletion.
    Raises OSError if the file cannot be written.
    """
    with os.fdopen(os.open(path, FRESH, 0o600), "wb") as file:
        return write(file, exchanges)


def write(file: IO[bytes], exchanges: Iterable[Exchange]) -> int:
    """Writes exchanges as a table; returns the number of rows below its header."""
    return write_lines(file, table_lines(HEADER, map(cells, exchanges)))


def write_lines(file: IO[bytes], lines: Iterable[str]) -> int:
    """Writes the lines of a table; returns the number of rows below its header."""
    count = -1
    for line in lines:
        file.write(line.encode())
        count += 1
    return count


@dataclass(frozen=True)
class Written:
    """A complete table in an unnamed file; `length` is in bytes."""

    file: IO[bytes]
    length: int

    def parts(self) -> Iterator[bytes]:
        """Yields the bytes, once; then the file is deleted."""
        with self.file:
            yield from iter(partial(self.file.read, PART), b"")


def write_exchanges(
    exchanges: Iterable[Exchange], folder: Path, heads: Sequence[str], outcomes: Mapping[str, str]
) -> Written:
    """Writes exchanges as `write_table` does.

    `heads` are HEADER, and `outcomes` the outcomes by code, in the words of its reader.
    """
    return write_table(heads, (cells(each, outcomes) for each in exchanges), folder)


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]], folder: Path) -> Written:
    """Writes a whole table before its first byte is sent.

    A table that breaks off halfway would look complete.
    Raises RecordsUnavailableError, and OSError if the disk of `folder` is full.
    """
    with ExitStack() as unless_whole:
        file = unless_whole.enter_context(TemporaryFile(dir=folder))
        write_lines(file, table_lines(header, rows))
        unless_whole.pop_all()
    length = file.tell()
    file.seek(0)
    return Written(file, length)


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a table, header first. The BOM marks UTF-8 for spreadsheets."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    yield BOM + line_of(writer, written, header)
    for row in rows:
        yield line_of(writer, written, [defuse_formula(cell) for cell in row])


def line_of(writer: Writer, written: io.StringIO, row: Sequence[str]) -> str:
    """Returns a row as a line of CSV; `written` is empty afterwards."""
    writer.writerow(row)
    line = written.getvalue()
    written.seek(0)
    written.truncate()
    return line


def cells(exchange: Exchange, outcomes: Mapping[str, str] = NO_NAMES) -> tuple[str, ...]:
    """One row, in the order of HEADER; times are in this machine's time zone.

    An outcome without a name in `outcomes` is its code.
    """
    rating = exchange.rating
    return (
        f"{exchange.asked_at.astimezone():%Y-%m-%d %H:%M:%S}",
        exchange.question,
        exchange.standalone_question,
        exchange.language,
        outcomes.get(exchange.outcome, exchange.outcome),
        exchange.reason,
        exchange.mode,
        label(exchange.mode),
        exchange.answer,
        "\n".join(f"[{each.number}] {each.source} {each.title} ({each.validity})" for each in exchange.citations),
        "" if rating is None else "yes" if rating.useful else "no",
        (rating and rating.reason) or "",
        rating.comment if rating else "",
        exchange.page_language,
        f"{exchange.search_seconds:.3f}",
        f"{exchange.total_seconds:.3f}",
        exchange.topic,
        str(len(exchange.passages)),
        exchange.channel or PAGE,
    )


def label(mode: str) -> str:
    """Label of text written by a model (人工智能生成合成内容标识办法) or by the center.

    "" for quotes.
    """
    return LABELS.get(mode, "")


def defuse_formula(cell: str) -> str:
    """Cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
