"""The types that flow from a file to the index: metadata, pages, documents, chunks, passages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeVar

from store.embeddings.late_interaction import Agreement
from store.messages import Message, together


class Validity(StrEnum):
    """Whether a document applies on a given day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"
    DRAFT = "draft"
    UNKNOWN = "unknown"

    @property
    def may_apply(self) -> bool:
        """Whether a document is in force, or nothing is known against it."""
        return self in (Validity.IN_FORCE, Validity.UNKNOWN)


Status = Literal["in_force", "draft", "repealed"]
Audience = Literal["outbound", "inbound", "both"]


@dataclass(frozen=True)
class Metadata:
    """What is known about a document. `guessed` names the fields that were read from its text; `download` is whether
    the staff offer the file itself."""

    title: str = ""
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
    download: bool = False
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """A line that OCR read: its text and its box on the page, in points from the top left corner."""

    text: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Original:
    """What was read on a page before the staff corrected it by hand: its text, who corrected it last, and when."""

    text: str
    corrected_by: str
    corrected_at: datetime


PageMethod = Literal["text", "pdfium", "ocr", "empty", "corrected"]


@dataclass(frozen=True)
class Page:
    """A page of a document: `document.text[start:end]`, and how its text was obtained.

    `lines` is filled for pages read by OCR only, so that a passage can be highlighted on the picture; so is
    `confidence`, the mean that the recogniser gives its lines, 0 to 1. What the staff corrected by hand keeps both, and
    has an `original`; every other page has none.
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
    """How well a file could be read. `garbled` is the share of implausible characters, 0 to 1."""

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
class Loaded:
    """What a reader gives: normalised text as Markdown, its pages (none where the format has none)."""

    text: str
    pages: tuple[Page, ...] = ()
    quality: Quality = field(default_factory=Quality)
    title: str = ""


@dataclass(frozen=True)
class Document:
    """One file as text. `source` is its path below the knowledge folder, with `/`."""

    source: str
    text: str
    metadata: Metadata = field(default_factory=Metadata)
    pages: tuple[Page, ...] = ()
    quality: Quality = field(default_factory=Quality)

    def page_at(self, offset: int) -> int | None:
        """The number of the page that holds the character at `offset`; None where there are no pages."""
        for page in self.pages:
            if offset < page.end:
                return page.number
        return self.pages[-1].number if self.pages else None


Mark = TypeVar("Mark")


def last_before(offset: int, marks: tuple[tuple[int, Mark], ...], otherwise: Mark) -> Mark:
    """What the last mark at or before an offset says."""
    return next((value for start, value in reversed(marks) if start <= offset), otherwise)


@dataclass(frozen=True)
class Chunk:
    """A span of a document: `document.text[chunk.start:chunk.end] == chunk.text`, always.

    `headings` is the path of titles above it, outermost first; `article` is the article of a law
    in which it begins, such as 第三十七条; `table_header` is the header row of the table in whose
    middle it begins. All are empty where there is none. `pages` and `articles` tell where further ones begin
    within it: `(offset in the document, number)`.
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

    def page_at(self, offset: int) -> int | None:
        """The page on which the character at `offset` of the document stands."""
        return last_before(offset, self.pages, self.page)

    def article_at(self, offset: int) -> str:
        """The article to which the character at `offset` of the document belongs."""
        return last_before(offset, self.articles, self.article)

    def holds_article(self, article: str) -> bool:
        """Whether a part of an article stands in it."""
        return article == self.article or any(article == each for _, each in self.articles)


@dataclass(frozen=True)
class Passage:
    """A chunk that was found. `score` is relative to the other passages of the same question; higher is better.

    `similarity` is the cosine to the question, 0 while the chunk is not embedded, `typical` that of any passage in
    its language; `coverage` the share of the question's words that it holds; `agreement` how the tokens of its
    searched text agree with those of the question (None where the model shows none).
    """

    source: str
    chunk: Chunk
    metadata: Metadata
    score: float
    validity: Validity = Validity.UNKNOWN
    replaced_by: str = ""
    similarity: float = 0.0
    coverage: float = 0.0
    typical: float = 0.0
    agreement: Agreement | None = field(default=None, repr=False, compare=False)


class Unreadable(Exception):
    """A file that cannot be read. `reason` says why, `remedy` what the clerk can do."""

    def __init__(self, reason: Message, remedy: Message) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy
        self.message = together(reason, remedy)

    def __str__(self) -> str:
        return str(self.message)
