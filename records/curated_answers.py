"""The answers that the center itself wrote: kept, changed, ended and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from records.cached_value import REREAD_SECONDS, Reread
from records.database import Database
from records.models import now
from records.queries import values_of
from records.tables import CuratedRow, CuratedSourceRow, CuratedTextRow, ExchangeRow

Hanging = TypeVar("Hanging", CuratedTextRow, CuratedSourceRow)


@dataclass(frozen=True)
class CuratedText:
    """The answer in one language, in Markdown, and the questions that get it: the main one first, others below it, one
    a line."""

    language: str
    questions: str
    answer: str

    @property
    def wordings(self) -> tuple[str, ...]:
        """The questions, one by one."""
        return tuple(line.strip() for line in self.questions.splitlines() if line.strip())


@dataclass(frozen=True)
class CuratedSource:
    """A document that the answer rests on, by its path below the knowledge folder, and what is quoted of it, if that
    was said."""

    source: str
    quote: str = ""


@dataclass(frozen=True)
class CuratedAnswer:
    """What the center answers to a question, the last day on which it does, and who wrote it."""

    id: str
    until: date
    texts: tuple[CuratedText, ...]
    sources: tuple[CuratedSource, ...]
    created_by: str = ""
    changed_by: str = ""
    created_at: datetime = field(default_factory=now)
    changed_at: datetime = field(default_factory=now)

    def text(self, language: str) -> CuratedText | None:
        """What was written in a language; None where nothing was."""
        return next((text for text in self.texts if text.language == language), None)

    @property
    def question(self) -> str:
        """By which the staff know it: the first question of the first language."""
        return next((wording for text in self.texts for wording in text.wordings), "")


class CuratedAnswers:
    """The answers. Threads may share it. Every method but `current` may raise RecordsUnavailable."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.known: Reread[tuple[CuratedAnswer, ...]] = Reread(REREAD_SECONDS, lambda: tuple(self.all()), ())

    def current(self) -> Sequence[CuratedAnswer]:
        """All answers without asking the database each time: what this process changes counts at once, what others do
        within REREAD_SECONDS. Where the records are away, those that were known last."""
        return self.known.value()

    def all(self) -> list[CuratedAnswer]:
        """Those that were not deleted, what was changed last first."""
        query = select(CuratedRow).where(CuratedRow.deleted_at.is_(None))
        query = query.order_by(CuratedRow.changed_at.desc(), CuratedRow.id)
        with self.database.session() as session:
            texts = grouped(session, CuratedTextRow)
            sources = grouped(session, CuratedSourceRow)
            return [to_answer(row, texts.get(row.id, []), sources.get(row.id, [])) for row in session.scalars(query)]

    def one(self, identity: str) -> CuratedAnswer | None:
        """An answer by its id; None where there is none (any more)."""
        return next((answer for answer in self.all() if answer.id == identity), None)

    def uses(self, since: datetime) -> dict[str, int]:
        """How often each answer was given since a moment, by its id, as far as questions are kept."""
        given = (ExchangeRow.mode == "curated") & (ExchangeRow.asked_at >= since)
        query = select(ExchangeRow.reason, func.count()).where(given).group_by(ExchangeRow.reason)
        with self.database.session() as session:
            return {str(row[0]): int(row[1]) for row in session.execute(query)}

    def keep(self, answer: CuratedAnswer) -> None:
        """Keeps an answer in place of the one with its id. Who wrote it first, and when, stays; one
        that was deleted is there again."""
        values = values_of(answer, CuratedAnswer, "texts", "sources") | {"deleted_at": None}
        with self.database.session() as session:
            if earlier := session.get(CuratedRow, answer.id):
                values |= {"created_at": earlier.created_at, "created_by": earlier.created_by}
            self.database.put(session, CuratedRow, "id", values)
            for table in (CuratedTextRow, CuratedSourceRow):
                session.execute(delete(table).where(table.answer_id == answer.id))
            session.add_all(rows_of(answer))
        self.known.forget()

    def end(self, identity: str, until: date, who: str) -> None:
        """Sets the last day of an answer: yesterday takes it out of use at once."""
        self.change(identity, until=until, changed_by=who, changed_at=now())

    def delete(self, identity: str) -> None:
        """Takes an answer away; `restore` brings it back."""
        self.change(identity, deleted_at=now())

    def restore(self, identity: str) -> None:
        """Brings back what was deleted."""
        self.change(identity, deleted_at=None)

    def change(self, identity: str, **values: object) -> None:
        with self.database.session() as session:
            session.execute(update(CuratedRow).where(CuratedRow.id == identity).values(**values))
        self.known.forget()


def grouped(session: Session, table: type[Hanging]) -> dict[str, list[Hanging]]:
    """The rows of a table in their order, by the answer that they belong to."""
    found: dict[str, list[Hanging]] = {}
    for row in session.scalars(select(table).order_by(table.position)):
        found.setdefault(row.answer_id, []).append(row)
    return found


def to_answer(row: CuratedRow, texts: Sequence[CuratedTextRow], sources: Sequence[CuratedSourceRow]) -> CuratedAnswer:
    answer = CuratedAnswer(**values_of(row, CuratedAnswer, "texts", "sources"), texts=(), sources=())
    return replace(
        answer,
        texts=tuple(CuratedText(**values_of(each, CuratedText)) for each in texts),
        sources=tuple(CuratedSource(**values_of(each, CuratedSource)) for each in sources),
    )


def rows_of(answer: CuratedAnswer) -> list[CuratedTextRow | CuratedSourceRow]:
    """The rows that hang on an answer."""
    texts = [
        CuratedTextRow(answer_id=answer.id, position=place, **vars(each)) for place, each in enumerate(answer.texts)
    ]
    sources = [
        CuratedSourceRow(answer_id=answer.id, position=place, **vars(each)) for place, each in enumerate(answer.sources)
    ]
    return [*texts, *sources]
