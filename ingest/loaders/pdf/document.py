"""Assembles PDF pages into one text with offsets, notes and a quality record."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.loaders.pages.layout import Row
from ingest.loaders.pages.paragraphs import body_size, headings_of, page_break, page_text
from ingest.loaders.pages.text_quality import measure_garbled
from ingest.loaders.pdf.headers_footers import Body, without_margins
from ingest.loaders.pdf.text_or_ocr import PageReading
from store.documents import LoadedText, Page, Quality
from text.boundaries import shorten
from text.messages import Message, message
from text.normalise import normalise

NO_HEADINGS = float("inf")
LONGEST_TITLE = 120


def join_pages(readings: Sequence[PageReading]) -> LoadedText:
    """Joins all pages into one text, without headers and footers.

    `pages` of the result has the start and end of each page.
    """
    bodies = without_margins([Body(reading.rows, reading.height) for reading in readings])
    size = body_size([rows for rows, reading in zip(bodies, readings, strict=True) if reading.method != "ocr"])
    text, pages, above = "", list[Page](), list[Row]()
    for number, (rows, reading) in enumerate(zip(bodies, readings, strict=True), start=1):
        # letter heights in a scan vary too much to detect headings
        body = normalise(page_text(rows, NO_HEADINGS if reading.method == "ocr" else size))
        text += page_break(above, rows, text, body) if body else ""
        pages.append(Page(number, len(text), len(text) + len(body), reading.method, reading.lines, reading.confidence))
        text += body
        above = rows if body else above
    return LoadedText(text, tuple(pages), quality_of(text, readings), largest_heading(bodies, size))


def quality_of(text: str, readings: Sequence[PageReading]) -> Quality:
    """Returns the quality record of a text read from these pages."""
    methods = [reading.method for reading in readings]
    read = [method for method in methods if method != "empty"]
    return Quality(
        method=max(set(read), key=read.count, default="empty"),
        pages=len(readings),
        empty_pages=methods.count("empty"),
        ocr_pages=methods.count("ocr"),
        pdfium_pages=methods.count("pdfium"),
        garbled=round(measure_garbled(text), 4),
        tables=sum(row.table for reading in readings for row in reading.rows),
        characters=len(text),
        notes=(*note_hidden(readings), *(note for reading in readings for note in reading.notes)),
    )


def note_hidden(readings: Sequence[PageReading]) -> list[Message]:
    """Returns one note on the invisible characters of a document; empty without any."""
    pages = [str(number) for number, reading in enumerate(readings, start=1) if reading.hidden]
    count = sum(reading.hidden for reading in readings)
    few, many = message("place.pages", pages=", ".join(pages)), message("place.many_pages", count=len(pages))
    place = few if len(pages) < 6 else many
    return [message("pages.hidden_characters", count=count, place=place)] if count else []


def largest_heading(bodies: Sequence[Sequence[Row]], size: float) -> str:
    """Largest heading of the first page; "" without headings."""
    rows = bodies[0] if bodies else []
    headings = [rows[number] for number in sorted(headings_of(rows, size))]
    if not headings or not size:
        return ""
    largest = max(row.size for row in headings)
    return shorten(normalise("".join(row.text for row in headings if row.size > 0.95 * largest)), LONGEST_TITLE, "")
