"""Data types of the records: exchanges, ratings, requests for a person."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256


class Reason(StrEnum):
    """Reason why an answer was not useful."""

    WRONG_FIGURE = "wrong_figure"
    OUT_OF_DATE = "out_of_date"
    NOT_ASKED = "not_asked"
    SOURCE_DOES_NOT_SAY = "source_does_not_say"
    LANGUAGE = "language"
    OTHER = "other"


class GapState(StrEnum):
    """State of an unanswered question: still open, answered since, or no gap.

    `open`: asked again without success.
    """

    OPEN = "open"
    CLOSED = "closed"
    IGNORED = "ignored"


class Thumb(StrEnum):
    """Rating of an answer, or none."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    NONE = "none"


class Closing(StrEnum):
    """Result of a request for a person.

    `answered`: by the staff themselves. `passed_on`: to another office. `not_reached`: the contact did not work.
    `withdrawn`: the person needs nothing any more.
    """

    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    NOT_REACHED = "not_reached"
    WITHDRAWN = "withdrawn"


def now() -> datetime:
    """Returns the current time in UTC, timezone-aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class CitedSource:
    """Source behind a marker `[number]` of an answer.

    `source`: path below the knowledge folder.
    """

    number: int
    source: str
    title: str
    validity: str = ""
    page: int | None = None
    heading: str = ""
    url: str = ""


@dataclass(frozen=True)
class ReadPassage:
    """Passage read for an answer: `[start:end]` of a document's text, and its score.

    `seen`: fingerprint of the text; "" if none was stored.
    """

    source: str
    start: int
    end: int
    score: float
    page: int | None = None
    heading: str = ""
    seen: str = ""


@dataclass(frozen=True)
class PartOutcome:
    """One of several questions of a message, as it can be read alone."""

    text: str
    is_answered: bool


@dataclass(frozen=True)
class Rating:
    """Rating of an answer.

    `comment`: masked by the caller (`bot.pii`), because this package cannot import it.
    """

    exchange_id: str = field(repr=False)
    useful: bool
    reason: Reason | None = None
    comment: str = field(default="", repr=False)
    rated_at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Exchange:
    """A question and its outcome.

    `id`: a random `uuid4().hex` known only to the browser of the person who asked. It allows rating and deletion,
    so it is in no log and on no staff page; these show the `handle`.
    `question`: masked by the caller.
    `parts`: its questions, if it was answered question by question; masked by the caller.
    `topic`: that of the cited document, until 2026-12-02 of the closest one; "" without an answer.
    `search_seconds`, `total_seconds`: in seconds. Times are timezone-aware.
    `channel`: where it was asked: "" for the page, else such as `api`.
    `rating`: set when an exchange is read; `keep` ignores it.
    `support`: answerability of the question; None if no search decided, or from before it was kept.
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
    parts: tuple[PartOutcome, ...] = ()
    topic: str = ""
    search_seconds: float = 0.0
    total_seconds: float = 0.0
    asked_at: datetime = field(default_factory=now)
    channel: str = ""
    rating: Rating | None = None
    support: float | None = None

    @property
    def handle(self) -> str:
        """Public id for staff."""
        return handle_of(self.id)

    @property
    def open_part(self) -> str:
        """Its questions that were not answered while others were; "" if there is none."""
        left = [each.text for each in self.parts if not each.is_answered]
        return " ".join(left) if len(left) < len(self.parts) else ""


def handle_of(exchange_id: str) -> str:
    """Public id of an exchange: 16 hexadecimal digits that do not reveal its id."""
    return sha256(f"exchange {exchange_id}".encode("utf-8", "replace")).hexdigest()[:16]


REFERENCE = re.compile(r"[0-9A-F]{8}")


def read_reference(text: str) -> str:
    """Returns the reference that a text is, as `PersonRequest.reference` writes it.

    People read it out and type it with blanks, in small or wide letters. "" if it is none.
    """
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    return plain if REFERENCE.fullmatch(plain) else ""


@dataclass(frozen=True)
class PersonRequest:
    """Request to be contacted by a person about an exchange.

    `consented_at`: time of the consent to be contacted.
    `name`, `contact`: personal data on purpose; they are in no log and no repr.
    `note`: masked by the caller.
    `id`, `question`, `answer`, `mode`: set by `ask_person`.
    `assigned_to`, `staff_note`, `reply`, `closing`, `closed_by`, `done_at`: set by the staff (`RequestWork`); `closing`
    is a Closing, or "" for one that is open.
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
    assigned_to: str = ""
    staff_note: str = field(default="", repr=False)
    reply: str = field(default="", repr=False)
    closing: str = ""
    closed_by: str = ""

    @property
    def reference(self) -> str:
        """Short code that the person can name on the telephone.

        It does not reveal the id of the exchange.
        """
        return handle_of(self.exchange_id)[:8].upper()

    def has(self, text: str) -> bool:
        """True if a text is the reference or part of what was written, in any case."""
        parts = (self.name, self.contact, self.question, self.note, self.staff_note, self.reply)
        words = text.casefold()
        return read_reference(text) == self.reference or any(words in each.casefold() for each in parts)


@dataclass(frozen=True)
class Filter:
    """Filter for exchanges; empty fields do not restrict.

    Days are in this machine's time zone.
    `rated`, `rating_reason`: about the rating.
    `text`: searched in question, answer and comment, ignoring case; or the reference of a request for a person.
    """

    outcome: str = ""
    language: str = ""
    topic: str = ""
    first: date | None = None
    last: date | None = None
    rated: Thumb | None = None
    rating_reason: Reason | None = None
    text: str = ""
