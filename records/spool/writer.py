"""Writing behind: what people do goes into the spool at once, and from there into the database in a thread of its own.

So nobody waits for a database that is away, nothing is lost with it, and the order stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

from filelock import FileLock, Timeout

from records.errors import RecordRefused, RecordsUnavailable, Unknown
from records.spool.queue import Item, Spool

WAIT_SECONDS = 1.0
"""How long a writer waits to hear what became of a record; it is safe in the spool before."""
RETRY_SECONDS = 2.0
TURN_SECONDS = 5.0
"""How long another process that empties the spool is waited for."""

log = logging.getLogger(__name__)


class WriteBehind:
    """Brings what waits in a spool to the database with `apply`. Threads may share it; of processes that share the
    spool one at a time empties it."""

    def __init__(self, spool: Spool, apply: Callable[[Item], int]) -> None:
        self.spool, self.apply = spool, apply
        self.others = FileLock(spool.path.with_suffix(".lock"), mode=0o600, poll_interval=0.005)
        self.work, self.ending = Event(), Event()
        self.lock = Lock()
        self.thread: Thread | None = None
        self.expected: dict[str, Future[int]] = {}
        self.is_away = False
        """Whether the database did not take the last record, so that nobody waits for the next one."""

    def put(self, item: Item) -> None:
        """Keeps a record and waits for nothing. Raises SpoolFull."""
        self.spool.append(item, is_to_stay=self.is_away)
        self.wake()

    def write(self, item: Item) -> int:
        """Keeps a record; gives what `apply` gives, or 0 where that is not known within WAIT_SECONDS.

        Raises Unknown where that is known in time, and SpoolFull.
        """
        told: Future[int] = Future()
        try:
            with self.lock:
                self.expected[item.key] = told
                self.spool.append(item, is_to_stay=self.is_away)
            self.wake()
            return 0 if self.is_away else told.result(WAIT_SECONDS)
        except TimeoutError:
            self.is_away = True
            return 0
        finally:
            self.expected.pop(item.key, None)

    def wake(self) -> None:
        """Lets the thread look into the spool now."""
        with self.lock:
            if self.thread is None:
                self.thread = Thread(target=self.run, name="write behind", daemon=True)
                self.thread.start()
        self.work.set()

    def close(self) -> None:
        """Ends the thread after the record in hand; what waits is found at the next start."""
        self.ending.set()
        self.work.set()
        if self.thread is not None:
            self.thread.join(WAIT_SECONDS)

    def run(self) -> None:
        while self.work.wait() and not self.ending.is_set():
            self.work.clear()
            while not self.emptied():
                if self.ending.wait(RETRY_SECONDS):
                    return

    def emptied(self) -> bool:
        """Brings over all that waits; False where the database, the spool or another process stands in the way."""
        with self.lock:
            mine = list(self.expected.values())
        try:
            with self.turn():
                while not self.ending.is_set() and (item := self.spool.first()) is not None:
                    self.bring(item)
        except Exception as error:  # the thread must outlive whatever goes wrong with one record
            return self.noted_away(error)
        for told in mine:
            settle(told, 0)  # what another process brought over
        if self.is_away:
            log.warning("The database of the records is back; all that waited is written.")
        self.is_away = False
        return True

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process at a time. Raises Timeout. Where no lock can be had there is no file to share either."""
        held = None
        with suppress(OSError):
            held = self.others.acquire(timeout=TURN_SECONDS)
        try:
            yield
        finally:
            if held:
                self.others.release()

    def noted_away(self, error: Exception) -> bool:
        if not self.is_away:
            expected = isinstance(error, RecordsUnavailable | Timeout)
            log.warning("Records wait in the spool. %s", error, exc_info=None if expected else error)
        self.is_away = True
        return False

    def bring(self, item: Item) -> None:
        """Writes one record and takes it out of the spool; one that can never be written goes as well."""
        outcome: int | Unknown = 0
        try:
            outcome = self.apply(item)
        except Unknown as error:
            outcome = error
        except (RecordRefused, ValueError) as error:
            log.error("A record (%s) cannot be written and is left out: %s", item.kind, type(error).__name__)
        self.spool.done(item)
        if told := self.expected.get(item.key):
            settle(told, outcome)


def settle(told: Future[int], outcome: int | Unknown) -> None:
    """Tells a writer what became of a record, unless it was told before."""
    with suppress(InvalidStateError):
        if isinstance(outcome, Unknown):
            told.set_exception(outcome)
        else:
            told.set_result(outcome)
