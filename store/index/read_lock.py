"""Read lock: deletions wait for current readers; closing lets no reader in.

Deletions block no new readers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from text.messages import MessageError, message


class ReadLockClosedError(MessageError):
    """A read began after the index was closed."""


class ReadLock:
    """Read lock that never blocks readers.

    A writer can wait until all readers of a given moment have finished.
    """

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.inside: set[object] = set()
        self.is_closed = False

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Lets a reader in.

        Raises ReadLockClosedError after `close`.
        """
        visit = object()
        with self.condition:
            if self.is_closed:
                raise ReadLockClosedError(message("index.closed_in_reading"))
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

    def close(self) -> None:
        """Lets no reader in any more, and waits until those inside have finished."""
        with self.condition:
            self.is_closed = True
            self.condition.wait_for(lambda: not self.inside)
