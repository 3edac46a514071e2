"""Staff password: hashing, verification, and strength."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from records import Account, Accounts, StaffSessions
from text.catalog import read
from web.staff.identity.waiting_line import Line

PASSWORD = "password"  # noqa: S105
SHORTEST = 10
WEAKEST_GUESSES = 1e8
"""Minimum guesses that a password withstands, as zxcvbn estimates: level 3 of 4.

Guessing here is slow, about ten a second for all strangers together, so that takes months.
"""
MEASURED = 72
"""Characters that zxcvbn examines; the rest can only make a password stronger."""
PART, LETTER = re.compile(r"[^\W\d_]{2,}"), re.compile(r"[^\W\d_]")
FEWEST_LEFT = 4
"""Letters that a password needs besides common words and the parts of its owner's name."""
MOST_WORDS = 4
"""Common words that make no password, in any order; a surname with a given name is one.

The list has 237, of which people take the same few: as zxcvbn counts, four come to 50 ** 4 guesses.
"""
COMMON_WORDS = Path(__file__).with_name("common_words.yaml")
LOOKALIKES = str.maketrans("@0$", "aos")
"""Signs in place of letters, as in `P@ssw0rd`."""
PLACES, PATIENCE = 6, 5.0
"""Passwords that wait for a check, and their longest wait in seconds.

A check takes 64 MB and part of a second of two cores. So one check of strangers and one of known browsers run at a
time, and neither waits for the other.
"""
RETRY_SECONDS = 10
STRANGERS, KNOWN = Line(PLACES, PATIENCE), Line(PLACES, PATIENCE)


@cache
def hasher() -> PasswordHasher:
    """argon2id with the RFC 9106 parameters for little memory, the library's defaults."""
    return PasswordHasher()


def has_password(sessions: StaffSessions) -> bool:
    """Checks that a shared password is set."""
    return bool(sessions.value(PASSWORD))


def is_right(sessions: StaffSessions, password: str, is_known: bool = False, tried: int = 0) -> bool:
    """True if the shared password is right.

    Raises TooManyAttemptsError if too many passwords wait for their check.
    """
    return matches(sessions.value(PASSWORD), password, is_known, tried, lambda new: sessions.set_value(PASSWORD, new))


def is_right_for(
    accounts: Accounts, account: Account | None, password: str, is_known: bool = False, tried: int = 0
) -> bool:
    """True if a password is that of an account; as slow if there is no account.

    Raises TooManyAttemptsError if too many passwords wait for their check.
    """
    if account is None or not account.password:
        return matches(nobodys(), password, is_known, tried) and False
    renew = lambda new: accounts.set_password(account.id, new)  # noqa: E731
    return matches(account.password, password, is_known, tried, renew)


def matches(
    kept: str, password: str, is_known: bool = False, tried: int = 0, renew: Callable[[str], None] | None = None
) -> bool:
    """True if a password has the kept hash.

    Hands a new hash to `renew` if the recommended parameters have changed. Strangers with the fewest attempts (`tried`)
    come first.
    Raises TooManyAttemptsError if too many passwords wait for their check.
    """
    with (KNOWN if is_known else STRANGERS).turn(tried):
        try:
            hasher().verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
        if renew and hasher().check_needs_rehash(kept):
            renew(hasher().hash(password))
    return True


@cache
def nobodys() -> str:
    """Dummy hash: an unknown name takes as long to check as a known one."""
    return hasher().hash(token_urlsafe(32))


def hash_password(password: str) -> str:
    """Returns the hash of a new password, for callers who may set it.

    Raises TooManyAttemptsError if too many passwords wait for their check.
    """
    with KNOWN.turn():
        return hasher().hash(password)


def replace_password(sessions: StaffSessions, hashed: str) -> None:
    """Stores a password hash; all staff must sign in again."""
    sessions.set_value(PASSWORD, hashed)
    sessions.sign_out()


def own_words(own: Iterable[str]) -> list[str]:
    """Returns what people try who know a name or an e-mail address: it and its parts."""
    known = [part for each in own for part in (each, each.partition("@")[0]) if part]
    return list(dict.fromkeys([*known, *(part for each in known for part in PART.findall(each.casefold()))]))


@cache
def common_words() -> tuple[tuple[str, ...], str]:
    """Returns what people build passwords of: words, and a pattern of Chinese names."""
    lists = {key: tuple(words.split()) for key, words in read(COMMON_WORDS).items()}
    surname, given = any_of(lists["surnames"]), any_of(lists["given"])
    return lists["words"], rf"{surname}[._-]?{given}{{1,2}}|{given}{{1,2}}[._-]?{surname}"


def any_of(words: Iterable[str]) -> str:
    """Returns a pattern of words, the longest first; none if there are no words."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True))) or '(?!)'})"


def is_mostly(password: str, words: Iterable[str]) -> bool:
    """True if few letters are left without these words and common ones, in any order."""
    known, names = common_words()
    pattern = re.compile(f"{any_of([*known, *map(str.casefold, words)])}|{names}")
    plain = password.casefold()
    found = (pattern.subn(" ", spelling) for spelling in (plain, plain.translate(LOOKALIKES)))
    return any(0 < number <= MOST_WORDS and len(LETTER.findall(left)) < FEWEST_LEFT for left, number in found)


def weakness(password: str, again: str, *own: str) -> str:
    """Returns the key of the error in a new password; empty if it is valid.

    `own` are words that those who know the person would try, such as the name.
    """
    if len(password) < SHORTEST:
        return "auth.too_short"
    words = own_words(own)
    guesses = zxcvbn(password[:MEASURED], [*words, *common_words()[0]], max_length=MEASURED)["guesses"]
    if len(set(password)) < 5 or guesses < WEAKEST_GUESSES or is_mostly(password, words):
        return "auth.too_simple"
    return "" if password == again else "auth.not_the_same"
