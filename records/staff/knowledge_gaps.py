"""Knowledge gaps: unanswered or badly rated questions, and the notes of the staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Row, and_, not_, or_, select, update
from sqlalchemy.orm import Session

from records.database import Database
from records.models import Exchange, GapState, now
from records.queries import start_of, to_exchange, values_of
from records.tables import ExchangeRow, GapRow, RatingRow
from text.scripts import FULL_STOPS

GOING_ON = timedelta(minutes=30)
"""Time after a question back in which its answer continues the conversation."""
END = f"{FULL_STOPS}. \n"
"""Characters at the end of a question that its continuation leaves out."""


@dataclass(frozen=True)
class GapNote:
    """Note of the staff on a question.

    `source`, `outcome`, `is_cited`: for a question asked again, the document that should answer it, the new
    outcome, and whether that document was cited.
    `reason`: for a question that is no gap.
    """

    exchange_id: str = field(repr=False)
    state: GapState
    who: str
    source: str = ""
    outcome: str = ""
    is_cited: bool = False
    reason: str = ""
    at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Unanswered:
    """A question that shows a gap, with the note of the staff.

    `is_apart`: the staff took it out of the group of similar questions.
    `is_source_gone`: the document that closed it is gone, so it is open again.
    """

    exchange: Exchange
    note: GapNote | None = None
    is_apart: bool = False
    is_source_gone: bool = False

    @property
    def is_open(self) -> bool:
        """True if no note closed the gap, or if the document that did is gone."""
        return self.note is None or self.note.state is GapState.OPEN or self.is_source_gone

    @property
    def is_badly_rated(self) -> bool:
        """True if the answer was rated as not useful."""
        return self.exchange.rating is not None and not self.exchange.rating.useful

    @property
    def is_doubtful(self) -> bool:
        """True if it was answered, but on thin evidence.

        An answered question that was not badly rated comes here for no other reason.
        """
        return self.exchange.outcome == "answered" and not self.is_badly_rated


class Gaps:
    """All gaps. Every method may raise RecordsUnavailableError."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def questions(
        self,
        first: date,
        outcomes: Collection[str],
        never: Collection[str],
        doubtful: float = 0.0,
        asked_back: Collection[str] = (),
    ) -> list[Unanswered]:
        """Questions since a day that show a gap, oldest first.

        Their outcome is one of `outcomes`, or they were badly rated and their outcome is none of `never`, or they were
        answered with an answerability below `doubtful` and nobody found the answer useful, or their outcome is one of
        `asked_back` and nothing that contains them was asked within GOING_ON: the person left.
        """
        rated_badly = and_(RatingRow.useful.is_(False), ExchangeRow.outcome.not_in(never))
        is_useful = and_(RatingRow.useful.is_not(None), RatingRow.useful.is_(True))
        thin = and_(ExchangeRow.outcome == "answered", ExchangeRow.support < doubtful, not_(is_useful))
        back = and_(ExchangeRow.outcome.in_(asked_back), ExchangeRow.asked_at < now() - GOING_ON)
        shows = or_(ExchangeRow.outcome.in_(outcomes), rated_badly, thin, back)
        query = (
            select(ExchangeRow, RatingRow, GapRow)
            .outerjoin(RatingRow, RatingRow.exchange_id == ExchangeRow.id)
            .outerjoin(GapRow, GapRow.exchange_id == ExchangeRow.id)
            .where(ExchangeRow.asked_at >= start_of(first), shows)
            .order_by(ExchangeRow.asked_at, ExchangeRow.id)
        )
        with self.database.session() as session:
            found = [
                Unanswered(to_exchange(row, rating), to_note(note) if note else None, row.is_apart)
                for row, rating, note in session.execute(query)
            ]
            return without_continued(session, found, asked_back)

    def note(self, notes: Sequence[GapNote]) -> None:
        """Stores notes, replacing earlier ones; skips questions deleted meanwhile."""
        with self.database.session() as session:
            wanted = [each.exchange_id for each in notes]
            known = set(session.scalars(select(ExchangeRow.id).where(ExchangeRow.id.in_(wanted))))
            for each in notes:
                if each.exchange_id in known:
                    self.database.put(session, GapRow, "exchange_id", values_of(each, GapNote))

    def set_apart(self, exchange_ids: Sequence[str], is_apart: bool) -> None:
        """Takes questions out of their group, or lets them back in."""
        with self.database.session() as session:
            session.execute(update(ExchangeRow).where(ExchangeRow.id.in_(exchange_ids)).values(is_apart=is_apart))

    def reopen(self, exchange_ids: Sequence[str]) -> None:
        """Deletes the notes on questions."""
        self.database.remove(GapRow, GapRow.exchange_id.in_(exchange_ids))


def to_note(row: GapRow) -> GapNote:
    """Returns a row as a note."""
    return GapNote(**values_of(row, GapNote))


def without_continued(
    session: Session, questions: Sequence[Unanswered], asked_back: Collection[str]
) -> list[Unanswered]:
    """Returns questions without those that were asked back and continued.

    A question is continued if a later one contains it. The records know no conversations: a colleague who asks the same
    at the same time also counts.
    """
    back = [each.exchange for each in questions if each.exchange.outcome in asked_back and not each.is_badly_rated]
    if not back:
        return list(questions)
    columns = ExchangeRow.id, ExchangeRow.asked_at, ExchangeRow.question, ExchangeRow.standalone_question
    period = ExchangeRow.asked_at.between(back[0].asked_at, back[-1].asked_at + GOING_ON)
    later = session.execute(select(*columns).where(period).order_by(ExchangeRow.asked_at)).all()
    gone_on = {each.id for each in back if any(goes_on_from(each, row) for row in later)}
    return [each for each in questions if each.exchange.id not in gone_on]


def goes_on_from(asked: Exchange, row: Row[str, datetime, str, str]) -> bool:
    """Checks that a question was asked soon after another one and extends it."""
    identity, at, question, standalone = row
    if identity == asked.id or not asked.asked_at < at <= asked.asked_at + GOING_ON:
        return False
    before = asked.question.strip(END)
    return any(before in each and before != each.strip(END) for each in (question, standalone))
