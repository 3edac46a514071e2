"""What is asked for all the time and read from the database only now and then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from records.database import RecordsUnavailable

REREAD_SECONDS = 30.0
"""How long what another process changed may go unseen."""

Value = TypeVar("Value")

log = logging.getLogger(__name__)


class Reread(Generic[Value]):
    """A value that is read anew when it is older than so many seconds, or after `forget`; where the records are away,
    what was known last, at the beginning `first`. Threads may share it."""

    def __init__(self, seconds: float, read: Callable[[], Value], first: Value) -> None:
        self.seconds, self.read, self.known = seconds, read, first
        self.read_at = float("-inf")
        self.reading = Lock()

    def value(self) -> Value:
        """What holds now, as far as it is known. Raises nothing on account of the records."""
        if self.is_fresh():
            return self.known
        with self.reading:
            if not self.is_fresh():
                self.read_now()
            return self.known

    def forget(self) -> None:
        """The next one who asks reads anew. Waits for a reading that began before: it may have seen what was."""
        with self.reading:
            self.read_at = float("-inf")

    def is_fresh(self) -> bool:
        return time.monotonic() - self.read_at < self.seconds

    def read_now(self) -> None:
        try:
            self.known = self.read()
        except RecordsUnavailable as error:
            log.warning("What was known last counts on. %s", error)
        self.read_at = time.monotonic()
