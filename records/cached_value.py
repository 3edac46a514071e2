"""What is asked for all the time and read from the database only now and then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from records.errors import RecordsUnavailable

REREAD_SECONDS = 30.0
"""How long what another process changed may go unseen."""
WAIT_SECONDS = 1.0
"""How long a reading is waited for, counted from its beginning: then what was known last counts until it ends."""

Value = TypeVar("Value")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """A reading that runs in a thread of its own."""

    ended: Event = field(default_factory=Event)
    started: float = field(default_factory=time.monotonic)

    def wait(self) -> None:
        self.ended.wait(max(0.0, self.started + WAIT_SECONDS - time.monotonic()))


class Reread(Generic[Value]):
    """A value that is read anew when it is older than so many seconds, or after `forget`; where the records are away
    or silent, what was known last, at the beginning `first`. Threads may share it."""

    def __init__(self, seconds: float, read: Callable[[], Value], first: Value) -> None:
        self.seconds, self.read, self.known = seconds, read, first
        self.read_at = float("-inf")
        self.lock = Lock()
        self.current: Reading | None = None

    def value(self) -> Value:
        """What holds now, as far as it is known, within WAIT_SECONDS. Raises nothing on account of the records."""
        if not self.is_fresh():
            self.reading().wait()
        return self.known

    def forget(self) -> None:
        """The next one who asks reads anew: a reading that began before may have seen what was."""
        with self.lock:
            self.read_at, self.current = float("-inf"), None

    def is_fresh(self) -> bool:
        return time.monotonic() - self.read_at < self.seconds

    def reading(self) -> Reading:
        """The reading that runs, or a new one."""
        with self.lock:
            if self.current is None:
                self.current = Reading()
                Thread(target=self.read_now, args=(self.current,), name="reread", daemon=True).start()
            return self.current

    def read_now(self, own: Reading) -> None:
        try:
            found: Value | None = self.read()
        except RecordsUnavailable as error:
            log.warning("What was known last counts on. %s", error)
            found = None
        with self.lock:
            if self.current is own:
                self.known = self.known if found is None else found
                self.read_at, self.current = time.monotonic(), None
        own.ended.set()
