"""The tables: exchanges with what hangs on them and goes with them, and what the staff did."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from records.column_types import Details, Moment, Parts, Words
from records.models import CitedSource, GapState, ReadPassage, Reason

ID, CODE = Words(64), Words(100)
"""An exchange's id; a language, an outcome, a reason, a mode."""
LINE, NOTE = Words(300), Words(2_000)
"""A name or a contact; what somebody writes to us."""
QUOTE = Words(4_000)
"""What is quoted of a document."""
SUBJECT = Words(1_000)
"""What a change was made to, such as the path of a document."""
LONGEST_VALUE = 30_000
QUESTION, ANSWER = Words(4_000), Words(LONGEST_VALUE)
"""An answer fits into a cell of a spreadsheet, which holds 32,767 characters."""
REASON = Enum(Reason, native_enum=False, length=40, values_callable=lambda reasons: [each.value for each in reasons])

STATE = Enum(GapState, native_enum=False, length=40, values_callable=lambda states: [each.value for each in states])


SUMMED = "language", "page_language", "topic", "mode", "total_seconds"
"""What is added up of exchanges, beside their outcome and day."""


class Row(DeclarativeBase):
    """A row of one of our tables."""


def key_of_exchange() -> ForeignKey:
    return ForeignKey("exchanges.id", ondelete="CASCADE")


class ExchangeRow(Row):
    """A question and how it ended."""

    __tablename__ = "exchanges"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(Moment, index=True)
    page_language: Mapped[str] = mapped_column(CODE)
    question: Mapped[str] = mapped_column(QUESTION)
    standalone_question: Mapped[str] = mapped_column(QUESTION)
    language: Mapped[str] = mapped_column(CODE)
    outcome: Mapped[str] = mapped_column(CODE)
    reason: Mapped[str] = mapped_column(CODE)
    mode: Mapped[str] = mapped_column(CODE)
    answer: Mapped[str] = mapped_column(ANSWER)
    citations: Mapped[tuple[CitedSource, ...]] = mapped_column(Parts(CitedSource))
    passages: Mapped[tuple[ReadPassage, ...]] = mapped_column(Parts(ReadPassage), server_default="[]")
    topic: Mapped[str] = mapped_column(CODE, server_default="", index=True)
    search_seconds: Mapped[float]
    total_seconds: Mapped[float]

    handle: Mapped[str] = mapped_column(CODE, server_default="", index=True)

    # What is counted and added up stands in them: the rows with their answers are fifty times as much to read.
    __table_args__ = (
        Index("ix_exchanges_sums", "outcome", "asked_at", *SUMMED),
        Index("ix_exchanges_counted", "asked_at", "outcome", "language", "topic", "id"),
    )


class RatingRow(Row):
    """Whether an answer was useful: one a question, the last one."""

    __tablename__ = "ratings"

    exchange_id: Mapped[str] = mapped_column(ID, key_of_exchange(), primary_key=True)
    useful: Mapped[bool]
    reason: Mapped[Reason | None] = mapped_column(REASON)
    comment: Mapped[str] = mapped_column(NOTE)
    rated_at: Mapped[datetime] = mapped_column(Moment)


class RequestRow(Row):
    """Somebody who wants to hear from a person: one a question, the last one."""

    __tablename__ = "requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[str] = mapped_column(ID, key_of_exchange(), unique=True)
    question: Mapped[str] = mapped_column(QUESTION)
    answer: Mapped[str] = mapped_column(ANSWER)
    mode: Mapped[str] = mapped_column(CODE, server_default="")
    name: Mapped[str] = mapped_column(LINE)
    contact: Mapped[str] = mapped_column(LINE)
    note: Mapped[str] = mapped_column(NOTE)
    page_language: Mapped[str] = mapped_column(CODE)
    consented_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class GapRow(Row):
    """What the staff did about a question that was not answered."""

    __tablename__ = "gaps"

    exchange_id: Mapped[str] = mapped_column(ID, key_of_exchange(), primary_key=True)
    state: Mapped[GapState] = mapped_column(STATE)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(LINE)
    source: Mapped[str] = mapped_column(SUBJECT)
    outcome: Mapped[str] = mapped_column(CODE)
    is_cited: Mapped[bool]
    reason: Mapped[str] = mapped_column(NOTE)


class AuditRow(Row):
    """A change that one of the staff made."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    who: Mapped[str] = mapped_column(LINE)
    action: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(SUBJECT, index=True)
    details: Mapped[dict[str, str]] = mapped_column(Details)


class SessionRow(Row):
    """One of the staff who has signed in; `key` is a digest of what the browser holds."""

    __tablename__ = "staff_sessions"

    key: Mapped[str] = mapped_column(ID, primary_key=True)
    who: Mapped[str] = mapped_column(LINE)
    expires: Mapped[datetime] = mapped_column(Moment)


class ValueRow(Row):
    """A named text, such as the hash of the password."""

    __tablename__ = "staff_values"

    name: Mapped[str] = mapped_column(ID, primary_key=True)
    value: Mapped[str] = mapped_column(ANSWER)


class CuratedRow(Row):
    """An answer that the center wrote; one that was deleted can be brought back."""

    __tablename__ = "curated_answers"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    until: Mapped[date]
    created_by: Mapped[str] = mapped_column(LINE)
    changed_by: Mapped[str] = mapped_column(LINE)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


def key_of_curated() -> ForeignKey:
    return ForeignKey("curated_answers.id", ondelete="CASCADE")


class CuratedTextRow(Row):
    """Such an answer in one language, with the questions that get it, one a line."""

    __tablename__ = "curated_texts"

    answer_id: Mapped[str] = mapped_column(ID, key_of_curated(), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(CODE)
    questions: Mapped[str] = mapped_column(ANSWER)
    answer: Mapped[str] = mapped_column(ANSWER)


class CuratedSourceRow(Row):
    """A document on which such an answer rests."""

    __tablename__ = "curated_sources"

    answer_id: Mapped[str] = mapped_column(ID, key_of_curated(), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(SUBJECT)
    quote: Mapped[str] = mapped_column(QUOTE)
