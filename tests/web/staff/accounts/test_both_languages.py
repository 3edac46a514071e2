"""The pages of accounts, invitations and the second factor say nothing in the other language."""

from __future__ import annotations

import time

import pyotp

from records import Role
from tests.support.staff_desk import StaffDesk, plain
from tests.web.staff.conftest import both
from web.staff.context import StaffContext
from web.staff.i18n import words

SECRET = "four unlike words here"  # noqa: S105
OTHER = {"zh": "en", "en": "zh"}


@both
def test_from_invitation_to_second_factor_each_page_speaks_the_language_of_its_reader(
    room: StaffContext, language: str
) -> None:
    boss, seen = StaffDesk(room, language, name="").named_account("Boss", Role.ADMINISTRATOR), list[str]()
    foreign = {
        text
        for key, text in words(OTHER[language]).items()
        if key.startswith(("accounts.", "auth.")) and len(text) > 3 and "{" not in text
    }
    foreign -= set(words(language).values())

    def look(desk: StaffDesk, template: str) -> None:
        said = plain(desk.one("main"))
        assert [text for text in foreign if text in said] == [], template
        seen.append(said)

    look(boss.open("accounts"), "accounts/list without a second factor")
    look(boss.open("second-factor"), "auth/second_factor")
    key = boss.text("code").replace(" ", "")
    look(boss.fill(code=pyotp.TOTP(key).now()).press(boss.say("auth.second_set")), "auth/recovery_codes")
    assert boss.named("a", boss.say("auth.recovery_kept"), "main").get("href") == "/accounts", "it was asked for there"
    look(boss.open("second-factor"), "auth/second_factor, set up")
    look(boss.open("accounts").fill(name="Li").press(boss.say("accounts.make_link")), "accounts/invited")
    li = StaffDesk(room, language, boss.app, "").open(boss.value("link"))
    look(li, "auth/invitation")
    li.fill(password=SECRET, again=SECRET).press(li.say("auth.accept"))
    look(li.open("password"), "auth/password")
    look(li.take(li.client.get("accounts")), "trouble")
    li.open("password").press(li.say("frame.sign_out"), ".me")
    account = room.accounts.find("Li")
    assert account
    room.accounts.set_second_factor(account.id, key, int(time.time()) // 30 + 9, ())
    look(li, "auth/sign_in")
    look(li.fill(name="Li", password=SECRET).press(li.say("auth.sign_in")), "auth/code")
    look(li.fill(code="1").press(li.say("auth.sign_in")), "auth/code, wrong")
    look(boss.open("accounts"), "accounts/list")
    assert len(set(seen)) == len(seen)
