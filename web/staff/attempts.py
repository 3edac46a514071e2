"""Limits of failed sign-ins: of a name at one place, and of a place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from records import fold_name
from web.http.rate_limit import RateLimiter

TRIES, SECONDS = 10, 300.0
"""Failed attempts for one name from one place, and the period in seconds.

All places together have no such limit: an attacker with many addresses could lock the staff out. Their total is
limited by the time of each check.
"""
MOST_OF_PLACE = 100
"""Failed attempts from one place for all names in that period: a whole office may sit behind one address.

At this rate an address needs nine years for the guesses that the weakest password withstands.
"""
MANY = 200
"""Failed attempts of all visitors in that period before the log warns."""
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """Caller of an attempt: a known browser (`device`), or strangers at an address.

    `login`: the name for which it is made; "" for the shared password, or for a place as a whole.
    """

    address: str
    login: str = ""
    device: str = ""

    @property
    def place(self) -> str:
        """Key of the place: that of a known browser, else the address."""
        return f"device {self.device}" if self.device else self.address

    @property
    def is_known(self) -> bool:
        """True for a browser in which a sign-in has succeeded before."""
        return bool(self.device)

    @property
    def key(self) -> str:
        """Key of the place and of the name, without regard to case, width and spaces."""
        return f"{self.place} {fold_name(self.login)}"


class Tries:
    """Failed attempts of each caller, of passwords and codes.

    An attempt counts from its start, so that parallel attempts do not exceed the limit. It is undone if it was right or
    could not be checked.
    """

    def __init__(self, limiter: Callable[[int, float], RateLimiter] = RateLimiter) -> None:
        """Takes a factory of rate limiters, which may be shared by all processes."""
        self.of_each, self.of_place = limiter(TRIES, SECONDS), limiter(MOST_OF_PLACE, SECONDS)
        self.of_all, self.told = RateLimiter(MANY, SECONDS), RateLimiter(1, SECONDS)

    def begin(self, caller: Caller) -> Caller | None:
        """Counts an attempt, unless it must wait.

        Returns who must wait: the caller, or the whole place, which has no name.
        None if nobody must wait; only then the attempt counts.
        """
        if not self.of_place.hit(caller.place):
            return replace(caller, login="")
        if not self.of_each.hit(caller.key):
            self.of_place.undo(caller.place)
            return caller
        return None

    def count(self, caller: Caller) -> int:
        """Returns the recent attempts from the caller's place, including the current one."""
        return self.of_place.count(caller.place)

    def undo(self, caller: Caller) -> None:
        """Takes back the last attempt of a caller, also at its place."""
        self.of_each.undo(caller.key)
        self.of_place.undo(caller.place)

    def is_held(self, caller: Caller) -> bool:
        """True if a caller must wait now; without a name, if its place must."""
        is_place = not caller.login and self.of_place.count(caller.place) >= MOST_OF_PLACE
        return is_place or self.of_each.count(caller.key) >= TRIES

    def release(self, caller: Caller) -> None:
        """Forgets the attempts of a caller; without a name, those from its place."""
        self.of_each.clear(caller.key)
        if not caller.login:
            self.of_place.clear(caller.place)

    def fail(self) -> None:
        """Counts a failed attempt, and warns if there are too many."""
        if not self.of_all.hit("") and self.told.hit(""):
            LOG.warning("More than %d failed sign-ins at /staff within %.0f seconds.", MANY, SECONDS)
