"""Decides if changes need approval."""

from __future__ import annotations

from typing import Protocol

from records import Accounts
from settings import Settings

ENOUGH = 2
"""Active accounts from which changes need approval, unless a setting overrides it."""


class HasAccounts(Protocol):
    """An object with the settings and the accounts of the staff."""

    @property
    def settings(self) -> Settings:
        """The settings, of which `approval` decides."""

    @property
    def accounts(self) -> Accounts:
        """The accounts of the staff."""


def is_approval_needed(room: HasAccounts) -> bool:
    """True if changes need a second person, by the setting or the number of accounts."""
    if room.settings.approval != "auto":
        return room.settings.approval == "on"
    return has_two_people(room)


def has_two_people(room: HasAccounts) -> bool:
    """True if two accounts are in use.

    Only accounts prove that author and approver are two people.
    """
    return sum(each.is_enabled and each.is_used for each in room.accounts.read_all()) >= ENOUGH
