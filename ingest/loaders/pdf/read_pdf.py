"""Reads PDF files page by page with pypdf and pdfium; one of them is enough."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from ingest.loaders.pdf.document import join_pages
from ingest.loaders.pdf.page import Sheet, read_sheet
from ingest.loaders.pdf.text_or_ocr import PageReading, lacks_text, read_by_ocr, read_text
from store.documents import LoadedText, UnreadableFileError
from text.messages import NOTHING, Message, join_messages, message

MOST_DRAWINGS = 10_000
PAGES_OPENED = 64
"""Pages read before the file is opened again."""
# Errors of pypdf on damaged files: its own, and those of Python where it trusts the content.
PYPDF_ERRORS = (
    PyPdfError,
    DependencyError,
    NotImplementedError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    RecursionError,
    OSError,
)
COPY_AGAIN = message("file.copy_again_or_ask")


@dataclass(frozen=True)
class Opened:
    """A file opened by pypdf and pdfium; None for the one that failed."""

    reader: PdfReader | None
    document: Any

    @property
    def count(self) -> int:
        """Number of pages."""
        return len(self.document) if self.document is not None else len(self.reader.pages) if self.reader else 0


def read_pdf(path: Path, ocr: bool, seconds: float = inf) -> LoadedText:
    """Reads a PDF file. OCR stops after `seconds`, with a note on the pages left out.

    Raises UnreadableFileError for files that are encrypted, damaged or without any text.
    """
    readings = read_pages(path, ocr, seconds)
    if not any(reading.rows for reading in readings):
        raise nothing_found(readings, ocr)
    return join_pages(readings)


def nothing_found(readings: Sequence[PageReading], ocr: bool) -> UnreadableFileError:
    """Returns the error for a file without any text; it names up to three notes."""
    notes = [note for reading in readings for note in reading.notes]
    if not ocr and notes:
        return UnreadableFileError(message("file.scan_without_ocr"), message("file.switch_ocr_on"))
    return UnreadableFileError(join_messages(message("file.no_text"), *notes[:3]), message("file.ask_clearer"))


def read_pages(path: Path, ocr: bool, seconds: float = inf) -> list[PageReading]:
    """Pages of a file with all rows, before headers and footers are removed.

    Both libraries cache what they have read, so the file is opened again every PAGES_OPENED pages.
    """
    deadline = time.monotonic() + seconds
    readings: list[PageReading] = []
    while True:
        with open_pdf(path) as file:
            last = min(file.count, len(readings) + PAGES_OPENED)
            readings += [read_page(file, number, ocr, deadline) for number in range(len(readings) + 1, last + 1)]
            if len(readings) >= file.count:
                return readings


def read_page(file: Opened, number: int, ocr: bool, deadline: float) -> PageReading:
    """Reads a page from its text layer, or by OCR if it has none."""
    page, sheet = load_page(file, number)
    text, trouble = pypdf_text(file.reader, number, sheet)
    reading = read_text(text, sheet)
    if sheet is None or not lacks_text(reading, sheet):
        return replace(reading, notes=(trouble,)) if trouble and not reading.rows else reading
    if not ocr:
        return with_note(reading, message("page.no_text_layer", page=number))
    if time.monotonic() > deadline:
        return with_note(reading, message("page.ocr_too_long", page=number))
    return read_by_ocr(number, page, sheet, reading)


def with_note(reading: PageReading, note: Message) -> PageReading:
    """Returns a reading with `note` as its only note."""
    return replace(reading, notes=(note,))


def load_page(file: Opened, number: int) -> tuple[Any, Sheet | None]:
    """Page as opened by pdfium, and its content; None if unreadable."""
    try:
        page = file.document[number - 1] if file.document is not None else None
        return page, read_sheet(page) if page is not None else None
    except pdfium.PdfiumError:
        return None, None


def pypdf_text(reader: PdfReader | None, number: int, sheet: Sheet | None) -> tuple[str, Message]:
    """Text of a page by pypdf, and a note if it cannot be read.

    Pages with large drawings are skipped: they would take minutes.
    """
    if reader is None or (sheet is not None and sheet.drawings > MOST_DRAWINGS):
        return "", NOTHING
    try:
        return reader.pages[number - 1].extract_text(), NOTHING
    except PYPDF_ERRORS as error:
        return "", message("page.damaged", page=number, error=type(error).__name__)


@contextmanager
def open_pdf(path: Path) -> Iterator[Opened]:
    """Opens a file with both libraries, or the one that can.

    Raises UnreadableFileError if neither can.
    """
    if path.stat().st_size == 0:
        raise UnreadableFileError(message("file.empty"), COPY_AGAIN)
    document, code = open_by_pdfium(path)
    reader = open_by_pypdf(path)
    if document is None and reader is None:
        raise refusal(code)
    try:
        yield Opened(reader, document)
    finally:
        if document is not None:
            document.close()
        if reader is not None:
            reader.close()


def open_by_pdfium(path: Path) -> tuple[Any, int]:
    """Opens a file by pdfium; returns the document and 0.

    None and the error code of pdfium if it cannot be opened.
    """
    try:
        return pdfium.PdfDocument(path), 0
    except pdfium.PdfiumError as error:
        return None, error.err_code or pdfium_c.FPDF_ERR_UNKNOWN


def open_by_pypdf(path: Path) -> PdfReader | None:
    """Opens a file by pypdf.

    None if it needs a password, has no pages or cannot be read.
    """
    try:
        reader = PdfReader(path)
        readable = not reader.is_encrypted or reader.decrypt("")
        return reader if readable and len(reader.pages) else None
    except PYPDF_ERRORS:
        return None


def refusal(code: int) -> UnreadableFileError:
    """Returns the error for a file that cannot be opened, by pdfium's error code."""
    match code:
        case pdfium_c.FPDF_ERR_PASSWORD:
            return UnreadableFileError(message("file.password"), message("file.ask_without_password"))
        case pdfium_c.FPDF_ERR_SECURITY:
            return UnreadableFileError(message("file.encrypted"), message("file.ask_unencrypted"))
        case _:
            return UnreadableFileError(message("file.no_pdf"), COPY_AGAIN)
