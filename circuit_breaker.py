"""Circuit breaker: while a service fails, callers turn elsewhere at once.

The service is a database or an endpoint. Otherwise each caller would wait for it too.
"""

from __future__ import annotations

import time
from collections import Counter
from threading import Lock

FAILURES: Counter[str] = Counter()
"""Failures since the start, by the name of the service."""
COUNTING = Lock()


def count_failure(service: str) -> None:
    """Adds a failure of a service to FAILURES. Thread-safe."""
    with COUNTING:
        FAILURES[service] += 1


class Breaker:
    """Circuit breaker for one service; failures are counted by name. Thread-safe.

    Failures of a `service` with a name are counted.
    After a failure nobody uses the service for `pause` seconds; then one caller tries it. If that one has not come back
    after `trial` seconds, another one tries.
    """

    def __init__(self, pause: float, trial: float, service: str = "") -> None:
        self._pause, self._trial, self._service = pause, trial, service
        self._refusing_until = 0.0
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """True if the last use failed."""
        return bool(self._refusing_until)

    def lets_through(self) -> bool:
        """True if this caller may use the service now.

        After a pause only one caller may, until its result is known.
        """
        with self._lock:
            now = time.monotonic()
            if now < self._refusing_until:
                return False
            if self._refusing_until:
                self._refusing_until = now + self._trial
            return True

    def trip(self) -> bool:
        """Notes a failure: all callers are refused for a pause.

        Returns True if it is the first one since a success.
        """
        if self._service:
            count_failure(self._service)
        with self._lock:
            was_closed, self._refusing_until = not self._refusing_until, time.monotonic() + self._pause
            return was_closed

    def close(self) -> bool:
        """Notes a success; returns True if there was a failure before it."""
        with self._lock:
            was_open, self._refusing_until = bool(self._refusing_until), 0.0
            return was_open
