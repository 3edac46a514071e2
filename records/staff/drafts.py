"""Drafts: changes of staff that wait for the approval of a second person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import func, select, update

from records.database import Database
from records.models import now
from records.queries import values_of
from records.tables import DRAFT_CHARACTERS, DraftRow


class DraftKind(StrEnum):
    """Kind of change that a draft holds.

    A withdrawal has been made already; it waits to be confirmed.
    """

    CORRECTION = "correction"
    ANSWER = "answer"
    DETAILS = "details"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True)
class Draft:
    """A change that is not public yet.

    `subject`: what would change: the path of a document, or the question of an answer.
    `content`: the fields of the form that was sent.
    `who`, `account`: name and account id of the author.
    `returned`, `returned_by`: why an approver gave it back to its author, and who; "" while it waits for approval.
    """

    kind: DraftKind
    subject: str
    content: Mapping[str, str]
    who: str
    account: str = ""
    at: datetime = field(default_factory=now)
    id: str = field(default_factory=lambda: uuid4().hex)
    returned: str = ""
    returned_by: str = ""

    @property
    def thing(self) -> tuple[str, ...]:
        """Key of the thing that would change: an answer, or a document's page or details."""
        return self.kind.value, self.content.get("id") or self.subject, self.content.get("page", "")

    @property
    def written(self) -> str:
        """The content as it is stored, as JSON."""
        return json.dumps(dict(self.content), ensure_ascii=False)

    @property
    def is_storable(self) -> bool:
        """False if the content is too long.

        Cut, it would be unreadable, and so would the list of all drafts.
        """
        return len(self.written) <= DRAFT_CHARACTERS


class Drafts:
    """All waiting drafts. Every method may raise RecordsUnavailableError."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, draft: Draft) -> None:
        """Stores a draft, which must be storable."""
        values = vars(draft) | {"kind": draft.kind.value, "content": draft.written}
        with self.database.session() as session:
            session.add(DraftRow(**values))

    def read_all(self) -> list[Draft]:
        """Drafts, oldest first."""
        query = select(DraftRow).order_by(DraftRow.at, DraftRow.id)
        with self.database.session() as session:
            return [to_draft(row) for row in session.scalars(query)]

    def count(self) -> int:
        """Number of drafts."""
        with self.database.session() as session:
            return session.scalar(select(func.count()).select_from(DraftRow)) or 0

    def one(self, draft_id: str) -> Draft | None:
        """Returns the draft with this id.

        None if there is none.
        """
        with self.database.session() as session:
            row = session.get(DraftRow, draft_id)
            return to_draft(row) if row else None

    def give_back(self, draft_id: str, reason: str, who: str) -> None:
        """Returns a draft to its author with a reason."""
        self.change(draft_id, returned=reason, returned_by=who)

    def send_again(self, draft: Draft) -> None:
        """Lets a draft with its content wait for approval again."""
        self.change(draft.id, content=draft.written, returned="", returned_by="", at=now())

    def hand_over(self, draft_id: str, who: str, account: str) -> None:
        """Makes somebody else the author of a draft."""
        self.change(draft_id, who=who, account=account)

    def change(self, draft_id: str, **values: object) -> None:
        """Changes columns of a draft, given by its id."""
        with self.database.session() as session:
            session.execute(update(DraftRow).where(DraftRow.id == draft_id).values(**values))

    def take(self, draft_id: str) -> bool:
        """Removes a draft that was decided on; False if somebody else was faster."""
        return self.database.remove(DraftRow, DraftRow.id == draft_id) > 0


def to_draft(row: DraftRow) -> Draft:
    """Returns a row as a draft."""
    values = values_of(row, Draft, "kind", "content")
    return Draft(kind=DraftKind(row.kind), content=json.loads(row.content), **values)
