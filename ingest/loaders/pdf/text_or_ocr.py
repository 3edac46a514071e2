"""How a page of a PDF is read: by pypdf where that is plausible, else by pdfium, else by OCR."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.loaders.pages.layout import Row
from ingest.loaders.pages.ocr import MOST_PIXELS, doubts, recognise
from ingest.loaders.pages.text_quality import MOST_GARBLED, garbled, is_plausible, weight
from ingest.loaders.pdf.fragments import rows_of
from ingest.loaders.pdf.page import Sheet, render
from ingest.loaders.superscripts import SIGNS
from store.documents import Line, PageMethod
from store.messages import Message, message
from text.normalise import normalise

MOST_UNMAPPED = 0.3
ENOUGH_TEXT = 40
PICTURE_WITH_TEXT = 0.3
PICTURE_WITHOUT_TEXT = 0.01
LINE_HEIGHT = 12.0
SHARE_OF_ROWS = 0.5


@dataclass(frozen=True)
class Reading:
    """A page as it was read: its rows in order, before headers and footers are left out.

    `height` is that of the page as it is read; `hidden` counts the characters left out because nobody sees them.
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
        return "\n".join(row.text for row in self.rows)


def read_text(pypdf_text: str, sheet: Sheet | None) -> Reading:
    """A page by its text layer. `sheet` is None where pdfium cannot open it; then pypdf's lines are taken as they are.

    Text in a font that does not say what its characters mean is no text.
    """
    if sheet is None:
        rows = plain_rows(pypdf_text) if garbled(pypdf_text) < MOST_GARBLED else ()
        return Reading("text" if rows else "empty", rows, LINE_HEIGHT * (len(rows) + 20))
    visible = sheet.text
    plausible = is_plausible(pypdf_text, visible)
    if not plausible and is_garbled(visible, sheet):
        return Reading("empty", hidden=sheet.hidden)
    laid_out, height = rows_of(sheet)
    rows = tuple(cleaned(laid_out))
    replaced, share = with_words_of(pypdf_text, rows) if plausible else (rows, 0.0)
    method: PageMethod = "text" if share >= SHARE_OF_ROWS else "pdfium"
    return Reading(method if rows else "empty", replaced, height, hidden=sheet.hidden)


def is_garbled(text: str, sheet: Sheet) -> bool:
    return garbled(text) >= MOST_GARBLED or sheet.unmapped > MOST_UNMAPPED * len(text)


def cleaned(rows: Sequence[Row]) -> list[Row]:
    normal = [replace(row, text=normalise(row.text)) for row in rows]
    return [row for row in normal if row.text]


def plain_rows(text: str) -> tuple[Row, ...]:
    """Lines without places as rows below one another."""
    lines = normalise(text).split("\n")
    places = ((0.0, LINE_HEIGHT * (n + 10), 6.0 * len(line), LINE_HEIGHT * (n + 11)) for n, line in enumerate(lines))
    return tuple(Row(line, box, LINE_HEIGHT) for line, box in zip(lines, places, strict=True) if line)


def with_words_of(text: str, rows: Sequence[Row]) -> tuple[tuple[Row, ...], float]:
    """The rows with pypdf's spelling of each line that it also has, and the share, 0 to 1, of such rows.

    pypdf knows better how right-to-left lines run and where words end; where the lines stand only pdfium knows.
    Tables count as found.
    """
    lines = defaultdict[str, list[str]](list)
    for line in normalise(text).split("\n"):
        lines[letters(line)].append(line.strip())
    found = [row if row.table else taken(row, lines[letters(row.text)]) for row in rows]
    replaced = tuple(new or row for new, row in zip(found, rows, strict=True))
    return replaced, sum(new is not None for new in found) / len(rows) if rows else 0.0


def taken(row: Row, lines: list[str]) -> Row | None:
    """The row as pypdf spells it, unless that sets what is above the line beside the figure; None where it has none."""
    if not lines:
        return None
    text = lines.pop(0)
    return row if {*row.text} & {*SIGNS} - {*text} else replace(row, text=text)


def letters(line: str) -> str:
    """What two readings of a line share whatever their order and spacing."""
    return "".join(sorted(unicodedata.normalize("NFKC", "".join(line.split()))))


def lacks_text(reading: Reading, sheet: Sheet) -> bool:
    """True where a page shows something to read that its text layer does not hold: a scan, or letters as drawings."""
    amount = weight(reading.text)
    if amount >= ENOUGH_TEXT:
        return False
    if amount:
        return sheet.pictured > PICTURE_WITH_TEXT
    return sheet.pictured > PICTURE_WITHOUT_TEXT or sheet.drawings > 0 or sheet.unmapped > 0


def read_by_ocr(number: int, page: Any, sheet: Sheet, reading: Reading) -> Reading:
    """Page `number` by OCR; `reading`, what its text layer gave, where OCR finds no more than that."""
    if sheet.pixels > MOST_PIXELS:
        note = message("page.picture_too_large", page=number, millions=sheet.pixels // 1_000_000)
        return replace(reading, notes=(note,))
    seen = recognise(*render(page))
    if weight("".join(row.text for row in seen.rows)) <= weight(reading.text):
        return reading
    notes = tuple(doubts(number, seen))
    return Reading("ocr", seen.rows, seen.height, seen.lines, sheet.hidden, notes, seen.confidence)
