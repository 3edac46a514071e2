"""Cached value: read from the database only now and then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from records.errors import RecordsUnavailableError

REREAD_SECONDS = 30.0
"""Maximum delay until changes by another process are seen."""
SHARED_SECONDS = 2.0
"""REREAD_SECONDS on a database server, where other processes may change a value."""
WAIT_SECONDS = 1.0
"""Seconds that callers wait for a read, from its start.

After that the last known value counts until the read ends.
"""
FIRST_SECONDS = 10.0
"""WAIT_SECONDS while nothing is known, so that a slow first read refuses nobody."""

Value = TypeVar("Value")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """A read that runs in a thread of its own."""

    ended: Event = field(default_factory=Event)
    started: float = field(default_factory=time.monotonic)

    def wait(self, seconds: float) -> None:
        """Waits until the read has ended, but no longer than `seconds` from its start."""
        self.ended.wait(max(0.0, self.started + seconds - time.monotonic()))


class CachedValue(Generic[Value]):
    """A value read again if older than `seconds`, or after `forget`. Thread-safe.

    While the database is unavailable or silent, the last known value; at the start `first`, None if nothing is known.
    """

    def __init__(self, seconds: float, read: Callable[[], Value], first: Value) -> None:
        self.seconds, self.read, self.known = seconds, read, first
        self.read_at = float("-inf")
        self.lock = Lock()
        self.current: Reading | None = None

    def value(self) -> Value:
        """Returns the current value as far as known.

        Waits for a new one up to WAIT_SECONDS, or FIRST_SECONDS if nothing is known.
        Never raises RecordsUnavailableError.
        """
        if not self.is_fresh():
            self.reading().wait(FIRST_SECONDS if self.known is None else WAIT_SECONDS)
        return self.known

    def forget(self) -> None:
        """Makes the next caller read again.

        A read that is running may have seen the old value, so it does not count.
        """
        with self.lock:
            self.read_at, self.current = float("-inf"), None

    def is_fresh(self) -> bool:
        """Checks that the value was read less than `seconds` ago."""
        return time.monotonic() - self.read_at < self.seconds

    def reading(self) -> Reading:
        """The running read, or a new one."""
        with self.lock:
            if self.current is None:
                self.current = Reading()
                Thread(target=self.read_now, args=(self.current,), name="reread", daemon=True).start()
            return self.current

    def read_now(self, own: Reading) -> None:
        """Reads the value, and keeps it unless `forget` was called meanwhile.

        If that fails for any reason, the last known value stays, for `seconds` as if it were new.
        """
        found: Value | None = None
        try:
            found = self.read()
        except RecordsUnavailableError as error:
            log.warning("The last known value is used. %s", error)
        except Exception:  # such as a stored value that cannot be parsed; later callers read again
            log.exception("The last known value is used.")
        with self.lock:
            if self.current is own:
                self.known = self.known if found is None else found
                self.read_at, self.current = time.monotonic(), None
        own.ended.set()
