"""Chooses the source of a page's text: pypdf if plausible, else pdfium, else OCR."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.loaders.pages.layout import Row
from ingest.loaders.pages.ocr import MOST_PIXELS, doubts, recognise
from ingest.loaders.pages.text_quality import MOST_GARBLED, is_plausible, measure_garbled, weight
from ingest.loaders.pdf.fragments import rows_of
from ingest.loaders.pdf.page import Sheet, render
from ingest.loaders.superscripts import SIGNS
from store.documents import Line, PageMethod
from text.messages import Message, message
from text.normalise import normalise

MOST_UNMAPPED = 0.3
"""Share of unmapped characters above which a text layer is unusable."""
ENOUGH_TEXT = 40
"""Amount of text, in ideographs, from which a page needs no OCR."""
PICTURE_WITH_TEXT = 0.3
"""Share of pictures above which a page with little text needs OCR."""
PICTURE_WITHOUT_TEXT = 0.01
"""Share of pictures above which a page without text needs OCR."""
LINE_HEIGHT = 12.0
"""Assumed height of lines without positions, in points."""
SHARE_OF_ROWS = 0.5
"""Share of rows found by pypdf from which the page's method is `text`."""


@dataclass(frozen=True)
class PageReading:
    """A page as it was read: its rows in order, with headers and footers.

    `height`: height of the page as read.
    `hidden`: number of invisible characters left out.
    """

    method: PageMethod
    rows: tuple[Row, ...] = ()
    height: float = 0.0
    lines: tuple[Line, ...] = ()
    hidden: int = 0
    notes: tuple[Message, ...] = ()
    confidence: float | None = None

    @property
    def text(self) -> str:
        """The texts of all rows, one below the other."""
        return "\n".join(row.text for row in self.rows)


def read_text(pypdf_text: str, sheet: Sheet | None) -> PageReading:
    """Reads a page from its text layer.

    `sheet` is None if pdfium cannot open the page; then pypdf's lines are taken as they are.
    Text in a font without a mapping to Unicode does not count as text.
    """
    if sheet is None:
        rows = plain_rows(pypdf_text) if measure_garbled(pypdf_text) < MOST_GARBLED else ()
        return PageReading("text" if rows else "empty", rows, LINE_HEIGHT * (len(rows) + 20))
    visible = sheet.text
    plausible = is_plausible(pypdf_text, visible)
    if not plausible and is_garbled(visible, sheet):
        return PageReading("empty", hidden=sheet.hidden)
    laid_out, height = rows_of(sheet)
    rows = tuple(clean_rows(laid_out))
    replaced, share = with_words_of(pypdf_text, rows) if plausible else (rows, 0.0)
    method: PageMethod = "text" if share >= SHARE_OF_ROWS else "pdfium"
    return PageReading(method if rows else "empty", replaced, height, hidden=sheet.hidden)


def is_garbled(text: str, sheet: Sheet) -> bool:
    """Checks that a text layer is unusable, by its characters or unmapped ones."""
    return measure_garbled(text) >= MOST_GARBLED or sheet.unmapped > MOST_UNMAPPED * len(text)


def clean_rows(rows: Sequence[Row]) -> list[Row]:
    """Returns the rows with normalised texts, without empty ones."""
    normal = [replace(row, text=normalise(row.text)) for row in rows]
    return [row for row in normal if row.text]


def plain_rows(text: str) -> tuple[Row, ...]:
    """Lines without positions, as rows one below the other."""
    lines = normalise(text).split("\n")
    places = ((0.0, LINE_HEIGHT * (n + 10), 6.0 * len(line), LINE_HEIGHT * (n + 11)) for n, line in enumerate(lines))
    return tuple(Row(line, box, LINE_HEIGHT) for line, box in zip(lines, places, strict=True) if line)


def with_words_of(text: str, rows: Sequence[Row]) -> tuple[tuple[Row, ...], float]:
    """Rows with pypdf's spelling of the lines found there, and their share, 0 to 1.

    pypdf knows better the order of right-to-left lines and the ends of words; only pdfium knows positions.
    Tables count as found.
    """
    lines = defaultdict[str, list[str]](list)
    for line in normalise(text).split("\n"):
        lines[letters(line)].append(line.strip())
    found = [row if row.table else match_row(row, lines[letters(row.text)]) for row in rows]
    replaced = tuple(new or row for new, row in zip(found, rows, strict=True))
    return replaced, sum(new is not None for new in found) / len(rows) if rows else 0.0


def match_row(row: Row, lines: list[str]) -> Row | None:
    """Returns a row in pypdf's spelling, taken from the front of `lines`.

    The row stays unchanged if pypdf would put a superscript next to the number before it.
    None if pypdf has no such line.
    """
    if not lines:
        return None
    text = lines.pop(0)
    return row if {*row.text} & {*SIGNS} - {*text} else replace(row, text=text)


def letters(line: str) -> str:
    """Key of a line that ignores order and spacing."""
    return "".join(sorted(unicodedata.normalize("NFKC", "".join(line.split()))))


def lacks_text(reading: PageReading, sheet: Sheet) -> bool:
    """True if a page shows something to read that its text layer does not contain.

    It may be a scan, or letters drawn as shapes.
    """
    amount = weight(reading.text)
    if amount >= ENOUGH_TEXT:
        return False
    if amount:
        return sheet.pictured > PICTURE_WITH_TEXT
    return sheet.pictured > PICTURE_WITHOUT_TEXT or sheet.drawings > 0 or sheet.unmapped > 0


def read_by_ocr(number: int, page: Any, sheet: Sheet, reading: PageReading) -> PageReading:
    """Reads page `number` by OCR.

    Returns `reading`, from the text layer, if OCR finds no more text.
    """
    if sheet.pixels > MOST_PIXELS:
        note = message("page.picture_too_large", page=number, millions=sheet.pixels // 1_000_000)
        return replace(reading, notes=(note,))
    seen = recognise(*render(page))
    if weight("".join(row.text for row in seen.rows)) <= weight(reading.text):
        return reading
    notes = tuple(doubts(number, seen))
    return PageReading("ocr", seen.rows, seen.height, seen.lines, sheet.hidden, notes, seen.confidence)
