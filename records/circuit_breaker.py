"""A circuit breaker: who asks a database that has fallen silent is told so at once, instead of waiting for it too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from records.errors import RecordsUnavailable

SLOW_SECONDS = 2.0
"""A failure that took longer opens the breaker: a database that refuses at once costs nobody time."""
PAUSE_SECONDS = 2.0
"""How long everybody is refused after that; then one caller tries."""
TRY_SECONDS = 10.0
"""How long that one may take before another one tries: longer than all limits of a connection together."""


class Breaker:
    """Threads may share it."""

    def __init__(self) -> None:
        self.refusing_until = 0.0
        self.lock = Lock()

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Runs a use of the database, or raises RecordsUnavailable at once while it is known to be silent."""
        if not self.lets_through():
            raise RecordsUnavailable(
                "The records cannot be reached (the database did not answer a moment ago). It is tried again by itself."
            )
        started = time.monotonic()
        try:
            yield
        except RecordsUnavailable:
            if time.monotonic() - started > SLOW_SECONDS:
                self.refusing_until = time.monotonic() + PAUSE_SECONDS
            raise
        self.refusing_until = 0.0

    def lets_through(self) -> bool:
        """Whether this caller may use the database now; after a pause that is one alone until it knows more."""
        with self.lock:
            now = time.monotonic()
            if now < self.refusing_until:
                return False
            if self.refusing_until:
                self.refusing_until = now + TRY_SECONDS
            return True
