"""Keeps what questions are reading: what is removed waits for those that may be reading it, and holds up no others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets many read at once, and tells when those that were reading at a moment have ended."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.inside: set[object] = set()

    @contextmanager
    def open(self) -> Iterator[None]:
        visit = object()
        with self.condition:
            self.inside.add(visit)
        try:
            yield
        finally:
            with self.condition:
                self.inside.discard(visit)
                self.condition.notify_all()

    def wait_for_those_inside(self) -> None:
        """Waits until all that are inside now have left; who comes meanwhile is not waited for, and does not wait."""
        with self.condition:
            now = set(self.inside)
            self.condition.wait_for(lambda: now.isdisjoint(self.inside))
