"""Data types of an answer: answer, citations, warnings and timings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from bot.outcomes import Outcome
from records import PartOutcome
from store.bases import Basis
from store.documents import DocumentKind, Passage, Validity

Mode = Literal["extractive", "model", "curated"]
"""Origin of the text: the documents (quoted), a model, or the center."""
WarningKind = Literal[
    "personal_data",
    "to_be_checked",
    "not_in_force",
    "other_version",
    "uncovered",
    "unverified_figure",
    "model_unavailable",
    "machine_translation",
    "other_language",
]


@dataclass(frozen=True)
class CitedBasis:
    """Basis that a quote rests on.

    - `id`: id of the basis, or one of `basis_marks.RESERVED`.
    - `article`: article as the guide writes it, or the date that a report is as of; "" if none.
    - `basis`: None for a reserved id, and for one that no list of bases has.
    - `validity`: that of the basis on the day of the question.
    - `words`: part of the quote that rests on it; "" for all of it.
    """

    id: str
    article: str = ""
    basis: Basis | None = None
    validity: Validity = Validity.UNKNOWN
    words: str = ""


@dataclass(frozen=True)
class Citation:
    """Source of a marker `[number]`.

    `quote` is verbatim: `document.text[start:end]`.
    """

    number: int
    source: str
    title: str
    quote: str
    start: int
    end: int
    page: int | None = None
    heading: str = ""
    article: str = ""
    issuer: str = ""
    document_number: str = ""
    validity: Validity = Validity.UNKNOWN
    effective_from: date | None = None
    effective_to: date | None = None
    url: str = ""
    language: str = ""
    kind: DocumentKind = "document"
    reviewed_on: date | None = None
    review_by: date | None = None
    bases: tuple[CitedBasis, ...] = ()


@dataclass(frozen=True)
class AnswerWarning:
    """Notice to read before relying on the answer; `text` is in the answer's language."""

    kind: WarningKind
    text: str


@dataclass(frozen=True)
class Seconds:
    """Time that the answer took, in seconds."""

    search: float = 0.0
    compose: float = 0.0
    total: float = 0.0


@dataclass(frozen=True)
class Answer:
    """An answer, complete or still streaming (`complete` is False while it streams).

    - `text`: Markdown with markers such as `[1]`; each is the number of one of `citations`.
    - `reason`: why it was blocked or failed; otherwise the id of the curated answer that it is (mode "curated") or that
      is shown or offered beside it.
    - `as_of`: the past day that was asked about. The validity of citations is always that of the day of the question.
    - `suggestions`: questions that can be asked next.
    - `support`: answerability of the question, above 0 if it is answered; None if no search decided.
    - `is_elsewhere`: it is not about the country that was chosen.
    - `is_inbound`: it is surely about coming to China, so a country that it names is the asker's own.
    - `parts`: its questions, if they were answered one by one; for the records, the browser never keeps them.
    - `id`, `asked_at`: set by the caller that keeps answers (a conversation, the records).
    """

    question: str
    standalone_question: str
    language: str
    outcome: Outcome
    text: str
    mode: Mode = "extractive"
    reason: str = ""
    citations: tuple[Citation, ...] = ()
    warnings: tuple[AnswerWarning, ...] = ()
    passages: tuple[Passage, ...] = ()
    seconds: Seconds = Seconds()
    complete: bool = True
    as_of: date | None = None
    suggestions: tuple[str, ...] = ()
    support: float | None = None
    is_elsewhere: bool = False
    is_inbound: bool = False
    parts: tuple[PartOutcome, ...] = ()
    id: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation.

    `outcome`: that of an answer; None for a question, and if the sender of the conversation does not say it.
    """

    role: Literal["user", "assistant"]
    content: str
    outcome: Outcome | None = None


def end_answer(draft: Answer, outcome: Outcome, body: str) -> Answer:
    """Returns the draft as a complete answer with this outcome and text."""
    return replace(draft, outcome=outcome, text=body, complete=True)


def without_warnings(answer: Answer) -> Answer:
    """Returns the answer without its warnings, also in its text."""
    body = answer.text
    for warning in answer.warnings:
        body = body.replace(f"> {warning.text}\n\n", "", 1)
    return replace(answer, text=body, warnings=())


def add_warning(answer: Answer, warning: AnswerWarning) -> Answer:
    """Returns the answer with a warning added above its text."""
    return replace(answer, text=f"> {warning.text}\n\n{answer.text}", warnings=(warning, *answer.warnings))
