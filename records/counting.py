"""How many questions there were, by outcome, language, topic and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, extract, func, literal_column, select

from records.database import Database
from records.exchanges import Filter
from records.reading import conditions
from records.tables import ExchangeRow, RatingRow

QUARTER = 900
"""Seconds: every day of every time zone begins with a quarter of an hour."""

Value = TypeVar("Value", str, int)
Counted = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Counts:
    """Exchanges by what they are, the most frequent first, and by day of this machine's time zone, the newest first."""

    total: int
    outcomes: Counted
    languages: Counted
    topics: Counted
    days: tuple[tuple[date, int], ...]


def counts(database: Database, wanted: Filter) -> Counts:
    """Counts the exchanges that a filter lets through. Raises RecordsUnavailable."""
    kinds = (ExchangeRow.outcome, ExchangeRow.language, ExchangeRow.topic)
    moment = quarter(database.engine.dialect.name)
    with database.session() as session:  # one query: a search in the texts takes longer than all the counting
        found = session.execute(grouped(wanted, *kinds, moment)).all()
    outcomes, languages, topics = (most_frequent((row[at], row[-1]) for row in found) for at in range(len(kinds)))
    days = by_day(most_frequent((int(number), count) for *_, number, count in found))
    return Counts(sum(row[-1] for row in found), outcomes, languages, topics, days)


def grouped(wanted: Filter, *kinds: Any) -> Select[Any]:
    query: Select[Any] = select(*kinds, func.count()).select_from(ExchangeRow)
    if wanted.rated or wanted.rating_reason or wanted.text:
        query = query.outerjoin(RatingRow, RatingRow.exchange_id == ExchangeRow.id)
    return query.where(*conditions(wanted)).group_by(*kinds)


def quarter(dialect: str) -> ColumnElement[int]:
    """The number of the quarter of an hour in which an exchange was asked."""
    seconds = extract("epoch", ExchangeRow.asked_at)
    length: ColumnElement[int] = literal_column(str(QUARTER))  # PostgreSQL takes two parameters for two expressions
    return func.floor(seconds / length) if dialect == "postgresql" else seconds // length


def most_frequent(pairs: Iterable[tuple[Value, int]]) -> tuple[tuple[Value, int], ...]:
    total: Counter[Value] = Counter()
    for value, count in pairs:
        total[value] += count
    return tuple(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))


def by_day(quarters: Iterable[tuple[int, int]]) -> tuple[tuple[date, int], ...]:
    total: Counter[date] = Counter()
    for number, count in quarters:
        total[datetime.fromtimestamp(number * QUARTER, UTC).astimezone().date()] += count
    return tuple(sorted(total.items(), reverse=True))
