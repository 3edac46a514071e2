"""Waits for an endpoint, with a limit on the whole wait.

A client's own time limit starts again with every byte. Only on an event loop can a wait be ended from outside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import cache
from threading import Lock, Thread
from typing import Any, TypeVar

STARTING = Lock()

Answered = TypeVar("Answered")


def wait_at_most(seconds: float, asking: Coroutine[Any, Any, Answered]) -> Answered:
    """Returns what an endpoint answers; closes the connection if it takes longer.

    Raises TimeoutError after `seconds`, and the errors of the client.
    """
    waiting = asyncio.run_coroutine_threadsafe(asking, endpoint_loop())
    try:
        return waiting.result(seconds)
    finally:
        waiting.cancel()


def endpoint_loop() -> asyncio.AbstractEventLoop:
    """Returns the event loop of all endpoints, which share its open connections."""
    with STARTING:
        return start_loop()


@cache
def start_loop() -> asyncio.AbstractEventLoop:
    """Starts the event loop in a thread that ends with the process, and returns it."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="endpoints", daemon=True).start()
    return loop
