"""Short queue for an expensive operation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Condition


class TooManyAttemptsError(Exception):
    """Too many passwords are waiting, so this one was not checked. Retry soon."""


class Line:
    """Runs one operation at a time; a few others wait, lowest rank first.

    Up to `places` others wait, each for `patience` seconds. Each of them holds one of the 40 threads of the whole app,
    so the queue is short. In a full queue, a lower rank takes the place of the highest one.
    """

    def __init__(self, places: int, patience: float) -> None:
        self.places, self.patience = places, patience
        self.changed = Condition()
        self.numbers = count()
        self.waiting: list[tuple[int, int]] = []
        self.is_taken = False

    @contextmanager
    def turn(self, rank: int = 0) -> Iterator[None]:
        """Waits for a turn, which lasts as long as the block.

        Raises TooManyAttemptsError if the line is full or too slow.
        """
        with self.changed:
            self.take(rank)
        try:
            yield
        finally:
            with self.changed:
                self.is_taken = False
                self.changed.notify_all()

    def take(self, rank: int) -> None:
        """Waits for a turn; the caller holds `changed`.

        Raises TooManyAttemptsError if the line is full, or if it takes more than `patience` seconds.
        """
        ticket = (rank, next(self.numbers))
        self.waiting.append(ticket)
        if len(self.waiting) > self.places + (not self.is_taken):
            self.waiting.remove(max(self.waiting))
            self.changed.notify_all()
        try:
            self.changed.wait_for(lambda: self.is_next(ticket) or ticket not in self.waiting, self.patience)
            if not self.is_next(ticket):
                raise TooManyAttemptsError
            self.is_taken = True
        finally:
            if ticket in self.waiting:
                self.waiting.remove(ticket)

    def is_next(self, ticket: tuple[int, int]) -> bool:
        """Checks that it is the turn of a ticket: its rank and its number."""
        return not self.is_taken and bool(self.waiting) and ticket == min(self.waiting)
