"""The things that are kept, as they go in and come out: exchanges, ratings, requests for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256


class Reason(StrEnum):
    """Why an answer was of no use."""

    WRONG_FIGURE = "wrong_figure"
    OUT_OF_DATE = "out_of_date"
    NOT_ASKED = "not_asked"
    SOURCE_DOES_NOT_SAY = "source_does_not_say"
    LANGUAGE = "language"
    OTHER = "other"


class GapState(StrEnum):
    """What became of a question that was not answered: asked again in vain, answered since, or nothing to answer."""

    OPEN = "open"
    CLOSED = "closed"
    IGNORED = "ignored"


class Thumb(StrEnum):
    """What somebody said of an answer, or that nobody said anything."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    NONE = "none"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class CitedSource:
    """What a marker `[number]` of an answer stood for. `source` is the path below the knowledge folder."""

    number: int
    source: str
    title: str
    validity: str = ""
    page: int | None = None
    heading: str = ""
    url: str = ""


@dataclass(frozen=True)
class ReadPassage:
    """A passage that was read for an answer: `[start:end]` of a document's text, and its score among the others.

    `seen` is a fingerprint of what stood there, empty where none was kept.
    """

    source: str
    start: int
    end: int
    score: float
    page: int | None = None
    heading: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Rating:
    """Whether an answer was useful. `comment` is masked by the caller (`bot.pii`), which stands above this room."""

    exchange_id: str = field(repr=False)
    useful: bool
    reason: Reason | None = None
    comment: str = field(default="", repr=False)
    rated_at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Exchange:
    """A question and how it ended. `question` is masked by the caller; times are aware, lengths are in seconds.

    `topic` is that of the document that comes closest, empty where it has none.

    `id` is a random `uuid4().hex` that only the browser of the person who asked knows: with it that browser rates or
    deletes, so it stands in no log and on no staff page; what they see is its `handle`. `rating` is filled in when an
    exchange is read; `keep` does not look at it.
    """

    id: str = field(repr=False)
    question: str
    outcome: str
    answer: str = ""
    standalone_question: str = ""
    language: str = ""
    page_language: str = ""
    reason: str = ""
    mode: str = ""
    citations: tuple[CitedSource, ...] = ()
    passages: tuple[ReadPassage, ...] = ()
    topic: str = ""
    search_seconds: float = 0.0
    total_seconds: float = 0.0
    asked_at: datetime = field(default_factory=now)
    rating: Rating | None = None

    @property
    def handle(self) -> str:
        """By what the staff name it."""
        return handle_of(self.id)


def handle_of(exchange_id: str) -> str:
    """16 hexadecimal digits that stand for an exchange and do not tell its id."""
    return sha256(f"exchange {exchange_id}".encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True)
class PersonRequest:
    """Somebody who wants to be called or written to about an exchange, and agreed at `consented_at` to be.

    `name` and `contact` are personal by purpose: they stand nowhere else, in no log and no repr. `note` is masked by
    the caller. `id`, `question`, `answer` and its `mode` are filled in by `ask_person`, `done_at` by `close_request`.
    """

    exchange_id: str = field(repr=False)
    name: str = field(repr=False)
    contact: str = field(repr=False)
    consented_at: datetime
    note: str = field(default="", repr=False)
    page_language: str = ""
    id: int = 0
    question: str = ""
    answer: str = ""
    mode: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True)
class Filter:
    """Which exchanges are wanted; what is left out does not narrow. Days are those of this machine's time zone.

    `rated` and `rating_reason` are about the thumbs. `text` is looked for in question, answer and comment, whatever its
    case.
    """

    outcome: str = ""
    language: str = ""
    topic: str = ""
    first: date | None = None
    last: date | None = None
    rated: Thumb | None = None
    rating_reason: Reason | None = None
    text: str = ""
