"""Database tables: exchanges with their dependent rows, and the work of the staff."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from records.column_types import Details, Moment, TextParts, Words
from records.models import CitedSource, GapState, PartOutcome, ReadPassage, Reason

ID, CODE = Words(64), Words(100)
"""Id of an exchange. CODE is a language, an outcome, a reason or a mode."""
LINE, NOTE = Words(300), Words(2_000)
"""A name or a contact. NOTE is what people write to us."""
PLACE, SUBJECT = Words(1_000), Words(600)
"""Path of a document. SUBJECT is a changed thing; its index allows 2,704 bytes."""
LONGEST_VALUE, DRAFT_CHARACTERS = 30_000, 2_000_000
QUOTE, QUESTION, ANSWER = Words(4_000), Words(4_000), Words(LONGEST_VALUE)
"""Quote from a document, question, and answer, which fits into a spreadsheet cell (32,767 characters)."""
REASON = Enum(Reason, native_enum=False, length=40, values_callable=lambda reasons: [each.value for each in reasons])
STATE = Enum(GapState, native_enum=False, length=40, values_callable=lambda states: [each.value for each in states])
SUMMED = "language", "page_language", "topic", "mode", "total_seconds"
"""Columns of exchanges used in statistics, besides outcome and day."""


class Row(DeclarativeBase):
    """Base class of all rows."""


def key_of_exchange() -> ForeignKey:
    """Returns a foreign key to an exchange; the row is deleted with it."""
    return ForeignKey("exchanges.id", ondelete="CASCADE")


class ExchangeRow(Row):
    """A question and its outcome."""

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
    citations: Mapped[tuple[CitedSource, ...]] = mapped_column(TextParts(CitedSource))
    passages: Mapped[tuple[ReadPassage, ...]] = mapped_column(TextParts(ReadPassage), server_default="[]")
    parts: Mapped[tuple[PartOutcome, ...]] = mapped_column(TextParts(PartOutcome), server_default="[]")
    topic: Mapped[str] = mapped_column(CODE, server_default="", index=True)
    search_seconds: Mapped[float]
    total_seconds: Mapped[float]
    support: Mapped[float | None]
    handle: Mapped[str] = mapped_column(CODE, server_default="", index=True)
    channel: Mapped[str] = mapped_column(CODE, server_default="")
    is_apart: Mapped[bool] = mapped_column(server_default="0")

    # covering indexes for counts and sums: the rows with their answers are fifty times as large
    __table_args__ = (
        Index("ix_exchanges_sums", "outcome", "asked_at", *SUMMED),
        Index("ix_exchanges_counted", "asked_at", "outcome", "language", "topic", "id"),
    )


class RatingRow(Row):
    """Rating of an answer; one per question, the last one."""

    __tablename__ = "ratings"

    exchange_id: Mapped[str] = mapped_column(ID, key_of_exchange(), primary_key=True)
    useful: Mapped[bool]
    reason: Mapped[Reason | None] = mapped_column(REASON)
    comment: Mapped[str] = mapped_column(NOTE)
    rated_at: Mapped[datetime] = mapped_column(Moment)


class RequestRow(Row):
    """Request for a person; one per question, the last one."""

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
    assigned_to: Mapped[str] = mapped_column(LINE, server_default="")
    staff_note: Mapped[str] = mapped_column(NOTE, server_default="")
    reply: Mapped[str] = mapped_column(ANSWER, server_default="")
    closing: Mapped[str] = mapped_column(CODE, server_default="")
    closed_by: Mapped[str] = mapped_column(LINE, server_default="")


class GapRow(Row):
    """Note of the staff on an unanswered question."""

    __tablename__ = "gaps"

    exchange_id: Mapped[str] = mapped_column(ID, key_of_exchange(), primary_key=True)
    state: Mapped[GapState] = mapped_column(STATE)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(LINE)
    source: Mapped[str] = mapped_column(PLACE)
    outcome: Mapped[str] = mapped_column(CODE)
    is_cited: Mapped[bool]
    reason: Mapped[str] = mapped_column(NOTE)


class AuditRow(Row):
    """A change made by staff."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    who: Mapped[str] = mapped_column(LINE)
    action: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(SUBJECT, index=True)
    details: Mapped[dict[str, str]] = mapped_column(Details)
    account: Mapped[str] = mapped_column(ID, server_default="")


class SessionRow(Row):
    """Session of a staff member; `key` is a digest of the token in the browser."""

    __tablename__ = "staff_sessions"

    key: Mapped[str] = mapped_column(ID, primary_key=True)
    who: Mapped[str] = mapped_column(LINE)
    expires: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[str] = mapped_column(ID, server_default="")


class AccountRow(Row):
    """Account of a staff member; `key` is its name as compared."""

    __tablename__ = "staff_accounts"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column(LINE, unique=True)
    name: Mapped[str] = mapped_column(LINE)
    email: Mapped[str | None] = mapped_column(LINE, unique=True)
    role: Mapped[str] = mapped_column(CODE)
    password: Mapped[str] = mapped_column(LINE)
    secret: Mapped[str] = mapped_column(CODE)
    step: Mapped[int]
    recovery: Mapped[str] = mapped_column(NOTE)
    invitation: Mapped[str] = mapped_column(ID, index=True)
    invited_until: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(LINE)
    created_at: Mapped[datetime] = mapped_column(Moment)
    signed_in_at: Mapped[datetime | None] = mapped_column(Moment)


class DraftRow(Row):
    """A change that waits for approval; `content` is JSON, up to a document's page."""

    __tablename__ = "staff_drafts"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(SUBJECT, index=True)
    content: Mapped[str] = mapped_column(Words(DRAFT_CHARACTERS))
    who: Mapped[str] = mapped_column(LINE)
    account: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(Moment)
    returned: Mapped[str] = mapped_column(NOTE, server_default="")
    returned_by: Mapped[str] = mapped_column(LINE, server_default="")


class ApiKeyRow(Row):
    """A key of the API: a digest of its text, and `scopes` separated by spaces."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(ID, unique=True)
    start: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(LINE)
    scopes: Mapped[str] = mapped_column(CODE)
    per_minute: Mapped[int]
    created_by: Mapped[str] = mapped_column(LINE)
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[str] = mapped_column(LINE, server_default="")
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class ValueRow(Row):
    """A named text, such as the password hash."""

    __tablename__ = "staff_values"

    name: Mapped[str] = mapped_column(ID, primary_key=True)
    value: Mapped[str] = mapped_column(ANSWER)


class CuratedRow(Row):
    """An answer of the center; a deleted one can be restored."""

    __tablename__ = "curated_answers"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    until: Mapped[date]
    created_by: Mapped[str] = mapped_column(LINE)
    changed_by: Mapped[str] = mapped_column(LINE)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


def key_of_curated() -> ForeignKey:
    """Returns a foreign key to a curated answer; the row is deleted with it."""
    return ForeignKey("curated_answers.id", ondelete="CASCADE")


class CuratedTextRow(Row):
    """A curated answer in one language, with its questions, one per line."""

    __tablename__ = "curated_texts"

    answer_id: Mapped[str] = mapped_column(ID, key_of_curated(), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(CODE)
    questions: Mapped[str] = mapped_column(ANSWER)
    answer: Mapped[str] = mapped_column(ANSWER)


class CuratedSourceRow(Row):
    """A document on which a curated answer is based."""

    __tablename__ = "curated_sources"

    answer_id: Mapped[str] = mapped_column(ID, key_of_curated(), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(PLACE)
    quote: Mapped[str] = mapped_column(QUOTE)
