"""The staff make a key for a program, see it once, and revoke it; both stand in the log."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from records import Role, Scope
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import LOCALES, Clerk, both, violations_in_both_schemes
from web.staff.context import StaffContext


@both
def test_a_key_is_made_shown_once_and_revoked(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("api-keys")
    assert desk.text(".empty") == desk.say("api_keys.none")
    desk.fill(name="区门户", per_minute="7", **{"scope-documents": True}).press(desk.say("api_keys.make"))
    secret = desk.value("key")
    found = room.records.api_keys.find(secret)
    assert found and (found.name, found.per_minute, found.created_by) == ("区门户", 7, NAME)
    assert found.scopes == (Scope.ASK, Scope.SEARCH, Scope.DOCUMENTS)
    assert "区门户" in desk.open("api-keys").text("table") and secret not in desk.response.text
    assert desk.say("api_keys.never") in desk.text("table")
    desk.press(desk.say("api_keys.do_revoke", name="区门户"))
    assert desk.say("api_keys.revoked_done", name="区门户") in desk.text(".said")
    assert NAME in desk.text("#revoked") and room.records.api_keys.find(secret) is None
    assert [(each.action, each.subject) for each in room.audit.entries()] == [
        ("key.revoked", "区门户"),
        ("key.created", "区门户"),
    ]
    assert desk.say("log.action.key.created") in desk.open("log").text("table")


def test_what_a_key_lacks_is_said_and_none_is_made(desk: StaffDesk) -> None:
    desk.open("api-keys").post("api-keys", name="  ", scopes="ask", per_minute="5")
    assert desk.say("api_keys.no_name") in desk.text(".said") and desk.response.status_code == 422
    desk.post("api-keys", name="区门户", per_minute="5")
    assert desk.say("api_keys.no_scope") in desk.text(".said") and desk.value("name") == "区门户"
    assert desk.post("api-keys", name="区门户", scopes="everything", per_minute="5").status_code == 422
    assert desk.post("api-keys", name="区门户", scopes="ask", per_minute="0").status_code == 422
    desk.post("api-keys/9/revoke")
    assert desk.say("api_keys.unknown") in desk.text(".said")
    assert desk.room.records.api_keys.read_all() == []


@both
def test_a_key_whose_maker_administers_no_more_works_on_and_the_others_are_told(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language, name="").named_account("Li", Role.ADMINISTRATOR)
    _, text = room.records.api_keys.create("区门户", [Scope.ASK], 30, "Li")
    assert desk.open("api-keys").count("#former") == 0
    fang = desk.named_account("Fang", Role.ADMINISTRATOR)
    li, own = room.accounts.find("Li"), room.accounts.find("Fang")
    assert li and own
    room.accounts.set_role(li.id, Role.EDITOR)
    assert fang.open("api-keys").text("tbody .badge.warm") == fang.say("api_keys.former.role")
    room.accounts.set_second_factor(own.id, "JBSWY3DPEHPK3PXP", 0, ())
    fang.open("accounts").press(f"{fang.say('accounts.disable')}: Li")
    assert fang.text(".said.note") == fang.say("accounts.disabled_with_keys", name="Li", keys="区门户")
    assert fang.open("api-keys").text("tbody .badge.warm") == fang.say("api_keys.former.disabled")
    assert fang.text("#former") == fang.say("api_keys.former") and room.records.api_keys.find(text)
    fang.press(fang.say("api_keys.do_revoke", name="区门户"))
    assert fang.count("#former") == 0 and room.records.api_keys.find(text) is None


@both
def test_an_administrator_without_a_second_factor_makes_no_key_but_may_revoke_one(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language, name="").named_account("Li", Role.ADMINISTRATOR)
    _, text = room.records.api_keys.create("区门户", [Scope.ASK], 30, "Li")
    assert desk.open("api-keys").count("#per_minute") == 0, "nobody fills in what is then refused"
    assert desk.count(".said.note", desk.say("api_keys.second_factor_first")) == 1
    desk.press(desk.say("api_keys.do_revoke", name="区门户"))
    assert room.records.api_keys.find(text) is None
    desk.post("api-keys", name="x", scopes="records", per_minute="5")
    assert desk.response.url.path == "/second-factor"
    assert desk.text(".said.note") == desk.say("api_keys.second_factor_first")
    li = room.accounts.find("Li")
    assert li and len(room.records.api_keys.read_all()) == 1
    room.accounts.set_second_factor(li.id, "JBSWY3DPEHPK3PXP", 0, ())
    desk.open("api-keys").fill(name="区门户").press(desk.say("api_keys.make"))
    assert room.records.api_keys.find(desk.value("key"))


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), LOCALES[:1])
def test_axe_finds_nothing_on_the_keys_of_a_phone(clerk: Clerk, locale: str, language: str) -> None:
    page = clerk("api-keys", locale, width=390)
    page.locator("#name").fill("区门户")
    page.locator("main form button").last.click()
    expect(page.locator("#made")).to_be_visible()
    assert violations_in_both_schemes(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
