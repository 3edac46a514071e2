"""Priority for the shared model: questions first, a sync gives way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET = 0.12
"""Seconds that a sync waits after a question's last run of the model.

Within this time the same question may need the model again.
It is also the longest wait: even a stream of questions must not keep a new file out of the search.
"""


class Priority:
    """Gives questions priority over a sync.

    One answer runs the model several times, so a sync also waits between these runs.
    """

    def __init__(self) -> None:
        self.asked = float("-inf")

    @contextmanager
    def turn(self, background: bool) -> Iterator[None]:
        """Wraps one run of the model. `background` is True for a sync."""
        if background:
            # one sleep, not a loop: a sync waits at most QUIET seconds for each run, so it never starves
            time.sleep(max(0.0, self.asked + QUIET - time.monotonic()))
        try:
            yield
        finally:
            if not background:
                self.asked = time.monotonic()
