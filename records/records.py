"""The records: keep what people did for as long as was promised, and show it to the staff."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import func, or_, select, update

from records.announcements import MIRROR, Announcing
from records.audit_log import Audit
from records.curated_answers import CuratedAnswers
from records.damaged_files import expire_aside, kept_aside
from records.database import Database
from records.engine import open_engine
from records.errors import RecordsUnavailable, Unknown
from records.file_mirror import Mirror
from records.knowledge_gaps import Gaps
from records.models import Exchange, Filter, PersonRequest, Rating, Reason, now
from records.queries import Exchanges, after, newest_first, to_exchange, to_request, waiting
from records.spool.queue import Item, Spool, Waiting
from records.spool.replay import BATCH, apply, as_kept, deletion, to_item
from records.spool.writer import WriteBehind
from records.staff_sessions import Desk
from records.statistics import Statistics
from records.tables import ExchangeRow, RequestRow

EXPIRY_SECONDS = 3_600
DAYS_AFTER_DONE = 30
"""How long a request that was dealt with is kept, unless the retention ends before."""
SPOOL = "spool.sqlite"
"""The file of the data folder in which records wait for their database."""
LARGEST_REQUEST_ID = 2**31 - 1

log = logging.getLogger(__name__)


class Records:
    """What people did. Threads and processes may share it.

    `days` is the retention; 0 keeps nothing. Free text comes masked: this room cannot see personal data in it.
    `data_dir` holds what is kept beside the database.
    Beside it lie what the staff did (`audit`) and must remember (`desk`), what was not answered (`gaps`), and sums.
    `curated` are the answers that the center wrote, `announcing` is what it says on the page: page and staff room share
    these two, so that what a clerk changes counts at once.
    What people do goes through a spool, so that it outlasts a database that is away: `keep`, `rate`, `ask_person` and
    `delete` raise RecordsUnavailable only where the spool is full. All others may raise it, within seconds; whoever
    answers a person catches it.
    """

    def __init__(self, database: Database, days: int, data_dir: Path) -> None:
        self.database, self.days = database, days
        self.spool = Spool(data_dir / SPOOL)
        self.behind = WriteBehind(self.spool, self.write)
        self.expired = -math.inf
        self.audit, self.desk = Audit(database), Desk(database)
        self.gaps, self.statistics = Gaps(database), Statistics(database)
        self.curated = CuratedAnswers(database)
        self.announcing = Announcing(self.desk, Mirror(data_dir / MIRROR))

    @property
    def keeping(self) -> bool:
        """Whether anything is kept at all; if not, a page offers neither ratings nor a person to ask."""
        return self.days > 0

    def keep(self, exchange: Exchange) -> None:
        """Keeps an exchange; the same id again replaces it and leaves its rating. `question` comes masked."""
        if self.keeping:
            self.behind.write(to_item(exchange))

    def keep_soon(self, exchange: Exchange) -> None:
        """The same, without waiting for the database: somebody waits to ask on."""
        if self.keeping:
            self.behind.put(to_item(exchange))

    def rate(self, exchange_id: str, useful: bool, reason: Reason | None = None, comment: str = "") -> None:
        """Rates the answer of a kept exchange; the last rating counts. `comment` comes masked. Raises Unknown."""
        self.behind.write(to_item(Rating(exchange_id, useful, reason, comment)))

    def ask_person(self, request: PersonRequest) -> None:
        """Asks the staff to get in touch about a kept exchange, whose question and answer they are shown.

        Asked again for the same exchange, it replaces the request and opens it anew. `note` comes masked; `name` and
        `contact` go 30 days after the request was closed, or with the exchange. Raises Unknown.
        """
        self.behind.write(to_item(request))

    def delete(self, ids: Sequence[str]) -> int:
        """Removes exchanges with their ratings and requests for good; gives how many there were, as far as the database
        tells in time. What waits in the spool goes at once."""
        waited = self.spool.drop([as_kept(each) for each in ids])
        return waited + self.behind.write(deletion(ids))

    def set_aside(self) -> list[str]:
        """The names of damaged files of the records that still lie beside them."""
        return [each.name for each in kept_aside(self.database.path)] if self.database.path else []

    def waiting(self) -> Waiting:
        """How much of what people did waits for the database, and how much found no room."""
        return self.spool.waiting()

    def expire(self, moment: datetime) -> int:
        """Removes what was asked more than `days` days before a moment, and requests closed more than 30 days before.

        Gives the number of exchanges and, beyond theirs, of requests. Runs by itself at the opening and, at most once
        an hour, after something was written; an idle service calls `expire_when_due`.
        """
        oldest = moment - timedelta(self.days)
        self.spool.expire(oldest)
        old = select(ExchangeRow.id).where(ExchangeRow.asked_at < oldest).limit(BATCH)
        total = gone = self.database.remove(ExchangeRow, ExchangeRow.id.in_(old))
        while gone == BATCH:
            total += (gone := self.database.remove(ExchangeRow, ExchangeRow.id.in_(old)))
        closed = RequestRow.done_at < moment - timedelta(DAYS_AFTER_DONE)
        total += self.database.remove(RequestRow, or_(RequestRow.consented_at < oldest, closed))
        self.database.wipe()
        if self.database.path:
            expire_aside(self.database.path, min(oldest, moment - timedelta(DAYS_AFTER_DONE)))
        return total

    def exchanges(self, wanted: Filter | None = None, limit: int | None = 50, offset: int = 0) -> list[Exchange]:
        """The exchanges that a filter lets through, the newest first; all from `offset` on where `limit` is None."""
        return self.batch(newest_first(wanted or Filter()).limit(limit).offset(offset))

    def each(self, wanted: Filter | None = None) -> Iterator[Exchange]:
        """The same, however many, a batch in memory at a time."""
        query = newest_first(wanted or Filter()).limit(BATCH)
        found = self.batch(query)
        while found:
            yield from found
            found = self.batch(query.where(after(found[-1])))

    def batch(self, query: Exchanges) -> list[Exchange]:
        with self.database.session() as session:
            return [to_exchange(row, rating) for row, rating in session.execute(query)]

    def exchange(self, handle: str) -> Exchange:
        """The exchange that the staff name so. Raises Unknown."""
        found = self.batch(newest_first(Filter()).where(ExchangeRow.handle == handle).limit(1))
        if not handle or not found:
            raise Unknown("This question is not kept (any more).")
        return found[0]

    def requests(self, open_only: bool = False) -> list[PersonRequest]:
        """Those who asked for a person, who has waited longest first."""
        with self.database.session() as session:
            return [to_request(row) for row in session.scalars(waiting(open_only))]

    def open_requests(self) -> int:
        """How many wait for a person."""
        waiting = select(func.count()).select_from(RequestRow).where(RequestRow.done_at.is_(None))
        with self.database.session() as session:
            return session.scalar(waiting) or 0

    def close_request(self, request_id: int) -> None:
        """Notes that a request was dealt with; the first time counts. Raises Unknown."""
        done = update(RequestRow).where(RequestRow.id == request_id).returning(RequestRow.id)
        done = done.values(done_at=func.coalesce(RequestRow.done_at, now()))
        with self.database.session() as session:
            if not 0 < request_id <= LARGEST_REQUEST_ID or session.scalar(done) is None:
                raise Unknown(f"There is no request {request_id}.")

    def close(self) -> None:
        """Gives the connections back; what waits in the spool is written after the next start."""
        self.behind.close()
        self.spool.close()
        self.database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, item: Item) -> int:
        """Brings what waited to the database."""
        outcome = apply(self.database, item)
        self.expire_when_due()
        return outcome

    def catch_up(self) -> None:
        """Begins to bring over what an earlier process left in the spool."""
        try:
            if self.spool.waiting().count:
                self.behind.wake()
        except RecordsUnavailable as error:
            log.warning("%s", error)

    def expire_when_due(self) -> None:
        """Removes what has expired, if that was not done within the hour. Cheap to call often; raises nothing, for what
        was just written stays written, whether or not old things can be removed now."""
        if time.monotonic() - self.expired < EXPIRY_SECONDS:
            return
        self.expired = time.monotonic()
        try:
            self.expire(now())
        except RecordsUnavailable as error:
            log.warning("What is older than the retention could not be removed. %s", error)


def open_records(url: str, days: int, data_dir: Path = Path("data"), is_alone: bool = False) -> Records:
    """The records at an address, for `with` or `close()`; an empty one is `records.sqlite` in the data folder. Who
    knows to be `is_alone` with them begins new ones where that file is damaged.

    Raises WrongRecordsUrl. A database that is away is no error here: it is tried again with each use.
    """
    database = Database(open_engine(url, data_dir))
    if is_alone and not url:  # a file that somebody named may be no database of ours
        database.begin_anew_if_damaged()
    records = Records(database, days, data_dir)
    records.expire_when_due()
    records.catch_up()
    return records
