"""Keeps what questions are reading: many read at once, and what closes the gate waits for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets many read at once; closes only when nobody reads."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.inside = 0

    @contextmanager
    def open(self) -> Iterator[None]:
        with self.condition:
            self.inside += 1
        try:
            yield
        finally:
            with self.condition:
                self.inside -= 1
                self.condition.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        with self.condition:
            self.condition.wait_for(lambda: not self.inside)
            yield
