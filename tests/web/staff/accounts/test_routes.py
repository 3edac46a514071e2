"""Administrators invite colleagues, give them roles and shut them out; nobody can do more than the role allows."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from starlette.requests import Request

from records import Records, Role
from tests.support.staff_desk import StaffDesk
from tests.web.alerts.mail_server import mailbox
from tests.web.staff.conftest import empty
from web.staff.accounts.link import invitation_address
from web.staff.attempts import TRIES
from web.staff.auth.routes import PASSWORD
from web.staff.context import StaffContext
from web.staff.identity.password import hash_password

SECRET, OWN, KEYS = "four unlike words here", "quite another long one", "1234567890"
BOSS, FANG = "Boss", "Wang Fang"


@pytest.fixture
def boss(room: StaffContext) -> StaffDesk:
    return administrator(room)


def administrator(room: StaffContext) -> StaffDesk:
    """An administrator with a second factor."""
    desk = StaffDesk(room, "en", name="").named_account(BOSS, Role.ADMINISTRATOR)
    account = room.accounts.find(BOSS)
    assert account
    room.accounts.set_second_factor(account.id, pyotp.random_base32(), 0, ())
    return desk


def invite(boss: StaffDesk, name: str = FANG, **values: object) -> str:
    """The address of the link that the administrator is shown."""
    boss.open("accounts").fill(name=name, **values).press("Make an invitation link")
    return boss.value("link")


def accept(boss: StaffDesk, address: str, password: str = SECRET) -> StaffDesk:
    desk = StaffDesk(boss.room, "en", boss.app, "").open(address)
    return desk.fill(password=password, again=password).press("Set the password")


def log_of(room: StaffContext) -> list[tuple[str, str, str]]:
    return [(each.action, each.who, each.subject) for each in reversed(room.audit.entries())]


def test_whoever_has_the_shared_password_makes_the_first_account_and_ends_it(room: StaffContext) -> None:
    desk = StaffDesk(room, "en")
    other = desk.colleague()
    desk.open("accounts").fill(name=BOSS, password=KEYS, again=KEYS).press("Make the first account")
    assert "easy to guess" in desk.text("[role=alert]")
    desk.fill(password=SECRET, again=SECRET).press("Make the first account")
    assert BOSS in desk.text(".me") and not room.sessions.value(PASSWORD)
    assert other.client.get("log", follow_redirects=False).status_code == 303, "everybody else is signed out"
    (account,) = room.accounts.read_all()
    assert account.role is Role.ADMINISTRATOR
    assert [each.account for each in room.audit.entries(("signed.in",))] == [account.id]
    other.open("sign-in").fill(name="anybody", password=SECRET).press("Sign in")
    assert "wrong" in other.text("[role=alert]")


def test_sign_ins_that_must_wait_are_shown_and_released_by_an_administrator(boss: StaffDesk) -> None:
    account = boss.room.accounts.add(FANG, Role.EDITOR, "fang@example.org")
    boss.room.accounts.set_password(account.id, hash_password(SECRET))
    fang = StaffDesk(boss.room, "en", boss.app, "").open("sign-in")
    assert "must wait" not in boss.open("accounts").text("main")
    for _ in range(TRIES + 1):
        fang.fill(name="fang@example.org", password=KEYS).press("Sign in")
    assert "an administrator can" in fang.text("[role=alert]")
    assert FANG in boss.open("accounts").text("main .card", "Sign-ins that must wait")
    boss.press("Let in again")
    assert "at once" in boss.text(".said") and boss.count("main .card", "must wait") == 0
    assert FANG in fang.fill(password=SECRET).press("Sign in").text(".me")
    assert [each[0] for each in log_of(boss.room)[-3:]] == ["sign_in.held_up", "sign_in.released", "signed.in"]


def test_an_invited_colleague_chooses_a_password_once_and_is_named_by_the_log(boss: StaffDesk) -> None:
    address = invite(boss)
    assert "code=" not in boss.open("accounts").text("main"), "the link is shown once"
    fang = accept(boss, address)
    assert FANG in fang.text(".me")
    assert StaffDesk(boss.room, "en", boss.app, "").client.get(address).status_code == 404
    assert log_of(boss.room)[-3:] == [
        ("account.invited", BOSS, FANG),
        ("account.accepted", FANG, FANG),
        ("signed.in", FANG, ""),
    ]
    fang.press("Sign out", ".me").fill(name=FANG.upper(), password=SECRET).press("Sign in")
    assert FANG in fang.text(".me")


@pytest.mark.parametrize("password", ["1234567890", "qwertyuiop", "Wang Fang 1985", "aaaaaaaaaaaa", "Qiantang2026"])
def test_passwords_that_are_guessed_first_are_refused(boss: StaffDesk, password: str) -> None:
    fang = accept(boss, invite(boss), password)
    assert fang.response.status_code == 422 and "easy to guess" in fang.text("[role=alert]")


def test_an_invitation_is_also_sent_by_e_mail_where_a_mail_server_is_set_up(records: Records, tmp_path: Path) -> None:
    with mailbox() as box:
        smtp = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "smtp_from": "center@example.org"}
        with empty(records, tmp_path, public_url="https://example.org/help/", **smtp) as room:
            boss = administrator(room)
            address = invite(boss, email="Fang@Example.org")
    (mail,) = box.mails
    assert address.startswith("https://example.org/help/staff/invitation?code=")
    assert mail["To"] == "fang@example.org" and address in mail.get_content()
    assert boss.count("[role=status]", "fang@example.org") == 1


def test_an_administrator_without_a_second_factor_manages_no_accounts(room: StaffContext) -> None:
    desk = StaffDesk(room, "en", name="").named_account(BOSS, Role.ADMINISTRATOR)
    desk.named_account("Li")
    assert desk.open("accounts").count("main form") == 0, "nobody fills in what is then refused"
    desk.post("accounts/invite", name=FANG)
    assert desk.response.url.path == "/second-factor" and desk.count(".said.note") == 1
    assert room.accounts.find(FANG) is None


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": "boss"}, "already an account"),
        ({"name": "x@y"}, "without @"),
        ({"name": "x＠y"}, "without @"),
        ({"name": "x" * 61}, "60 characters"),
        ({"name": "x", "email": "no address"}, "name@example.org"),
    ],
)
def test_a_name_or_an_address_that_does_not_do_is_said_and_stays_in_the_form(
    boss: StaffDesk, values: dict[str, str], problem: str
) -> None:
    boss.open("accounts").fill(**values).press("Make an invitation link")
    assert problem in boss.text("[role=alert]") and boss.value("name") == values["name"]
    assert boss.room.accounts.count() == 1


def test_a_disabled_account_is_out_at_its_next_request_and_comes_in_no_more(boss: StaffDesk) -> None:
    fang = accept(boss, invite(boss))
    boss.open("accounts").press(f"Disable: {FANG}")
    assert fang.client.get("log", follow_redirects=False).headers["location"].startswith("/sign-in")
    fang.open("sign-in").fill(name=FANG, password=SECRET).press("Sign in")
    assert "disabled" in fang.text("[role=alert]")
    boss.open("accounts").press(f"Enable: {FANG}")
    fang.open("sign-in").fill(name=FANG, password=SECRET).press("Sign in")
    assert FANG in fang.text(".me")


def test_a_new_link_ends_the_old_password_and_every_sign_in(boss: StaffDesk) -> None:
    fang = accept(boss, invite(boss))
    boss.open("accounts").press(f"New link: {FANG}")
    address = boss.value("link")
    assert fang.client.get("log", follow_redirects=False).status_code == 303
    fang.open("sign-in").fill(name=FANG, password=SECRET).press("Sign in")
    assert fang.count("[role=alert]") == 1
    assert FANG in accept(boss, address, OWN).text(".me")


def test_a_role_counts_from_the_next_page_on(boss: StaffDesk) -> None:
    fang = accept(boss, invite(boss))
    assert fang.client.get("switch").status_code == 403
    account = boss.room.accounts.find(FANG)
    assert account
    boss.open("accounts").post("accounts/role", id=account.id, role="approver")
    fang.open("switch")
    assert fang.client.get("accounts").status_code == 403
    assert [each.details for each in boss.room.audit.entries(("account.role_changed",))] == [
        {"role": "approver", "before": "editor"}
    ]


def test_a_role_that_is_saved_as_it_was_is_not_logged_as_a_change(boss: StaffDesk) -> None:
    accept(boss, invite(boss))
    account = boss.room.accounts.find(FANG)
    assert account
    boss.open("accounts").post("accounts/role", id=account.id, role=account.role.value)
    assert boss.count(".said.note", boss.say("accounts.role_same", name=FANG)) == 1
    assert boss.room.audit.entries(("account.role_changed",)) == []


def test_nobody_changes_the_own_account_so_that_one_administrator_remains(boss: StaffDesk) -> None:
    account = boss.room.accounts.find(BOSS)
    assert account
    for action in ("disable", "role", "link"):
        boss.open("accounts").post(f"accounts/{action}", id=account.id)
        assert boss.count(".said.trouble") == 1
    assert boss.room.accounts.one(account.id) == account


def test_one_s_own_password_is_changed_alone(boss: StaffDesk) -> None:
    fang = accept(boss, invite(boss))
    elsewhere = StaffDesk(boss.room, "en", boss.app, "").open("sign-in")
    elsewhere.fill(name=FANG, password=SECRET).press("Sign in")
    fang.open("password").fill(now_used=SECRET, password=OWN, again=OWN).press("Change the password")
    assert fang.count(".said.done", "password") == 1
    fang.open("log")
    assert elsewhere.client.get("log", follow_redirects=False).status_code == 303
    boss.open("log")


def test_failed_sign_ins_are_in_the_log_with_the_account_and_without_what_was_typed(boss: StaffDesk) -> None:
    accept(boss, invite(boss))
    stranger = StaffDesk(boss.room, "en", boss.app, "").open("sign-in")
    for name in (FANG, "hunter2-typed-into-the-wrong-field"):
        stranger.fill(name=name, password=OWN).press("Sign in")
    failed = boss.room.audit.entries(("sign_in.failed",))
    assert [(each.who, each.subject, each.details) for each in failed] == [
        ("", "", {"address": "testclient"}),
        ("", FANG, {"address": "testclient"}),
    ]


def test_the_link_of_an_invitation_leads_into_the_room_also_without_a_public_address(room: StaffContext) -> None:
    """The room is mounted below the page, and a request in it tells both."""
    asked = Request(
        {
            "type": "http", "scheme": "https", "path": "/help/staff/accounts", "root_path": "/help/staff",
            "app_root_path": "/help", "query_string": b"", "headers": [(b"host", b"example.org")],
        }
    )  # fmt: skip
    assert invitation_address(room, asked, "c") == "https://example.org/help/staff/invitation?code=c"
