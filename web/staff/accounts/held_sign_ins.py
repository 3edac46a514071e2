"""Sign-ins that wait after too many failed attempts, and their release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from records import AuditEntry, AuditFilter
from records.models import now
from web.staff.attempts import SECONDS, Caller
from web.staff.auth.forms import HELD_UP
from web.staff.context import StaffContext

MOST = 100
"""Entries of the log that are looked at."""


@dataclass(frozen=True)
class HeldSignIn:
    """Sign-ins that must wait, with the entry of the log that says so.

    `callers`: the names of one account, its e-mail address being one, at one place.
    """

    entry: AuditEntry
    callers: tuple[Caller, ...]


def list_held_sign_ins(room: StaffContext) -> list[HeldSignIn]:
    """Returns what is held up now, latest first.

    Raises RecordsUnavailableError if the log or the accounts cannot be read.
    """
    since = now() - timedelta(seconds=2 * SECONDS)
    entries = room.audit.find(AuditFilter((HELD_UP,), first=since.astimezone().date()), MOST)
    found: dict[tuple[Caller, ...], HeldSignIn] = {}
    for entry in entries:
        if entry.at >= since and (callers := callers_of(room, entry)):
            found.setdefault(callers, HeldSignIn(entry, callers))
    return [each for each in found.values() if any(map(room.tries.is_held, each.callers))]


def callers_of(room: StaffContext, entry: AuditEntry) -> tuple[Caller, ...]:
    """Returns the callers that an entry of the log names; none if the account is gone."""
    address, browser = entry.details["address"], entry.details.get("browser", "")
    if not entry.subject:
        return (Caller(address, device=browser),)
    account = room.accounts.find(entry.subject)
    logins = (account.name, account.email) if account else ()
    return tuple(Caller(address, login, browser) for login in logins if login)


def release_sign_ins(room: StaffContext, held: HeldSignIn) -> None:
    """Lets sign-ins through again at once."""
    for caller in held.callers:
        room.tries.release(caller)
