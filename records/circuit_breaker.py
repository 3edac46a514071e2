"""Circuit breaker of a database: while it is silent, callers get an error at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from circuit_breaker import Breaker
from records.errors import RecordRefusedError, RecordsUnavailableError
from text.messages import message

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


@contextmanager
def guarding(breaker: Breaker) -> Iterator[None]:
    """Runs a use of the database.

    Raises RecordsUnavailableError at once while the database is known to be silent. An error of another kind says
    nothing against the database, which has answered.
    """
    if not breaker.lets_through():
        raise RecordsUnavailableError(
            message("records.unreachable", cause=message("records.silent"), remedy=message("records.retried"))
        )
    started = time.monotonic()
    try:
        yield
    except RecordsUnavailableError as error:
        if isinstance(error, RecordRefusedError):
            breaker.close()
        elif breaker.is_open or time.monotonic() - started > SLOW_SECONDS:
            breaker.trip()
        raise
    except Exception:
        breaker.close()
        raise
    breaker.close()
