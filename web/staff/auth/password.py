"""The password of the room: how it is kept and compared, and how often it may be tried."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from records import Desk
from web.http.rate_limit import Pace
from web.staff.auth.waiting_line import Line

PASSWORD = "password"  # noqa: S105
SHORTEST = 10
TRIES, SECONDS = 10, 300.0
"""How often one visitor may try in vain, in how long. There is no such limit for all together: with it whoever has many
addresses could keep the staff out. What all can try is limited by the time that it takes."""
MANY = 200
"""Vain tries of all, in as long, of which whoever runs the app is told."""
PLACES, PATIENCE = 6, 5.0
"""How many passwords wait to be looked at, and for how many seconds. Each look takes 64 MB and a part of a second of
two cores, so there is one at a time of strangers and one of known browsers: neither waits for the other."""
RETRY_SECONDS = 10
STRANGERS, KNOWN = Line(PLACES, PATIENCE), Line(PLACES, PATIENCE)
LOG = logging.getLogger(__name__)


@cache
def hasher() -> PasswordHasher:
    """argon2id with the parameters of RFC 9106 for little memory, the defaults of the library."""
    return PasswordHasher()


@dataclass(frozen=True)
class Caller:
    """Who tries: a browser in which somebody has signed in before, or else all the strangers at one address."""

    name: str
    is_known: bool = False


def has_password(desk: Desk) -> bool:
    return bool(desk.value(PASSWORD))


def is_right(desk: Desk, password: str, is_known: bool = False, tried: int = 0) -> bool:
    """Whether a password is the one of the room. Its hash is renewed when the recommended parameters have changed.

    Of strangers those who have `tried` least come first. Raises Busy.
    """
    kept = desk.value(PASSWORD)
    with (KNOWN if is_known else STRANGERS).turn(tried):
        try:
            hasher().verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
        if hasher().check_needs_rehash(kept):
            desk.set_value(PASSWORD, hasher().hash(password))
    return True


def hashed(password: str) -> str:
    """As it is kept. Only who may set it comes so far. Raises Busy."""
    with KNOWN.turn():
        return hasher().hash(password)


def replace_password(desk: Desk, hashed: str) -> None:
    """Sets the password of a hash; whoever had signed in must sign in again."""
    desk.set_value(PASSWORD, hashed)
    desk.sign_out()


def weakness(password: str, again: str) -> str:
    """The key of what is wrong with a new password; empty where nothing is."""
    if len(password) < SHORTEST:
        return "door.too_short"
    if len(set(password)) < 5:
        return "door.too_simple"
    return "" if password == again else "door.not_the_same"


class Tries:
    """How often each caller has tried passwords and codes in vain. A try counts from its beginning, so that many at
    once are no more; it is taken back when it was right or could not be looked at."""

    def __init__(self) -> None:
        self.of_each, self.of_all, self.told = Pace(TRIES, SECONDS), Pace(MANY, SECONDS), Pace(1, SECONDS)

    def begin(self, caller: Caller) -> bool:
        """Whether a caller may try now; if so it counts."""
        return self.of_each.allows(caller.name)

    def count(self, caller: Caller) -> int:
        """How often a caller has tried lately, with the try that has begun."""
        return self.of_each.count(caller.name)

    def take_back(self, caller: Caller) -> None:
        self.of_each.take_back(caller.name)

    def fail(self) -> None:
        """It was wrong."""
        if not self.of_all.allows("") and self.told.allows(""):
            LOG.warning("More than %d vain tries to sign in at /staff within %.0f seconds.", MANY, SECONDS)
