"""What the staff look for in the records, as queries, and the rows as the things they stand for."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from records.exchanges import Exchange, Filter, PersonRequest, Rating
from records.tables import ExchangeRow, RatingRow, RequestRow

Exchanges = Select[ExchangeRow, RatingRow | None]


def start_of(day: date) -> datetime:
    """The midnight before a day, in this machine's time zone."""
    return datetime.combine(day, time()).astimezone()


def newest_first(wanted: Filter) -> Exchanges:
    """The exchanges that a filter lets through, each with its rating if it has one."""
    query = select(ExchangeRow, RatingRow).outerjoin(RatingRow, RatingRow.exchange_id == ExchangeRow.id)
    query = query.order_by(ExchangeRow.asked_at.desc(), ExchangeRow.id)
    if wanted.outcome:
        query = query.where(ExchangeRow.outcome == wanted.outcome)
    if wanted.language:
        query = query.where(ExchangeRow.language == wanted.language)
    if wanted.topic:
        query = query.where(ExchangeRow.topic == wanted.topic)
    if wanted.first:
        query = query.where(ExchangeRow.asked_at >= start_of(wanted.first))
    if wanted.last:
        query = query.where(ExchangeRow.asked_at < start_of(wanted.last + timedelta(1)))
    if wanted.badly_rated:
        query = query.where(RatingRow.useful.is_(False))
    return query.where(holds(wanted.text)) if wanted.text else query


def holds(text: str) -> Any:
    columns = (ExchangeRow.question, ExchangeRow.standalone_question, ExchangeRow.answer, RatingRow.comment)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def waiting(open_only: bool) -> Select[RequestRow]:
    """The requests for a person, who has waited longest first."""
    query = select(RequestRow).order_by(RequestRow.consented_at, RequestRow.id)
    return query.where(RequestRow.done_at.is_(None)) if open_only else query


def to_exchange(row: ExchangeRow, rating: RatingRow | None) -> Exchange:
    return Exchange(**values_of(row, Exchange, "rating"), rating=to_rating(rating) if rating else None)


def to_rating(row: RatingRow) -> Rating:
    return Rating(**values_of(row, Rating))


def to_request(row: RequestRow) -> PersonRequest:
    return PersonRequest(**values_of(row, PersonRequest))


def values_of(thing: object, kind: type[Any], *without: str) -> dict[str, Any]:
    """The values of a row or a dataclass that have the names of the fields of a dataclass."""
    names = [field.name for field in fields(kind) if field.name not in without]
    return {name: getattr(thing, name) for name in names}
