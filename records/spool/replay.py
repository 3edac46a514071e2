"""Writes waiting records into the database; a record that comes twice counts once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.column_types import MOST_PARTS, storable
from records.database import Database
from records.errors import UnknownRecordError
from records.models import Exchange, PersonRequest, Rating, now
from records.queries import values_of
from records.spool.queue import DELETION, EXCHANGE, RATING, REQUEST, Item
from records.tables import ID, LONGEST_VALUE, ExchangeRow, RatingRow, RequestRow
from text.messages import message

BATCH = 500
"""Exchanges deleted at once, so that other writes can run in between."""
OF_STAFF = ("assigned_to", "staff_note", "reply")
"""Columns of a request that staff fill in; they stay if the person asks again."""
KEPT: dict[str, TypeAdapter[Any]] = {
    EXCHANGE: TypeAdapter(Exchange),
    RATING: TypeAdapter(Rating),
    REQUEST: TypeAdapter(PersonRequest),
    DELETION: TypeAdapter(list[str]),
}


def to_item(thing: Exchange | Rating | PersonRequest) -> Item:
    """Record in its waiting form."""
    content = json.dumps(
        truncate(asdict(thing)), default=str
    )  # ASCII keeps unpaired surrogates, which a browser can send
    if isinstance(thing, Exchange):
        return Item(EXCHANGE, as_kept(thing.id), thing.asked_at, content)
    if isinstance(thing, Rating):
        return Item(RATING, as_kept(thing.exchange_id), thing.rated_at, content)
    return Item(REQUEST, as_kept(thing.exchange_id), thing.consented_at, content)


def as_kept(exchange_id: str) -> str:
    """Id as stored in the database."""
    return storable(exchange_id, ID.longest)


def truncate(value: Any) -> Any:
    """Value cut to the maximum sizes of the columns."""
    if isinstance(value, str):
        return value[:LONGEST_VALUE]
    if isinstance(value, dict):
        return {name: truncate(each) for name, each in value.items()}
    return [truncate(each) for each in value[:MOST_PARTS]] if isinstance(value, list | tuple) else value


def deletion(ids: Sequence[str]) -> Item:
    """Deletion of exchanges in its waiting form."""
    return Item(DELETION, "", now(), json.dumps(list(ids)))


def apply(database: Database, item: Item) -> int:
    """Writes a record; returns the number of exchanges that a deletion removed.

    Raises UnknownRecordError for a record about an exchange that is not stored.
    Raises RecordsUnavailableError if the database fails, RecordRefusedError if it will never accept the record.
    Raises ValueError for unreadable content.
    """
    thing = KEPT[item.kind].validate_python(json.loads(item.content))
    if item.kind == DELETION:
        return remove(database, thing)
    with database.session() as session:
        if item.kind == EXCHANGE:
            put_exchange(database, session, thing)
        elif item.kind == RATING:
            find_exchange(session, thing.exchange_id)
            database.put(session, RatingRow, "exchange_id", values_of(thing, Rating))
        else:
            put_request(database, session, thing)
    return 0


def put_exchange(database: Database, session: Session, exchange: Exchange) -> None:
    """Stores an exchange with its handle, in place of one with the same id."""
    values = values_of(exchange, Exchange, "rating") | {"handle": exchange.handle}
    database.put(session, ExchangeRow, "id", values)


def put_request(database: Database, session: Session, request: PersonRequest) -> None:
    """Stores a request with the text of its exchange.

    The identical request again changes nothing: it may be closed by now.
    """
    exchange = find_exchange(session, request.exchange_id)
    same = (RequestRow.exchange_id == request.exchange_id) & (RequestRow.consented_at == request.consented_at)
    if session.scalar(select(RequestRow.id).where(same)) is None:
        shown = {name: getattr(exchange, name) for name in ("question", "answer", "mode")}
        again = {"done_at": None, "closing": "", "closed_by": ""}
        values = values_of(request, PersonRequest, "id", *OF_STAFF) | shown | again
        database.put(session, RequestRow, "exchange_id", values)


def remove(database: Database, ids: Sequence[str]) -> int:
    """Deletes exchanges with their dependent rows for good."""
    parts = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    gone = sum(database.remove(ExchangeRow, ExchangeRow.id.in_(part)) for part in parts)
    database.wipe()
    return gone


def find_exchange(session: Session, exchange_id: str) -> ExchangeRow:
    """Returns the row of an exchange.

    Raises UnknownRecordError if it is not stored.
    """
    row = session.scalar(select(ExchangeRow).where(ExchangeRow.id == exchange_id))
    if row is None:
        raise UnknownRecordError(message("record.no_exchange"))
    return row
