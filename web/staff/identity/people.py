"""Signed-in person: holder of an account, or of the shared password."""

from __future__ import annotations

from dataclasses import dataclass

from records import Role
from web.staff.context import StaffContext
from web.staff.identity.password import has_password


@dataclass(frozen=True)
class Person:
    """A signed-in person. `account` is the id of the account.

    "" for the shared password, whose holder may do all.
    """

    name: str
    role: Role
    account: str = ""
    has_second_factor: bool = False


def person_at(room: StaffContext, token: str) -> Person | None:
    """Returns the person of a session.

    The role is read at each request, so that a change counts at once.
    Sessions of the shared password end with the first account.
    None without a session, for a disabled account, or for the shared password once there is an account.
    Raises RecordsUnavailableError if sessions or accounts cannot be read.
    """
    name, identity = room.sessions.holder(token) if token else ("", "")
    if not name:
        return None
    if not identity:
        return None if room.accounts.count() else Person(name, Role.ADMINISTRATOR)
    account = room.accounts.one(identity)
    if account is None or not account.is_enabled:
        return None
    return Person(account.name, account.role, account.id, account.has_second_factor)


def is_set_up(room: StaffContext) -> bool:
    """True if somebody can sign in.

    Raises RecordsUnavailableError if password or accounts cannot be read.
    """
    return has_password(room.sessions) or room.accounts.count() > 0
