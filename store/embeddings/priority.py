"""Questions and a sync share the model: the sync gives way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET = 0.12
"""Seconds after a question's run of the model in which it may need another one. A sync waits no longer than that, also
where questions never end: they must not keep a new file from being found."""


class Courtesy:
    """Who gives way to whom. One answer runs the model several times, so a sync also waits between those runs."""

    def __init__(self) -> None:
        self.asked = float("-inf")

    @contextmanager
    def turn(self, gives_way: bool) -> Iterator[None]:
        """A run of the model: of a question, or of a sync, which gives way."""
        if gives_way:
            time.sleep(max(0.0, self.asked + QUIET - time.monotonic()))
        try:
            yield
        finally:
            if not gives_way:
                self.asked = time.monotonic()
