"""Questions and a sync share the model: the sync gives way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET = 0.1
"""Seconds without a question's run of the model after which no question is at work."""
PATIENCE = 0.12
"""Seconds that a batch of a sync waits for questions, at most: they must not keep a new file from being found."""


class Courtesy:
    """Who gives way to whom. One answer runs the model several times, so a sync also waits between those runs."""

    def __init__(self) -> None:
        self.asked = float("-inf")

    @contextmanager
    def turn(self, gives_way: bool) -> Iterator[None]:
        """A run of the model: of a question, or of a sync, which gives way."""
        latest = time.monotonic() + PATIENCE
        while gives_way and (left := min(latest, self.asked + QUIET) - time.monotonic()) > 0:
            time.sleep(left)
        try:
            yield
        finally:
            if not gives_way:
                self.asked = time.monotonic()
