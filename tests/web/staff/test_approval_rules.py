"""Approval is on once two accounts are in use, or as the setting says."""

from __future__ import annotations

from pathlib import Path

import pytest

from records import Records, Role
from tests.web.staff.conftest import empty
from web.staff.approval_needed import is_approval_needed


def test_two_accounts_in_use_make_approval_needed(records: Records, tmp_path: Path) -> None:
    with empty(records, tmp_path) as room:
        assert not is_approval_needed(room), "one shared password"
        first, second = (room.accounts.add(name, Role.ADMINISTRATOR) for name in ("Li", "Fang"))
        room.accounts.set_password(first.id, "hash")
        assert not is_approval_needed(room), "an invitation is no second person yet"
        room.accounts.note_sign_in(second.id)
        assert is_approval_needed(room)
        room.accounts.disable(second.id)
        assert not is_approval_needed(room)


@pytest.mark.parametrize("approval", ["on", "off"])
def test_a_setting_decides_where_it_is_given(records: Records, tmp_path: Path, approval: str) -> None:
    with empty(records, tmp_path, approval=approval) as room:
        assert is_approval_needed(room) == (approval == "on")
        for name in ("Li", "Fang"):
            room.accounts.set_password(room.accounts.add(name, Role.EDITOR).id, "hash")
        assert is_approval_needed(room) == (approval == "on")
