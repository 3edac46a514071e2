"""When a change needs approval."""

from __future__ import annotations

from typing import Protocol

from records import Accounts
from settings import Settings

ENOUGH = 2
"""Accounts in use from which on changes need approval, unless the setting says otherwise."""


class HasAccounts(Protocol):
    """What has settings and the accounts of the staff."""

    @property
    def settings(self) -> Settings: ...

    @property
    def accounts(self) -> Accounts: ...


def is_approval_needed(room: HasAccounts) -> bool:
    """True if changes wait for a second person: by the setting, or once two accounts are in use."""
    if room.settings.approval != "auto":
        return room.settings.approval == "on"
    return has_two_people(room)


def has_two_people(room: HasAccounts) -> bool:
    """True if two accounts are in use: only accounts prove that an author and an approver are two people."""
    return sum(each.is_enabled and each.is_used for each in room.accounts.all()) >= ENOUGH
