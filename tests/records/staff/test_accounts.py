"""Accounts of the staff are kept, invited, disabled and never given to somebody else, on SQLite and on PostgreSQL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from records import NameTakenError, Records, Role
from records.models import now
from records.staff.accounts import fold_name
from records.tables import AccountRow
from tests.records.test_database import at_once

SOON = now() + timedelta(days=1)


def test_an_account_comes_back_as_it_was_made(records: Records) -> None:
    assert records.accounts.count() == 0
    made = records.accounts.add(" 王芳 ", Role.APPROVER, "Fang@Example.org", "李明")
    assert records.accounts.read_all() == [made] and records.accounts.count() == 1
    assert (made.name, made.email, made.role, made.created_by) == ("王芳", "fang@example.org", Role.APPROVER, "李明")
    assert made.is_enabled and not made.is_used and not made.has_second_factor


def test_an_account_is_found_by_name_or_address_however_they_are_written(records: Records) -> None:
    made = records.accounts.add("Li Ming", Role.EDITOR, "li@example.org")
    for login in ("li ming", " LI  MING ", "Ｌｉ Ming", "LI@example.org"):
        assert records.accounts.find(login) == made
    assert records.accounts.by_email("Li@Example.org") == made
    assert records.accounts.by_email("Li Ming") is None and records.accounts.by_email("") is None
    assert records.accounts.find("") is None and records.accounts.one("x") is None


def test_no_name_and_no_address_belongs_to_two(records: Records) -> None:
    records.accounts.add("Li Ming", Role.EDITOR, "li@example.org")
    records.accounts.add("No address", Role.EDITOR)
    records.accounts.add("None either", Role.EDITOR)
    for name, email in (("LI MING", ""), ("Other", "LI@example.org")):
        with pytest.raises(NameTakenError):
            records.accounts.add(name, Role.EDITOR, email)
    assert records.accounts.count() == 3


def test_an_invitation_works_until_it_is_used_expires_or_the_account_is_disabled(records: Records) -> None:
    accounts = records.accounts
    account = accounts.add("Li", Role.EDITOR)
    accounts.invite(account.id, "code-1", SOON)
    accounts.invite(account.id, "code-2", SOON)
    assert accounts.find_invited("code-1") is None, "a new link replaces the one before"
    assert (found := accounts.find_invited("code-2")) and found.id == account.id
    assert accounts.find_invited("") is None
    accounts.disable(account.id)
    assert accounts.find_invited("code-2") is None
    accounts.enable(account.id)
    assert accounts.find_invited("code-2") is None, "what was ended stays so"
    accounts.invite(account.id, "code-3", now() - timedelta(seconds=1))
    assert accounts.find_invited("code-3") is None
    accounts.invite(account.id, "code-4", SOON)
    accounts.set_password(account.id, "hash")
    assert accounts.find_invited("code-4") is None


def test_a_new_link_ends_the_password_and_the_second_factor(records: Records) -> None:
    accounts = records.accounts
    account = accounts.add("Li", Role.EDITOR)
    accounts.set_password(account.id, "hash")
    accounts.set_second_factor(account.id, "SECRET", 5, ["aaaa"])
    accounts.invite(account.id, "code", SOON)
    latest = accounts.one(account.id)
    assert latest and (latest.password, latest.secret, latest.recovery) == ("", "", ())


def test_a_code_of_the_app_and_a_recovery_code_count_once(records: Records) -> None:
    accounts = records.accounts
    account = accounts.add("Li", Role.EDITOR)
    accounts.set_second_factor(account.id, "SECRET", 5, ["aa-bb", "cc-dd"])
    assert [accounts.use_step(account.id, step) for step in (5, 7, 7, 6, 8)] == [False, True, False, False, True]
    assert [accounts.use_recovery_code(account.id, code) for code in ("aabb", "aa-bb", "xx", "cc dd")] == [
        True,
        False,
        False,
        True,
    ]
    assert not accounts.use_recovery_code("nobody", "aa-bb")


def test_codes_are_kept_as_digests_only(records: Records) -> None:
    account = records.accounts.add("Li", Role.EDITOR)
    records.accounts.set_second_factor(account.id, "SECRET", 0, ["recovery-code"])
    records.accounts.change(account.id, invitation="", invited_until=None)
    records.accounts.invite(account.id, "link-code", SOON)
    with records.database.session() as session:
        row = session.scalars(select(AccountRow)).one()
        assert "code" not in row.recovery + row.invitation


def test_roles_include_those_before_them() -> None:
    assert Role.ADMINISTRATOR.includes(Role.APPROVER) and Role.APPROVER.includes(Role.EDITOR)
    assert Role.EDITOR.includes(Role.EDITOR) and not Role.EDITOR.includes(Role.APPROVER)
    assert fold_name(" Ａ  b ") == "a b"


def test_signing_in_is_noted_and_a_role_changes(records: Records) -> None:
    account = records.accounts.add("Li", Role.EDITOR)
    records.accounts.set_role(account.id, Role.ADMINISTRATOR)
    records.accounts.note_sign_in(account.id)
    latest = records.accounts.one(account.id)
    assert latest and latest.signed_in_at and latest.is_used
    assert replace(latest, signed_in_at=None) == replace(account, role=Role.ADMINISTRATOR)


def test_a_recovery_code_that_two_people_use_at_once_lets_one_in(records: Records) -> None:
    account, let_in = records.accounts.add("a", Role.EDITOR), list[bool]()
    records.accounts.set_second_factor(account.id, "SECRET", 1, ["one", "two"])
    at_once(8, lambda: let_in.append(records.accounts.use_recovery_code(account.id, "one")))
    assert sorted(let_in) == [False] * 7 + [True]
    assert not records.accounts.use_recovery_code(account.id, "three")
    assert records.accounts.use_recovery_code(account.id, "two")


def test_a_name_that_several_give_at_once_is_given_once(records: Records) -> None:
    made = list[str]()

    def add() -> None:
        with suppress(NameTakenError):
            made.append(records.accounts.add("a", Role.EDITOR).id)

    at_once(6, add)
    assert [each.id for each in records.accounts.read_all()] == made
