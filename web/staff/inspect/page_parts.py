"""Parts of a page view: pages or parts, their passages, and boxes of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ingest.corrections.line_boxes import line_places
from store.documents import Chunk, Document, Line, Page
from store.index import Revision
from text.prompt_injection import SENTENCE, speaks_to_machine
from web.markdown import document_html, render_with_lines

PART = 12_000
"""Length in characters after which a document without pages is split."""

Spans = Sequence[tuple[int, int, int]]
"""Number, start and end of lines."""


@dataclass(frozen=True)
class PagePart:
    """A page, or a part of a document without pages: its `text[start:end]`."""

    number: int
    start: int
    end: int
    page: Page | None = None


@dataclass(frozen=True)
class Shown:
    """A passage, or its part on this page.

    `not_quoted` are sentences with prompt injection.
    """

    number: int
    chunk: Chunk
    html: Markup
    from_before: bool
    goes_on: bool
    header_repeated: bool
    not_quoted: tuple[str, ...]

    @property
    def path(self) -> str:
        """The headings above it, and its article."""
        return " › ".join((*self.chunk.headings, *([self.chunk.article] if self.chunk.article else [])))


@dataclass(frozen=True)
class Spot:
    """A line and its box on the picture."""

    number: int
    text: str
    left: float
    top: float
    width: float
    height: float


def list_parts(revision: Revision) -> list[PagePart]:
    """Returns the pages of a document, or its parts; at least one."""
    document = revision.document
    if document.pages:
        return [PagePart(page.number, page.start, page.end, page) for page in document.pages]
    return parts(document, revision.chunks)


def parts(document: Document, chunks: Sequence[Chunk]) -> list[PagePart]:
    """Splits a document between passages into parts of about PART characters."""
    starts = [0]
    for chunk in chunks:
        if chunk.end - starts[-1] > PART and chunk.start > starts[-1]:
            starts.append(chunk.start)
    ends = [*starts[1:], len(document.text)]
    return [PagePart(number, start, end) for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)]


def passages(revision: Revision, leaf: PagePart) -> list[Shown]:
    """Returns the passages on a page, numbered through the whole document."""
    text = revision.document.text
    lines = spans(leaf.page, text) if leaf.page else []
    return [
        passage(number, chunk, leaf, text, lines)
        for number, chunk in enumerate(revision.chunks, start=1)
        if chunk.start < leaf.end and chunk.end > leaf.start
    ]


def passage(number: int, chunk: Chunk, leaf: PagePart, text: str, lines: Spans) -> Shown:
    """Returns a passage, or its part on the page, as HTML; `lines` are marked in it."""
    start, end = max(chunk.start, leaf.start), min(chunk.end, leaf.end)
    head, shown = header_above(text, start), text[start:end]
    return Shown(
        number,
        chunk,
        html(
            head + shown,
            [(line, begin + len(head), finish + len(head)) for line, begin, finish in spans_within(lines, start, end)],
        ),
        chunk.start < leaf.start,
        chunk.end > leaf.end,
        bool(head),
        tuple(sentence.strip() for sentence in SENTENCE.findall(shown) if speaks_to_machine(sentence)),
    )


def html(text: str, lines: Spans) -> Markup:
    """Renders a text, with an element for each line of OCR."""
    return render_with_lines(text, lines) if lines else document_html(text)


def spans_within(lines: Spans, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yields the spans inside a range of the document, relative to its start."""
    for number, begin, finish in lines:
        if begin < end and finish > start:
            yield number, max(begin, start) - start, min(finish, end) - start


def header_above(text: str, start: int) -> str:
    """Returns the header of a table that is cut at `start`; empty without a table.

    With it, the rows render as a table.
    """
    if not text.startswith("|", start) or text[start - 1 : start] != "\n":
        return ""
    rows: list[str] = []
    for row in reversed(text[: start - 1].split("\n")):
        if not row.startswith("|"):
            break
        rows.append(row)
    header = rows[:-3:-1]
    return "".join(f"{row}\n" for row in header) if len(header) == 2 and set(header[1]) <= set("|-: ") else ""


def spans(page: Page, text: str) -> Spans:
    """Returns the positions of OCR lines in the document."""
    found = line_places(page.lines, text[page.start : page.end])
    return [(place.line, page.start + place.start, page.start + place.end) for place in found]


def spots(lines: Sequence[Line]) -> list[Spot]:
    """Returns the boxes of lines for drawing."""
    found = []
    for number, line in enumerate(lines):
        left, top, right, bottom = line.box
        found.append(Spot(number, line.text, left, top, right - left, bottom - top))
    return found
