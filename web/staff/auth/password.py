"""Staff password: hashing, verification, and the limit of failed attempts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from records import StaffSessions
from web.http.rate_limit import RateLimiter
from web.staff.auth.waiting_line import Line

PASSWORD = "password"  # noqa: S105
SHORTEST = 10
TRIES, SECONDS = 10, 300.0
"""Failed attempts of one visitor, and the period in seconds.

All visitors together have no such limit: an attacker with many addresses could lock the staff out. Their total is
limited by the time of each check.
"""
MANY = 200
"""Failed attempts of all visitors in that period before the log warns."""
PLACES, PATIENCE = 6, 5.0
"""Passwords that wait for a check, and their longest wait in seconds.

A check takes 64 MB and part of a second of two cores. So one check of strangers and one of known browsers run at a
time, and neither waits for the other.
"""
RETRY_SECONDS = 10
STRANGERS, KNOWN = Line(PLACES, PATIENCE), Line(PLACES, PATIENCE)
LOG = logging.getLogger(__name__)


@cache
def hasher() -> PasswordHasher:
    """argon2id with the RFC 9106 parameters for little memory, the library's defaults."""
    return PasswordHasher()


@dataclass(frozen=True)
class Caller:
    """Caller of an attempt: a known browser, or all strangers at one address."""

    name: str
    is_known: bool = False


def has_password(desk: StaffSessions) -> bool:
    return bool(desk.value(PASSWORD))


def is_right(desk: StaffSessions, password: str, is_known: bool = False, tried: int = 0) -> bool:
    """True if the password is right.

    Renews the hash if the recommended parameters have changed. Strangers with the fewest attempts (`tried`) come first.
    Raises TooManyAttemptsError.
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
    """Returns the hash of a new password. Only for callers who may set it. Raises TooManyAttemptsError."""
    with KNOWN.turn():
        return hasher().hash(password)


def replace_password(desk: StaffSessions, hashed: str) -> None:
    """Stores a password hash; all staff must sign in again."""
    desk.set_value(PASSWORD, hashed)
    desk.sign_out()


def weakness(password: str, again: str) -> str:
    """Returns the key of the error in a new password; empty if it is valid."""
    if len(password) < SHORTEST:
        return "auth.too_short"
    if len(set(password)) < 5:
        return "auth.too_simple"
    return "" if password == again else "auth.not_the_same"


class Tries:
    """Failed attempts of each caller, of passwords and codes.

    An attempt counts from its start, so that parallel attempts do not exceed the limit. It is undone if it was right or
    could not be checked.
    """

    def __init__(self) -> None:
        self.of_each, self.of_all, self.told = (
            RateLimiter(TRIES, SECONDS),
            RateLimiter(MANY, SECONDS),
            RateLimiter(1, SECONDS),
        )

    def begin(self, caller: Caller) -> bool:
        """True if a caller may try now; if so, it counts."""
        return self.of_each.hit(caller.name)

    def count(self, caller: Caller) -> int:
        """Returns the recent attempts of a caller, including the current one."""
        return self.of_each.count(caller.name)

    def take_back(self, caller: Caller) -> None:
        self.of_each.undo(caller.name)

    def fail(self) -> None:
        """Counts a failed attempt, and warns if there are too many."""
        if not self.of_all.hit("") and self.told.hit(""):
            LOG.warning("More than %d vain tries to sign in at /staff within %.0f seconds.", MANY, SECONDS)
