"""Expiry of old records, which a clock that is set forward must not cause."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from records.database import Database
from records.database_state import StateRow
from records.errors import RecordsUnavailableError
from records.models import now

EXPIRY_SECONDS = 3_600
"""Minimum seconds between two deletions of expired data."""
LONGEST_GAP = timedelta(7)
"""Time since the last deletion above which the clock is in doubt."""
DOUBT_SECONDS = 86_400.0
"""Seconds that a process runs with a doubtful clock before it believes it."""

log = logging.getLogger(__name__)


class Expiry:
    """Runs `delete` once an hour, unless the clock has jumped ahead.

    `delete`: deletes what is too old at a moment, and notes that moment. `days`: the retention; if it is 0, all is
    deleted, whatever the clock says.
    """

    def __init__(self, database: Database, days: int, delete: Callable[[datetime], object]) -> None:
        self.database, self.days, self.delete = database, days, delete
        self.tried_at, self.doubted_since = -math.inf, math.inf
        self.last: datetime | None = None

    def run_when_due(self) -> None:
        """Deletes expired data, at most once an hour; cheap to call often.

        Raises nothing: a finished write must not fail because old data cannot be deleted now.
        """
        if time.monotonic() - self.tried_at < EXPIRY_SECONDS:
            return
        self.tried_at = time.monotonic()
        moment = now()
        try:
            if not (self.days and self.doubts(moment)):
                self.last = moment  # also if the database is away, and only the spool is reached
                self.delete(moment)
        except RecordsUnavailableError as error:
            log.warning("Records older than the retention could not be removed. %s", error)

    def doubts(self, moment: datetime) -> bool:
        """True if the clock is ahead, until this process has run with it for a day.

        Raises RecordsUnavailableError if nothing is known about the last deletion.
        """
        last = self.last_known()
        if last is None or moment - last <= LONGEST_GAP:
            self.doubted_since = math.inf
            return False
        if self.doubted_since == math.inf:
            self.doubted_since = time.monotonic()
            log.warning(
                "The clock says %s, and old records were last deleted at %s. If the clock is wrong, set it. Nothing is"
                " deleted within the next 24 hours; `python -m records expire` deletes at once.", moment, last,
            )  # fmt: skip
        return time.monotonic() - self.doubted_since < DOUBT_SECONDS

    def last_known(self) -> datetime | None:
        """The last deletion, as the database or this process remembers it.

        None in a new database.
        Raises RecordsUnavailableError if neither knows.
        """
        try:
            with self.database.session() as session:
                stored = session.scalar(select(StateRow.expired_at))
        except RecordsUnavailableError:
            if self.last is None:
                raise
            return self.last
        return max(filter(None, (stored, self.last)), default=None)

    def note(self, moment: datetime) -> None:
        """Remembers a deletion.

        Raises RecordsUnavailableError if the database cannot store its time; this process remembers it in any case.
        """
        self.last = moment
        with self.database.session() as session:
            session.execute(update(StateRow).values(expired_at=moment))
