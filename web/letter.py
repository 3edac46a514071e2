"""A letter: a message on its way to one receiver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """A message to one receiver; `at` is its time, in seconds since 1970.

    `by_hand`: a person wrote it, so that no receiver may treat it as a machine's.
    """

    number: int
    receiver: str
    subject: str
    body: str
    at: float
    by_hand: bool = False
