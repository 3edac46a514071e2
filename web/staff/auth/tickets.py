"""Tickets for the moments between two steps of a sign-in, kept in memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock

SECONDS = 600.0
"""Lifetime of a ticket."""
MOST = 1_000


@dataclass(frozen=True)
class Ticket:
    """State after the first step of a sign-in.

    `account`: id of the account whose password was right.
    `to`: the page to go to.
    `secret`: key of a second factor that is being set up.
    """

    account: str
    to: str = ""
    secret: str = ""


class Tickets:
    """All tickets by their random number. Thread-safe; old ones are forgotten."""

    def __init__(self) -> None:
        self.issued: OrderedDict[str, tuple[float, Ticket]] = OrderedDict()
        self.lock = Lock()

    def issue(self, ticket: Ticket) -> str:
        """Returns the number of a new ticket."""
        number = token_urlsafe(24)
        with self.lock:
            self.issued[number] = (time.monotonic() + SECONDS, ticket)
            if len(self.issued) > MOST:
                self.issued.popitem(last=False)
        return number

    def find(self, number: str) -> Ticket | None:
        """Returns a ticket by its number.

        None if there is none, or if it is too old.
        """
        with self.lock:
            until, ticket = self.issued.get(number, (0.0, None))
            return ticket if until > time.monotonic() else None

    def use(self, number: str) -> Ticket | None:
        """Returns a ticket by its number, for the only time.

        None if it is unknown, too old, or was used.
        """
        ticket = self.find(number)
        with self.lock:
            return ticket if self.issued.pop(number, None) else None
