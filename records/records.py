"""Records: store what people did for the promised time, and show it to staff."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import func, or_, select

from records.damaged_files import expire_aside, list_set_aside
from records.database import Database
from records.engine import open_engine
from records.errors import RecordsUnavailableError, UnknownRecordError
from records.expiry import Expiry
from records.file_mirror import FileMirror
from records.models import Closing, Exchange, Filter, PersonRequest, Rating, Reason
from records.queries import Exchanges, after, newest_first, to_exchange, to_request, waiting
from records.spool.queue import Item, Spool, Waiting
from records.spool.replay import BATCH, apply, as_kept, deletion, to_item
from records.spool.writer import WriteBehind
from records.staff.accounts import Accounts
from records.staff.announcements import MIRROR, Announcing
from records.staff.api_keys import ApiKeys
from records.staff.audit_log import Audit
from records.staff.curated_answers import CuratedAnswers
from records.staff.drafts import Drafts
from records.staff.hits import Hits
from records.staff.knowledge_gaps import Gaps
from records.staff.request_work import RequestWork
from records.staff.staff_sessions import StaffSessions
from records.statistics import Statistics
from records.tables import ExchangeRow, RequestRow
from text.messages import message

DAYS_AFTER_DONE = 30
"""Days that a closed request is kept, unless the retention is shorter."""
SPOOL = "spool.sqlite"
"""File in the data folder in which records wait for their database."""

log = logging.getLogger(__name__)


class Records:
    """All records. Thread-safe and process-safe.

    `days`: the retention; 0 stores nothing.
    `data_dir`: folder of the files beside the database.
    `request_work`: what staff did about requests for a person.
    `audit`: what staff did. `desk`: sessions and values of the staff. `accounts`: who they are.
    `drafts`: what waits for approval. `hits`: what limits count.
    `gaps`: unanswered questions. `statistics`: sums.
    `api_keys`: keys of programs that use the API.
    `curated`: answers of the center. `announcing`: its announcements. Chat and staff pages share these two, so that
    changes by staff count at once.
    Free text comes masked: this package cannot detect personal data.
    `keep`, `rate`, `ask_person` and `delete` go through a spool, so that they survive an unavailable database; they
    raise RecordsUnavailableError only if the spool is full. All other methods may raise it, within seconds; code that
    answers a person catches it.
    """

    def __init__(self, database: Database, days: int, data_dir: Path) -> None:
        self.database, self.days = database, days
        self.spool = Spool(data_dir / SPOOL, is_shared=database.path is None)
        self.behind = WriteBehind(self.spool, self.write)
        self.expiry = Expiry(database, days, self.expire)
        self.audit, self.desk, self.accounts = Audit(database), StaffSessions(database), Accounts(database)
        self.drafts, self.hits = Drafts(database), Hits(database)
        self.gaps, self.statistics = Gaps(database), Statistics(database)
        self.api_keys = ApiKeys(database)
        self.curated, self.request_work = CuratedAnswers(database), RequestWork(database)
        self.announcing = Announcing(self.desk, FileMirror(data_dir / MIRROR))

    @property
    def keeping(self) -> bool:
        """True if anything is stored; otherwise pages offer no ratings and no requests."""
        return self.days > 0

    def keep(self, exchange: Exchange) -> None:
        """Stores an exchange, replacing one with the same id but not its rating.

        `question` comes masked.
        """
        if self.keeping:
            self.behind.write(to_item(exchange))

    def keep_soon(self, exchange: Exchange) -> None:
        """Stores an exchange without waiting for the database: a person waits to ask on."""
        if self.keeping:
            self.behind.put(to_item(exchange))

    def rate(self, exchange_id: str, useful: bool, reason: Reason | None = None, comment: str = "") -> None:
        """Rates the answer of a stored exchange; the last rating counts.

        `comment` comes masked.
        Raises UnknownRecordError if it is known in time that the exchange is not stored.
        """
        self.behind.write(to_item(Rating(exchange_id, useful, reason, comment)))

    def ask_person(self, request: PersonRequest) -> None:
        """Asks staff to contact a person about a stored exchange, which they are shown.

        A second request for the same exchange replaces the first and is open again.
        `note` comes masked. `name` and `contact` are deleted 30 days after the request was closed, or with the
        exchange.
        Raises UnknownRecordError if it is known in time that the exchange is not stored.
        """
        self.behind.write(to_item(request))

    def delete(self, ids: Sequence[str]) -> int:
        """Deletes exchanges with their ratings and requests for good.

        Returns their number, as far as the database answers in time. Waiting records in the spool are deleted at
        once.
        """
        waited = self.spool.drop([as_kept(each) for each in ids])
        return waited + self.behind.write(deletion(ids))

    def set_aside(self) -> list[str]:
        """Names of damaged files that were set aside and still exist."""
        return [each.name for each in list_set_aside(self.database.path)] if self.database.path else []

    def waiting(self) -> Waiting:
        """Numbers of records that wait for the database, and that found no space."""
        return self.spool.waiting()

    def expire(self, moment: datetime) -> int:
        """Deletes exchanges older than `days`, and requests closed more than 30 days ago.

        Returns the number of exchanges and of further requests.
        Runs by itself at the opening and, at most once an hour, after a write; an idle service calls
        `expiry.run_when_due`.
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
        self.expiry.note(moment)
        return total

    def exchanges(self, wanted: Filter | None = None, limit: int | None = 50, offset: int = 0) -> list[Exchange]:
        """Exchanges that match a filter, latest first.

        `limit` None: all from `offset` on.
        """
        return self.batch(newest_first(wanted or Filter()).limit(limit).offset(offset))

    def each(self, wanted: Filter | None = None) -> Iterator[Exchange]:
        """All exchanges that match a filter, latest first, one batch in memory at a time."""
        query = newest_first(wanted or Filter()).limit(BATCH)
        found = self.batch(query)
        while found:
            yield from found
            found = self.batch(query.where(after(found[-1])))

    def batch(self, query: Exchanges) -> list[Exchange]:
        """Returns the exchanges of a query, with their ratings."""
        with self.database.session() as session:
            return [to_exchange(row, rating) for row, rating in session.execute(query)]

    def exchange(self, handle: str) -> Exchange:
        """Returns the exchange with this handle.

        Raises UnknownRecordError if none has it, or the handle is empty.
        """
        found = self.batch(newest_first(Filter()).where(ExchangeRow.handle == handle).limit(1))
        if not handle or not found:
            raise UnknownRecordError(message("record.no_question"))
        return found[0]

    def requests(self, open_only: bool = False) -> list[PersonRequest]:
        """Requests for a person, longest waiting first."""
        with self.database.session() as session:
            return [to_request(row) for row in session.scalars(waiting(open_only))]

    def open_requests(self) -> int:
        """Number of open requests for a person."""
        waiting = select(func.count()).select_from(RequestRow).where(RequestRow.done_at.is_(None))
        with self.database.session() as session:
            return session.scalar(waiting) or 0

    def close_request(self, request_id: int) -> None:
        """Closes a request as answered; the first time counts.

        Raises UnknownRecordError if there is no request with this number.
        """
        self.request_work.close(request_id, Closing.ANSWERED)

    def close(self) -> None:
        """Closes the connections; the spool is written after the next start."""
        self.behind.close()
        self.spool.close()
        self.database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, item: Item) -> int:
        """Writes a waiting record to the database."""
        outcome = apply(self.database, item)
        self.expiry.run_when_due()
        return outcome

    def catch_up(self) -> None:
        """Starts to write what an earlier process left in the spool."""
        try:
            if self.spool.waiting().count:
                self.behind.wake()
        except RecordsUnavailableError as error:
            log.warning("%s", error)


def open_records(url: str, days: int, data_dir: Path = Path("data"), is_alone: bool = False) -> Records:
    """Opens the records, for `with` or `close()`; url "" is SQLite in the data folder.

    `is_alone`: no other process has them open, so a damaged file may be replaced.
    An unavailable database is no error here: each use tries again.
    Raises WrongRecordsUrlError if the url is no database address that can be used.
    """
    database = Database(open_engine(url, data_dir))
    if is_alone and not url:  # a file named in the settings may not be our database
        database.begin_anew_if_damaged()
    records = Records(database, days, data_dir)
    records.expiry.run_when_due()
    records.catch_up()
    return records
