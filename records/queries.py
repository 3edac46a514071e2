"""Queries of the staff pages, and conversion of rows to data types."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from records.models import Exchange, Filter, PersonRequest, Rating, Thumb, read_reference
from records.tables import ExchangeRow, RatingRow, RequestRow

Exchanges = Select[ExchangeRow, RatingRow | None]


def start_of(day: date) -> datetime:
    """Start of a day, in this machine's time zone."""
    return datetime.combine(day, time()).astimezone()


def newest_first(wanted: Filter) -> Exchanges:
    """Exchanges that match a filter, with their ratings, latest first."""
    query = select(ExchangeRow, RatingRow).outerjoin(RatingRow, RatingRow.exchange_id == ExchangeRow.id)
    return query.where(*conditions(wanted)).order_by(ExchangeRow.asked_at.desc(), ExchangeRow.id)


def after(last: Exchange) -> ColumnElement[bool]:
    """Condition: exchanges after this one in the order "latest first"."""
    same = and_(ExchangeRow.asked_at == last.asked_at, ExchangeRow.id > last.id)
    return or_(ExchangeRow.asked_at < last.asked_at, same)


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Conditions of a filter on exchanges joined with ratings."""
    equal = ((ExchangeRow.outcome, wanted.outcome), (ExchangeRow.language, wanted.language))
    asked = [column == value for column, value in (*equal, (ExchangeRow.topic, wanted.topic)) if value]
    if wanted.first:
        asked.append(ExchangeRow.asked_at >= start_of(wanted.first))
    if wanted.last:
        asked.append(ExchangeRow.asked_at < start_of(wanted.last + timedelta(1)))
    if wanted.rated:
        asked.append(is_rated(wanted.rated))
    if wanted.rating_reason:
        asked.append(RatingRow.reason == wanted.rating_reason)
    return [*asked, holds(wanted.text)] if wanted.text else asked


def is_rated(thumb: Thumb) -> ColumnElement[bool]:
    """Returns the condition that an answer has this rating, or for NONE no rating."""
    if thumb is Thumb.NONE:
        return RatingRow.exchange_id.is_(None)
    return RatingRow.useful.is_(thumb is Thumb.USEFUL)


def holds(text: str) -> Any:
    """Returns the condition that question, answer or comment contain a text.

    Upper and lower case do not count. A reference finds its question too.
    """
    columns = (ExchangeRow.question, ExchangeRow.standalone_question, ExchangeRow.answer, RatingRow.comment)
    found = [column.icontains(text, autoescape=True) for column in columns]
    reference = read_reference(text)
    return or_(*found, ExchangeRow.handle.startswith(reference.lower())) if reference else or_(*found)


def waiting(open_only: bool) -> Select[RequestRow]:
    """Requests for a person, longest waiting first."""
    query = select(RequestRow).order_by(RequestRow.consented_at, RequestRow.id)
    return query.where(RequestRow.done_at.is_(None)) if open_only else query


def to_exchange(row: ExchangeRow, rating: RatingRow | None) -> Exchange:
    """Returns a row and its rating, if it has one, as an exchange."""
    return Exchange(**values_of(row, Exchange, "rating"), rating=to_rating(rating) if rating else None)


def to_rating(row: RatingRow) -> Rating:
    """Returns a row as a rating."""
    return Rating(**values_of(row, Rating))


def to_request(row: RequestRow) -> PersonRequest:
    """Returns a row as a request for a person."""
    return PersonRequest(**values_of(row, PersonRequest))


def values_of(thing: object, kind: type[Any], *without: str) -> dict[str, Any]:
    """Values of a row or dataclass for the fields of a dataclass."""
    names = [field.name for field in fields(kind) if field.name not in without]
    return {name: getattr(thing, name) for name in names}
