"""Circuit breaker: while a database is silent, callers get an error at once.

Otherwise each of them would wait for it too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from records.errors import RecordsUnavailableError

SLOW_SECONDS = 2.0
"""A failure slower than this opens the breaker.

A database that refuses at once costs no time.
"""
PAUSE_SECONDS = 2.0
"""Seconds that the breaker refuses all callers; then one caller tries."""
TRY_SECONDS = 10.0
"""Seconds that one caller may try before another one does.

It is longer than all time limits of a connection together.
"""


class Breaker:
    """Circuit breaker for one database. Thread-safe."""

    def __init__(self) -> None:
        self.refusing_until = 0.0
        self.lock = Lock()

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Runs a use of the database.

        Raises RecordsUnavailableError at once while the database is known to be silent.
        """
        if not self.lets_through():
            raise RecordsUnavailableError(
                "The records cannot be reached (the database did not answer a moment ago). It is tried again by itself."
            )
        started = time.monotonic()
        try:
            yield
        except RecordsUnavailableError:
            if time.monotonic() - started > SLOW_SECONDS:
                self.refusing_until = time.monotonic() + PAUSE_SECONDS
            raise
        self.refusing_until = 0.0

    def lets_through(self) -> bool:
        """True if this caller may use the database now.

        After a pause only one caller may, until its result is known.
        """
        with self.lock:
            now = time.monotonic()
            if now < self.refusing_until:
                return False
            if self.refusing_until:
                self.refusing_until = now + TRY_SECONDS
            return True
