"""What the bot gives back: an answer that grows, with its citations, warnings and the passages read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from bot.outcomes import Outcome
from store.documents import Passage, Validity

Mode = Literal["extractive", "model", "curated"]
"""Quoted from the documents, written by a model, or written by the center."""
WarningKind = Literal[
    "personal_data",
    "to_be_checked",
    "not_in_force",
    "other_version",
    "unverified_figure",
    "model_unavailable",
    "machine_translation",
]


@dataclass(frozen=True)
class Citation:
    """What a marker `[number]` stands for. `quote` is verbatim: `document.text[start:end]`."""

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


@dataclass(frozen=True)
class Warning:
    """Something the person must know before relying on the answer; `text` is in the language of the answer."""

    kind: WarningKind
    text: str


@dataclass(frozen=True)
class Seconds:
    """How long the answer took, in seconds."""

    search: float = 0.0
    compose: float = 0.0
    total: float = 0.0


@dataclass(frozen=True)
class Answer:
    """An answer, complete or still growing (`complete` is False while it streams).

    `text` is Markdown with markers `[1]`; each marker is the number of one of `citations`.
    `suggestions` are questions that can be asked next. `as_of` is the day in the past that was asked about; validity is
    always that of the day of the question. `id` and `asked_at` are given by whoever keeps answers: a conversation, the
    records. `reason` says why it was blocked or failed; of an answer that the center wrote it is the id.
    """

    question: str
    standalone_question: str
    language: str
    outcome: Outcome
    text: str
    mode: Mode = "extractive"
    reason: str = ""
    citations: tuple[Citation, ...] = ()
    warnings: tuple[Warning, ...] = ()
    passages: tuple[Passage, ...] = ()
    seconds: Seconds = Seconds()
    complete: bool = True
    as_of: date | None = None
    suggestions: tuple[str, ...] = ()
    id: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


def ended(draft: Answer, outcome: Outcome, body: str) -> Answer:
    """The complete answer that a draft becomes."""
    return replace(draft, outcome=outcome, text=body, complete=True)


def warned(answer: Answer, warning: Warning) -> Answer:
    """The answer with a warning, which stands above its text."""
    return replace(answer, text=f"> {warning.text}\n\n{answer.text}", warnings=(warning, *answer.warnings))
