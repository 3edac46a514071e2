"""Types from file to index: metadata, pages, documents, chunks, passages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeVar

from store.basis_marks import BasisMark
from store.embeddings.late_interaction import LateInteraction
from text.messages import Message, join_messages


class Validity(StrEnum):
    """Validity of a document on a given day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"
    DRAFT = "draft"
    UNKNOWN = "unknown"

    @property
    def may_apply(self) -> bool:
        """True if a document is in force, or nothing speaks against it."""
        return self in (Validity.IN_FORCE, Validity.UNKNOWN)


Status = Literal["in_force", "draft", "repealed"]
Audience = Literal["outbound", "inbound", "both"]
DocumentKind = Literal["document", "guide"]
"""A `guide` is written by the center and checked from time to time."""


@dataclass(frozen=True)
class Metadata:
    """Known facts about a document.

    `also_asked`: what else people say when they mean it; searched, never shown.
    `guessed`: names of the fields that were read from its text.
    `download`: True if staff offer the file itself for download.
    """

    title: str = ""
    kind: DocumentKind = "document"
    language: str = ""
    audience: Audience = "both"
    topics: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    issuer: str = ""
    document_number: str = ""
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    status: Status | None = None
    supersedes: tuple[str, ...] = ()
    translation_of: str = ""
    source_url: str = ""
    reviewed_on: date | None = None
    review_by: date | None = None
    contact: str = ""
    summary: str = ""
    facts: tuple[str, ...] = ()
    also_asked: tuple[str, ...] = ()
    download: bool = False
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """A line read by OCR: its text and its box on the page.

    `box`: in points from the top left corner.
    """

    text: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Original:
    """Text of a page before staff corrected it; last author and time of correction."""

    text: str
    corrected_by: str
    corrected_at: datetime


PageMethod = Literal["text", "pdfium", "ocr", "empty", "corrected"]


@dataclass(frozen=True)
class Page:
    """A page of a document: `document.text[start:end]`, and how its text was obtained.

    `lines`: only for pages read by OCR, so that a passage can be highlighted on the picture.
    `confidence`: mean confidence of the OCR lines, 0 to 1; None for other pages.
    `original`: only for pages corrected by hand, which also keep `lines` and `confidence`; else None.
    """

    number: int
    start: int
    end: int
    method: PageMethod = "text"
    lines: tuple[Line, ...] = ()
    confidence: float | None = None
    original: Original | None = None


@dataclass(frozen=True)
class Quality:
    """Quality of a file's text; `garbled`: share of implausible characters, 0 to 1."""

    method: str = "text"
    pages: int = 0
    empty_pages: int = 0
    ocr_pages: int = 0
    pdfium_pages: int = 0
    corrected_pages: int = 0
    garbled: float = 0.0
    tables: int = 0
    characters: int = 0
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class LoadedText:
    """Output of a loader: normalised text as Markdown, and its pages.

    `pages` is empty for formats without pages. `bases` is what its lines rest on.
    """

    text: str
    pages: tuple[Page, ...] = ()
    quality: Quality = field(default_factory=Quality)
    title: str = ""
    bases: tuple[BasisMark, ...] = ()


@dataclass(frozen=True)
class Document:
    """One file as text; `source`: its path below the knowledge folder, with `/`."""

    source: str
    text: str
    metadata: Metadata = field(default_factory=Metadata)
    pages: tuple[Page, ...] = ()
    quality: Quality = field(default_factory=Quality)
    bases: tuple[BasisMark, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Returns the number of the page with the character at `offset`.

        None if the document has no pages.
        """
        for page in self.pages:
            if offset < page.end:
                return page.number
        return self.pages[-1].number if self.pages else None


Mark = TypeVar("Mark")


def last_before(offset: int, marks: tuple[tuple[int, Mark], ...], otherwise: Mark) -> Mark:
    """Value of the last mark at or before an offset; `otherwise` if there is none."""
    return next((value for start, value in reversed(marks) if start <= offset), otherwise)


@dataclass(frozen=True)
class Chunk:
    """A span of a document.

    `document.text[chunk.start:chunk.end] == chunk.text`, always.
    `headings`: titles above it, outermost first.
    `article`: article of a law in which it begins, such as 第三十七条.
    `table_header`: header row of the table, if it begins inside one.
    All three may be empty.
    `page`: page on which it begins; None without pages.
    `pages`, `articles`: further ones that begin within it, as `(offset in the document, number)`.
    `bases`: what its lines rest on.
    """

    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    article: str = ""
    table_header: str = ""
    page: int | None = None
    pages: tuple[tuple[int, int], ...] = ()
    articles: tuple[tuple[int, str], ...] = ()
    bases: tuple[BasisMark, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Returns the page of the character at `offset` of the document.

        None if the document has no pages.
        """
        return last_before(offset, self.pages, self.page)

    def article_at(self, offset: int) -> str:
        """Article of the character at `offset` of the document; "" outside of articles."""
        return last_before(offset, self.articles, self.article)

    def holds_article(self, article: str) -> bool:
        """True if it contains a part of the article."""
        return article == self.article or any(article == each for _, each in self.articles)


@dataclass(frozen=True)
class Passage:
    """A chunk found for a question.

    `score`: relative to the other passages of the same question; higher is better.
    `similarity`: cosine to the question; 0 while the chunk is not embedded.
    `baseline_similarity`: cosine of the question to any passage in its language (the language centroid).
    `coverage`: share of the question's words that it contains, 0 to 1.
    `agreement`: late interaction of its searchable text with the question; None if the model shows no tokens.
    """

    source: str
    chunk: Chunk
    metadata: Metadata
    score: float
    validity: Validity = Validity.UNKNOWN
    replaced_by: str = ""
    similarity: float = 0.0
    coverage: float = 0.0
    baseline_similarity: float = 0.0
    agreement: LateInteraction | None = field(default=None, repr=False, compare=False)


class UnreadableFileError(Exception):
    """A file that cannot be read.

    `reason` says why, `remedy` what the clerk can do.
    """

    def __init__(self, reason: Message, remedy: Message) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy
        self.message = join_messages(reason, remedy)

    def __str__(self) -> str:
        return str(self.message)
