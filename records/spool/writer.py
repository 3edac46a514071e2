"""Write-behind: records go into the spool at once, and a thread writes them.

So callers never wait for an unavailable database, nothing is lost, and the order stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

from filelock import FileLock, Timeout

from records.errors import RecordRefusedError, RecordsUnavailableError, UnknownRecordError
from records.spool.queue import Item, Spool

WAIT_SECONDS = 1.0
"""Seconds that a caller waits for the result.

The record is already safe in the spool by then.
"""
RETRY_SECONDS = 2.0
"""Pause before the next try while the database is unavailable."""
TURN_SECONDS = 5.0
"""Seconds to wait for another process that empties the spool."""

log = logging.getLogger(__name__)


class WriteBehind:
    """Writes the spool to the database with `apply`. Thread-safe.

    Of several processes with the same spool, one at a time empties it.
    """

    def __init__(self, spool: Spool, apply: Callable[[Item], int]) -> None:
        self.spool, self.apply = spool, apply
        self.others = FileLock(spool.path.with_suffix(".lock"), mode=0o600, poll_interval=0.005)
        self.work, self.ending = Event(), Event()
        self.lock = Lock()
        self.thread: Thread | None = None
        self.expected: dict[str, Future[int]] = {}
        self.is_away = False
        """True if the database did not take the last record, so that callers do not wait."""

    def put(self, item: Item) -> None:
        """Stores a record without waiting.

        Raises SpoolFullError if no more records can wait.
        """
        self.spool.append(item, is_to_stay=self.is_away)
        self.wake()

    def write(self, item: Item) -> int:
        """Stores a record; returns the result of `apply`, or 0 if unknown in WAIT_SECONDS.

        Raises UnknownRecordError if that is known in time, and SpoolFullError.
        """
        told: Future[int] = Future()
        try:
            with self.lock:
                self.expected[item.key] = told  # before the thread can see the record
                self.spool.append(item, is_to_stay=self.is_away)
            self.wake()
            return 0 if self.is_away else told.result(WAIT_SECONDS)
        except TimeoutError:
            self.is_away = True
            return 0
        finally:
            self.expected.pop(item.key, None)

    def wake(self) -> None:
        """Makes the thread check the spool now."""
        with self.lock:
            if self.thread is None:
                self.thread = Thread(target=self.run, name="write behind", daemon=True)
                self.thread.start()
        self.work.set()

    def close(self) -> None:
        """Stops the thread after the current record; the rest is written after a restart."""
        self.ending.set()
        self.work.set()
        if self.thread is not None:
            self.thread.join(WAIT_SECONDS)

    def run(self) -> None:
        """Writes what waits whenever there is work, until `close`; the thread runs this."""
        while self.work.wait() and not self.ending.is_set():
            self.work.clear()
            while not self.write_waiting():
                if self.ending.wait(RETRY_SECONDS):
                    return

    def write_waiting(self) -> bool:
        """Writes all waiting records.

        False if the database, the spool or another process prevents this.
        """
        with self.lock:
            mine = list(self.expected.values())
        try:
            with self.turn():
                while not self.ending.is_set() and (item := self.spool.first()) is not None:
                    self.bring(item)
        except Exception as error:  # the thread must survive any error of one record
            return self.note_away(error)
        for told in mine:
            settle(told, 0)  # already written by another process
        if self.is_away:
            log.warning("The database of the records is back; all that waited is written.")
        self.is_away = False
        return True

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Admits one process at a time.

        If no lock file can be made, no spool file can be shared either.
        Raises Timeout if another process has its turn for TURN_SECONDS.
        """
        held = None
        try:
            held = self.others.acquire(timeout=TURN_SECONDS)
        except OSError as error:
            if isinstance(error, Timeout):  # an OSError too
                raise
        try:
            yield
        finally:
            if held:
                self.others.release()

    def note_away(self, error: Exception) -> bool:
        """Notes that records wait, logging only the first error; returns False."""
        if not self.is_away:
            expected = isinstance(error, RecordsUnavailableError | Timeout)
            log.warning("Records wait in the spool. %s", error, exc_info=None if expected else error)
        self.is_away = True
        return False

    def bring(self, item: Item) -> None:
        """Writes one record and deletes it from the spool.

        A record that can never be written is deleted too.
        """
        outcome: int | UnknownRecordError = 0
        try:
            outcome = self.apply(item)
        except UnknownRecordError as error:
            outcome = error
        except (RecordRefusedError, ValueError) as error:
            log.error("A record (%s) cannot be written and is left out: %s", item.kind, type(error).__name__)
        self.spool.remove(item)
        if told := self.expected.get(item.key):
            settle(told, outcome)


def settle(told: Future[int], outcome: int | UnknownRecordError) -> None:
    """Tells a caller the result of its record, unless it was told before."""
    with suppress(InvalidStateError):
        if isinstance(outcome, UnknownRecordError):
            told.set_exception(outcome)
        else:
            told.set_result(outcome)
