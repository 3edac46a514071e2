"""Statistics: number of questions, outcomes, sources of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, String, cast, distinct, extract, func, literal_column, select

from records.database import Database
from records.models import Filter
from records.queries import conditions, start_of
from records.tables import AuditRow, ExchangeRow, RatingRow, RequestRow

QUARTER = 900
"""Seconds: every day of every time zone begins with a quarter of an hour."""

Trait = Literal["language", "page_language", "topic"]
Rows = Select[*tuple[Any, ...]]
Value = TypeVar("Value", str, int)
Counted = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Days:
    """A period of days in this machine's time zone, first and last included."""

    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def each(self) -> list[date]:
        """Returns all days of the period, in order."""
        return [self.first + timedelta(number) for number in range(len(self))]

    def before(self) -> Days:
        """Period of equal length directly before."""
        return Days(self.first - timedelta(len(self)), self.first - timedelta(1))


@dataclass(frozen=True)
class Ratings:
    """Numbers of useful and useless answers, and the reasons of the useless ones.

    The reason "" counts ratings without a reason.
    """

    useful: int = 0
    useless: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    """Exchanges counted by outcome, language and topic, and by day.

    Most frequent first; days latest first, in this machine's time zone.
    """

    total: int
    outcomes: Counted
    languages: Counted
    topics: Counted
    days: tuple[tuple[date, int], ...]


class Statistics:
    """Sums over the exchanges of some `days` with one of some `outcomes`.

    Without outcomes all exchanges count; named outcomes are faster.
    Every method may raise RecordsUnavailableError.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def counts(self, wanted: Filter) -> Counts:
        """Counts the exchanges that match a filter."""
        kinds = (ExchangeRow.outcome, ExchangeRow.language, ExchangeRow.topic)
        moment = quarter(self.database.engine.dialect.name)
        # one query, because a search in the texts takes longer than all the counting
        found = self.rows(count_by(wanted, *kinds, moment))
        outcomes, languages, topics = (most_frequent((row[at], row[-1]) for row in found) for at in range(len(kinds)))
        days = by_day((int(number), count) for *_, number, count in found)
        return Counts(sum(row[-1] for row in found), outcomes, languages, topics, days)

    def daily(self, days: Days, outcomes: Collection[str]) -> dict[tuple[date, str], int]:
        """Number of questions by day and outcome, without zeros."""
        query = select(ExchangeRow.asked_at, ExchangeRow.outcome).where(*within(days, outcomes))
        return Counter((asked_at.astimezone().date(), outcome) for asked_at, outcome in self.rows(query))

    def traits(self, days: Days, trait: Trait, outcomes: Collection[str]) -> dict[str, int]:
        """Number of questions by language or topic, most frequent first."""
        column = getattr(ExchangeRow, trait)
        return self.count_rows(select(column, func.count()).where(*within(days, outcomes)).group_by(column))

    def seconds(self, days: Days, outcomes: Collection[str]) -> dict[str, list[float]]:
        """Seconds per answer by mode, shortest first."""
        query = select(ExchangeRow.mode, ExchangeRow.total_seconds).where(*within(days, outcomes))
        found: dict[str, list[float]] = {}
        for mode, seconds in self.rows(query):
            found.setdefault(mode, []).append(seconds)
        return {mode: sorted(each) for mode, each in found.items()}

    def ratings(self, days: Days) -> Ratings:
        """Ratings of the answers to the questions of these days."""
        rated = (RatingRow.exchange_id == ExchangeRow.id, *within(days))
        columns = RatingRow.useful, RatingRow.reason
        rows = self.rows(select(*columns, func.count()).where(*rated).group_by(*columns))
        reasons = {str(reason or ""): count for useful, reason, count in rows if not useful}
        useful = sum(count for is_useful, _, count in rows if is_useful)
        return Ratings(useful, sum(reasons.values()), most_first(reasons))

    def requests(self, days: Days) -> int:
        """Number of requests for a person."""
        agreed = RequestRow.consented_at
        query = select(func.count()).where(agreed >= start_of(days.first), agreed < end_of(days.last))
        return int(self.rows(query)[0][0])

    def count_citations(self, days: Days, outcomes: Collection[str]) -> dict[str, int]:
        """Number of answers citing each document, by source, most cited first."""
        cited = self.citations(days, outcomes).subquery()
        return self.count_rows(select(cited.c.source, func.count()).group_by(cited.c.source))

    def citing(self, days: Days, outcomes: Collection[str], sources: Collection[str]) -> int:
        """Number of answers that cite at least one of some documents."""
        if not sources:
            return 0
        cited = self.citations(days, outcomes).subquery()
        query = select(func.count(distinct(cited.c.id))).where(cited.c.source.in_(sources))
        return int(self.rows(query)[0][0])

    def citations(self, days: Days, outcomes: Collection[str]) -> Select[str, str]:
        """Pairs of exchange and cited source, each once.

        Unpacking JSON is not standard SQL, so it depends on the database.
        """
        on_sqlite = self.database.engine.dialect.name == "sqlite"
        taken_apart = func.json_each if on_sqlite else func.json_array_elements
        each = taken_apart(ExchangeRow.citations).table_valued("value")
        value = each.c.value
        source = func.json_extract(value, "$.source") if on_sqlite else func.json_extract_path_text(value, "source")
        query = select(ExchangeRow.id, cast(source, String).label("source")).select_from(ExchangeRow)
        return query.join(each, ExchangeRow.id.is_not(None)).where(*within(days, outcomes)).distinct()

    def questions(self, days: Days, outcome: str, most: int) -> dict[str, int]:
        """Most frequent questions with this outcome, as they were asked, with counts."""
        question, count = ExchangeRow.question, func.count()
        query = select(question, count).where(*within(days, (outcome,))).group_by(question)
        return self.count_rows(query.order_by(count.desc(), question).limit(most))

    def useless(self, days: Days, most: int) -> list[tuple[str, str]]:
        """Latest questions with answers rated useless, with the reason, without comments."""
        rated = (RatingRow.exchange_id == ExchangeRow.id, RatingRow.useful.is_(False), *within(days))
        query = select(ExchangeRow.question, RatingRow.reason).where(*rated)
        rows = self.rows(query.order_by(ExchangeRow.asked_at.desc(), ExchangeRow.id).limit(most))
        return [(question, str(reason or "")) for question, reason in rows]

    def changes(self, days: Days) -> dict[str, int]:
        """Number of staff changes by action."""
        when = (AuditRow.at >= start_of(days.first), AuditRow.at < end_of(days.last))
        return self.count_rows(select(AuditRow.action, func.count()).where(*when).group_by(AuditRow.action))

    def count_rows(self, query: Rows) -> dict[str, int]:
        """Returns the rows of a query, each a name and a number; highest numbers first."""
        return most_first({str(name): int(count) for name, count in self.rows(query)})

    def rows(self, query: Rows) -> Sequence[Any]:
        """Returns all rows of a query."""
        with self.database.session() as session:
            return session.execute(query).all()


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Returns counts with the highest first, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def end_of(day: date) -> datetime:
    """Returns the start of the day after, in this machine's time zone."""
    return start_of(day + timedelta(1))


def within(days: Days, outcomes: Collection[str] = ()) -> list[ColumnElement[bool]]:
    """Conditions for exchanges of some days, with one of some outcomes if given."""
    asked_at = ExchangeRow.asked_at
    when: list[ColumnElement[bool]] = [asked_at >= start_of(days.first), asked_at < end_of(days.last)]
    return [*when, ExchangeRow.outcome.in_(outcomes)] if outcomes else when


def count_by(wanted: Filter, *kinds: Any) -> Select[Any]:
    """Returns the query for numbers of exchanges that match a filter, by some columns."""
    query: Select[Any] = select(*kinds, func.count()).select_from(ExchangeRow)
    if wanted.rated or wanted.rating_reason or wanted.text:
        query = query.outerjoin(RatingRow, RatingRow.exchange_id == ExchangeRow.id)
    return query.where(*conditions(wanted)).group_by(*kinds)


def quarter(dialect: str) -> ColumnElement[int]:
    """Number of the quarter of an hour in which an exchange was asked."""
    seconds = extract("epoch", ExchangeRow.asked_at)
    # no parameter: PostgreSQL would treat its two uses as two expressions
    length: ColumnElement[int] = literal_column(str(QUARTER))
    return func.floor(seconds / length) if dialect == "postgresql" else seconds // length


def most_frequent(pairs: Iterable[tuple[Value, int]]) -> tuple[tuple[Value, int], ...]:
    """Returns the total count of each value, highest first, equal ones by value."""
    total: Counter[Value] = Counter()
    for value, count in pairs:
        total[value] += count
    return tuple(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))


def by_day(quarters: Iterable[tuple[int, int]]) -> tuple[tuple[date, int], ...]:
    """Returns the total count of each day, latest first.

    `quarters` are pairs of the number of a quarter of an hour since 1970 (UTC) and a count.
    Days are in this machine's time zone.
    """
    total: Counter[date] = Counter()
    for number, count in quarters:
        total[datetime.fromtimestamp(number * QUARTER, UTC).astimezone().date()] += count
    return tuple(sorted(total.items(), reverse=True))
