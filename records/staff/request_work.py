"""Work of staff on requests for a person: assignee, notes, reply and closing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, update

from records.database import Database
from records.errors import UnknownRecordError
from records.models import Closing, PersonRequest, now
from records.queries import to_request
from records.tables import RequestRow
from text.messages import message

LARGEST_REQUEST_ID = 2**31 - 1
"""Maximum of PostgreSQL's INTEGER."""


class RequestWork:
    """Fields that staff fill in on requests.

    Texts are kept as long as the request. All methods but `assignees` raise UnknownRecordError.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def one(self, request_id: int) -> PersonRequest:
        """Returns the request with this id.

        Raises UnknownRecordError if there is none.
        """
        with self.database.session() as session:
            found = session.scalar(select(RequestRow).where(RequestRow.id == storable_id(request_id)))
            if found is None:
                raise UnknownRecordError(message("record.no_request", id=request_id))
            return to_request(found)

    def assign(self, request_id: int, who: str) -> None:
        """Assigns a request to a person; "" for nobody."""
        self.change(request_id, assigned_to=who)

    def note(self, request_id: int, text: str) -> None:
        """Replaces the note of the staff."""
        self.change(request_id, staff_note=text)

    def reply(self, request_id: int, text: str) -> None:
        """Stores the reply that was written to the person."""
        self.change(request_id, reply=text)

    def close(self, request_id: int, closing: Closing, who: str = "") -> None:
        """Closes a request; the first time counts."""
        first = func.coalesce(RequestRow.done_at, now())
        how = {
            name: func.coalesce(func.nullif(column, ""), value)
            for name, column, value in (
                ("closing", RequestRow.closing, closing.value),
                ("closed_by", RequestRow.closed_by, who),
            )
        }
        self.change(request_id, done_at=first, **how)

    def reopen(self, request_id: int) -> None:
        """Opens a closed request again, with what staff wrote."""
        self.change(request_id, done_at=None, closing="", closed_by="")

    def change(self, request_id: int, **values: object) -> None:
        """Changes columns of a request, given by its id.

        Raises UnknownRecordError if there is none.
        """
        changed = update(RequestRow).where(RequestRow.id == storable_id(request_id)).returning(RequestRow.id)
        with self.database.session() as session:
            if session.scalar(changed.values(**values)) is None:
                raise UnknownRecordError(message("record.no_request", id=request_id))

    def assignees(self) -> Collection[str]:
        """Names of those who have taken requests."""
        with self.database.session() as session:
            names = session.scalars(select(RequestRow.assigned_to).where(RequestRow.assigned_to != "").distinct())
            return sorted(names)


def storable_id(request_id: int) -> int:
    """Returns the id; 0, which no request has, for a number that no column holds."""
    return request_id if 0 < request_id <= LARGEST_REQUEST_ID else 0
