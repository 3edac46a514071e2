"""The password of the room: how it is kept and compared, and how often it may be tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from records import Desk
from web.pacing import Pace

PASSWORD = "password"  # noqa: S105
SHORTEST = 10
TRIES, ALL_TRIES, SECONDS = 10, 200, 300.0
"""How often one visitor, and all together, may try in vain, in how long. The second stops who has many addresses; who
has signed in from an address is not held up by it."""
AT_ONCE = BoundedSemaphore(2)
"""Passwords that are hashed at the same time: each takes 64 MB and the better part of a second of two cores."""
IN_LINE = BoundedSemaphore(6)
"""Those, and the others that wait for it: each holds one of the 40 threads that answer for the whole app."""
PATIENCE = 1.0
"""Seconds that one waits for its turn."""
RETRY_SECONDS = 10


class Busy(Exception):
    """Too many passwords are being looked at: this one was not. It can be sent again after RETRY_SECONDS."""


@cache
def hasher() -> PasswordHasher:
    """argon2id with the parameters of RFC 9106 for little memory, the defaults of the library."""
    return PasswordHasher()


@contextmanager
def in_turn() -> Iterator[None]:
    """One's turn to hash a password. Raises Busy."""
    if not IN_LINE.acquire(blocking=False):
        raise Busy
    try:
        if not AT_ONCE.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            AT_ONCE.release()
    finally:
        IN_LINE.release()


def has_password(desk: Desk) -> bool:
    return bool(desk.value(PASSWORD))


def is_right(desk: Desk, password: str) -> bool:
    """Whether a password is the one of the room. Its hash is renewed when the recommended parameters have changed.

    Raises Busy.
    """
    kept = desk.value(PASSWORD)
    with in_turn():
        try:
            hasher().verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
        if hasher().check_needs_rehash(kept):
            desk.set_value(PASSWORD, hasher().hash(password))
    return True


def hashed(password: str) -> str:
    """As it is kept. Raises Busy."""
    with in_turn():
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
    """How often passwords and codes were tried in vain, by visitor and by all. A try counts from its beginning, so that
    many at once are no more; it is taken back when it was right or could not be looked at."""

    def __init__(self) -> None:
        self.of_each, self.of_all = Pace(TRIES, SECONDS), Pace(ALL_TRIES, SECONDS)
        self.welcome: set[str] = set()

    def begin(self, visitor: str) -> bool:
        """Whether a visitor may try now; if so it counts."""
        if not self.of_each.allows(visitor):
            return False
        if visitor in self.welcome or self.of_all.allows(""):
            return True
        self.of_each.take_back(visitor)
        return False

    def take_back(self, visitor: str) -> None:
        self.of_each.take_back(visitor)
        if visitor not in self.welcome:
            self.of_all.take_back("")

    def succeed(self, visitor: str) -> None:
        """It was right."""
        self.take_back(visitor)
        self.welcome.add(visitor)
