"""Curated answers: written, changed, ended, deleted and restored by the center."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import RLock
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from records.cached_value import REREAD_SECONDS, CachedValue
from records.database import Database
from records.models import now
from records.queries import values_of
from records.tables import CuratedRow, CuratedSourceRow, CuratedTextRow, ExchangeRow

Hanging = TypeVar("Hanging", CuratedTextRow, CuratedSourceRow)


@dataclass(frozen=True)
class CuratedText:
    """Answer in one language, in Markdown, with the questions that get it.

    `questions`: one per line, the main question first.
    """

    language: str
    questions: str
    answer: str

    @property
    def wordings(self) -> tuple[str, ...]:
        """List of the questions."""
        return tuple(line.strip() for line in self.questions.splitlines() if line.strip())


@dataclass(frozen=True)
class CuratedSource:
    """Document on which the answer is based, with an optional quote.

    `source`: its path below the knowledge folder.
    """

    source: str
    quote: str = ""


@dataclass(frozen=True)
class CuratedAnswer:
    """Answer of the center to a question.

    `until`: last day on which it is given. Without `sources` it is an answer of the center alone.
    """

    id: str
    until: date
    texts: tuple[CuratedText, ...]
    sources: tuple[CuratedSource, ...]
    created_by: str = ""
    changed_by: str = ""
    created_at: datetime = field(default_factory=now)
    changed_at: datetime = field(default_factory=now)

    def text(self, language: str) -> CuratedText | None:
        """Returns the text in a language.

        None if the answer has none in it.
        """
        return next((text for text in self.texts if text.language == language), None)

    @property
    def question(self) -> str:
        """Name of the answer for staff: the first question in the first language."""
        return next((wording for text in self.texts for wording in text.wordings), "")


@dataclass(frozen=True)
class AskedWording:
    """A question in a visitor's words that led to an answer, and how often."""

    question: str
    count: int


class CuratedAnswers:
    """All curated answers. Thread-safe.

    Every method except `current` and `ending` may raise RecordsUnavailableError.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.editing = RLock()
        """Lock from reading an answer to storing its change: nobody overwrites another's."""
        self.known: CachedValue[tuple[CuratedAnswer, ...]] = CachedValue(
            database.patience(REREAD_SECONDS), lambda: tuple(self.read_all()), ()
        )

    def current(self) -> Sequence[CuratedAnswer]:
        """All answers, cached.

        Changes by this process count at once, those by others within REREAD_SECONDS, on a server SHARED_SECONDS.
        While the database is unavailable, the last known answers.
        """
        return self.known.value()

    def ending(self, first: date, last: date) -> list[CuratedAnswer]:
        """Answers whose last day is between two days, by that day; cached like `current`."""
        found = (each for each in self.current() if first <= each.until <= last)
        return sorted(found, key=lambda each: (each.until, each.id))

    def read_all(self) -> list[CuratedAnswer]:
        """Answers that are not deleted, last changed first."""
        return self.select_answers(CuratedRow.deleted_at.is_(None))

    def select_answers(self, which: ColumnElement[bool]) -> list[CuratedAnswer]:
        """Returns the answers that meet a condition on CuratedRow, last changed first."""
        query = select(CuratedRow).where(which).order_by(CuratedRow.changed_at.desc(), CuratedRow.id)
        with self.database.session() as session:
            texts = rows_by_answer(session, CuratedTextRow)
            sources = rows_by_answer(session, CuratedSourceRow)
            return [to_answer(row, texts.get(row.id, []), sources.get(row.id, [])) for row in session.scalars(query)]

    def one(self, identity: str) -> CuratedAnswer | None:
        """Returns the answer with this id, read from the database.

        None if there is none, or it is deleted.
        """
        return next((answer for answer in self.read_all() if answer.id == identity), None)

    def find_deleted(self, identity: str) -> CuratedAnswer | None:
        """Returns the deleted answer with this id.

        None if there is none, or it is not deleted.
        """
        return next(iter(self.select_answers((CuratedRow.id == identity) & CuratedRow.deleted_at.is_not(None))), None)

    def uses(self, since: datetime) -> dict[str, int]:
        """Number of times each answer was given since a moment, by id.

        Only stored questions count.
        """
        return self.count_by_answer(leads_to_answer(since, is_near=False))

    def near_misses(self, since: datetime) -> dict[str, int]:
        """Number of questions that came near each answer since a moment, by id.

        They got another answer or a refusal. Only stored questions count.
        """
        return self.count_by_answer(leads_to_answer(since, is_near=True))

    def count_by_answer(self, which: ColumnElement[bool]) -> dict[str, int]:
        """Returns the number of exchanges that meet a condition, by the answer's id."""
        query = select(ExchangeRow.reason, func.count()).where(which).group_by(ExchangeRow.reason)
        with self.database.session() as session:
            return {str(row[0]): int(row[1]) for row in session.execute(query)}

    def find_asked_wordings(
        self, identity: str, since: datetime, limit: int, is_near: bool = False
    ) -> list[AskedWording]:
        """Questions that got an answer, or came near it, since a moment.

        Most frequent first; those that came near as they would be asked alone. Only stored questions count.
        """
        which = leads_to_answer(since, is_near) & (ExchangeRow.reason == identity)
        count = func.count().label("count")
        alone = func.coalesce(func.nullif(ExchangeRow.standalone_question, ""), ExchangeRow.question)
        question = (alone if is_near else ExchangeRow.question).label("wording")
        query = select(question, count).where(which).group_by("wording")
        query = query.order_by(count.desc(), "wording").limit(limit)
        with self.database.session() as session:
            return [AskedWording(str(row[0]), int(row[1])) for row in session.execute(query)]

    def keep(self, *answers: CuratedAnswer) -> None:
        """Stores answers, each in place of the one with its id.

        All of them or, on an error, none. The first author and time are kept. A deleted answer is restored.
        """
        with self.database.session() as session:
            for answer in answers:
                self.put(session, answer)
        self.known.forget()

    def put(self, session: Session, answer: CuratedAnswer) -> None:
        """Stores an answer in a transaction; first author and time stay, deletion ends."""
        values = values_of(answer, CuratedAnswer, "texts", "sources") | {"deleted_at": None}
        if earlier := session.get(CuratedRow, answer.id):
            values |= {"created_at": earlier.created_at, "created_by": earlier.created_by}
        self.database.put(session, CuratedRow, "id", values)
        for table in (CuratedTextRow, CuratedSourceRow):
            session.execute(delete(table).where(table.answer_id == answer.id))
        session.add_all(rows_of(answer))

    def end(self, identity: str, until: date, who: str) -> None:
        """Sets the last day of an answer; yesterday ends it at once."""
        self.change(identity, until=until, changed_by=who, changed_at=now())

    def delete(self, identity: str) -> None:
        """Deletes an answer; `restore` brings it back."""
        self.change(identity, deleted_at=now())

    def restore(self, identity: str) -> None:
        """Restores a deleted answer."""
        self.change(identity, deleted_at=None)

    def change(self, identity: str, **values: object) -> None:
        """Changes columns of an answer, given by its id."""
        with self.database.session() as session:
            session.execute(update(CuratedRow).where(CuratedRow.id == identity).values(**values))
        self.known.forget()


def leads_to_answer(since: datetime, is_near: bool) -> ColumnElement[bool]:
    """Condition on questions that got a curated answer, or only came near one."""
    is_given = ExchangeRow.mode != "curated" if is_near else ExchangeRow.mode == "curated"
    return is_given & (ExchangeRow.asked_at >= since)


def rows_by_answer(session: Session, table: type[Hanging]) -> dict[str, list[Hanging]]:
    """Rows of a table in their order, by answer."""
    found: dict[str, list[Hanging]] = {}
    for row in session.scalars(select(table).order_by(table.position)):
        found.setdefault(row.answer_id, []).append(row)
    return found


def to_answer(row: CuratedRow, texts: Sequence[CuratedTextRow], sources: Sequence[CuratedSourceRow]) -> CuratedAnswer:
    """Returns a row as an answer, with the rows of its texts and sources."""
    answer = CuratedAnswer(**values_of(row, CuratedAnswer, "texts", "sources"), texts=(), sources=())
    return replace(
        answer,
        texts=tuple(CuratedText(**values_of(each, CuratedText)) for each in texts),
        sources=tuple(CuratedSource(**values_of(each, CuratedSource)) for each in sources),
    )


def rows_of(answer: CuratedAnswer) -> list[CuratedTextRow | CuratedSourceRow]:
    """Dependent rows of an answer."""
    texts = [
        CuratedTextRow(answer_id=answer.id, position=place, **vars(each)) for place, each in enumerate(answer.texts)
    ]
    sources = [
        CuratedSourceRow(answer_id=answer.id, position=place, **vars(each)) for place, each in enumerate(answer.sources)
    ]
    return [*texts, *sources]
