"""Read lock: deletions wait for the current readers and block no new ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadLock:
    """Read lock that never blocks readers.

    A writer can wait until all readers of a given moment have finished.
    """

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
        """Waits until all current readers have finished.

        Readers that start meanwhile are not waited for and do not wait.
        """
        with self.condition:
            now = set(self.inside)
            self.condition.wait_for(lambda: now.isdisjoint(self.inside))
