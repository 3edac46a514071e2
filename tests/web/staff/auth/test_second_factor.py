"""The second factor: a code of the app after the password, or a recovery code; each counts once."""

from __future__ import annotations

import time

import pyotp
import pytest

from records import Role
from tests.support.staff_desk import StaffDesk
from web.staff.attempts import TRIES
from web.staff.auth import second_factor
from web.staff.auth.second_factor import STEP_SECONDS, matching_step
from web.staff.context import StaffContext
from web.staff.identity.password import hash_password

SECRET, NAME = "four unlike words here", "Li"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def li(room: StaffContext) -> StaffDesk:
    desk = StaffDesk(room, "en").named_account(NAME, Role.ADMINISTRATOR)
    account = room.accounts.find(NAME)
    assert account
    room.accounts.set_password(account.id, hash_password(SECRET))
    return desk


def with_factor(desk: StaffDesk, *codes: str) -> None:
    account = desk.room.accounts.find(NAME)
    assert account
    desk.room.accounts.set_second_factor(account.id, KEY, 0, codes)


def shown(key: str = KEY, steps: int = 0) -> str:
    """What the app shows now, or some periods of 30 seconds later."""
    return pyotp.TOTP(key).at(time.time() + steps * STEP_SECONDS)


def sign_in(desk: StaffDesk) -> StaffDesk:
    """A browser that has given the right password."""
    other = StaffDesk(desk.room, "en", desk.app, "").open("sign-in")
    return other.fill(name=NAME, password=SECRET).press("Sign in")


def test_it_is_set_up_with_a_picture_and_a_code_and_gives_recovery_codes_once(li: StaffDesk) -> None:
    li.open("second-factor")
    assert li.one("img.qr").get("src").startswith("data:image/svg+xml")
    key = li.text("code").replace(" ", "")
    li.fill(code="000000").press("Set up")
    assert li.count("[role=alert]") == 1 and li.text("code").replace(" ", "") == key, "the picture stays the same"
    li.fill(code=shown(key)).press("Set up")
    codes = li.texts(".codes li")
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert "code=" not in li.open("second-factor").text("main") and "8 recovery codes" in li.text("main")
    other = sign_in(li)
    assert other.count(".sections") == 0, "the password alone lets nobody in"
    other.fill(code=codes[0]).press("Sign in")
    assert NAME in other.text(".me")
    assert [each.who for each in li.room.audit.entries(("second_factor.recovery_used",))] == [NAME]


def test_setting_it_up_and_turning_it_off_sign_out_other_browsers(li: StaffDesk) -> None:
    other = sign_in(li)
    assert NAME in other.text(".me")
    li.open("second-factor")
    li.fill(code=shown(li.text("code").replace(" ", ""))).press("Set up")
    assert other.open().count(".sections") == 0 and NAME in li.open().text(".me")


def test_a_code_lets_in_once_and_only_about_now(li: StaffDesk) -> None:
    with_factor(li)
    first, second = sign_in(li), sign_in(li)
    first.fill(code=shown(steps=-1)).press("Sign in")
    assert NAME in first.text(".me"), "telephones' clocks differ"
    second.fill(code=shown(steps=-1)).press("Sign in")
    assert "used before" in second.text("[role=alert]")
    second.fill(code=shown(steps=3)).press("Sign in")
    assert second.count("[role=alert]") == 1
    second.fill(code=shown(steps=1)).press("Sign in")
    assert NAME in second.text(".me")


def test_whoever_knows_a_password_cannot_try_codes_without_end_from_many_addresses(li: StaffDesk) -> None:
    with_factor(li)
    strangers = [StaffDesk(li.room, "en", li.app, "") for _ in range(TRIES + 1)]
    for number, each in enumerate(strangers):
        each.client._transport.client = (f"10.0.0.{number}", 1)  # type: ignore[attr-defined]
        each.open("sign-in").fill(name=NAME, password=SECRET).press("Sign in").fill(code="000000").press("Sign in")
    strangers[0].fill(code=shown()).press("Sign in")
    assert strangers[0].count("[role=alert]") == 1, "not even the right one, for five minutes"


def test_a_colleague_who_knows_a_password_cannot_try_codes_without_end_either(li: StaffDesk) -> None:
    """A browser that has signed in to one account is known; it may have done so many times, each time as another."""
    account = li.room.accounts.add("Wang", Role.EDITOR)
    li.room.accounts.set_password(account.id, hash_password(SECRET))
    for _ in range(TRIES + 1):
        known = StaffDesk(li.room, "en", li.app, "").open("sign-in").fill(name="Wang", password=SECRET).press("Sign in")
        known.post("sign-out")
        with_factor(li)
        known.open("sign-in").fill(name=NAME, password=SECRET).press("Sign in").fill(code="000000").press("Sign in")
    known.fill(code=shown()).press("Sign in")
    assert known.count("[role=alert]") == 1, "not even the right one, for five minutes"
    stranger = sign_in(li)
    stranger.fill(code=shown()).press("Sign in")
    assert NAME in stranger.text(".me"), "strangers have attempts of their own"


def test_the_second_step_needs_the_first(li: StaffDesk) -> None:
    with_factor(li)
    answer = li.client.post("sign-in/code", data={"ticket": "guessed", "code": shown()}, follow_redirects=False)
    assert answer.status_code == 403 and "Sign in again" in answer.text


def test_it_is_turned_off_and_its_codes_renewed_with_a_code_only(li: StaffDesk) -> None:
    with_factor(li, "aaaa-bbbb")
    li.open("second-factor").fill(code="000000").press("Make new recovery codes")
    assert li.response.status_code == 403
    li.fill(code=shown(steps=-1)).press("Make new recovery codes")
    assert len(li.texts(".codes li")) == second_factor.RECOVERY_CODES and "aaaa-bbbb" not in li.texts(".codes li")
    li.open("second-factor").post("second-factor/remove", code=shown())
    account = li.room.accounts.find(NAME)
    assert account and not account.has_second_factor


def test_the_codes_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 6238, appendix B, with six digits."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for at, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        monkeypatch.setattr(second_factor.time, "time", lambda at=at: at)
        assert matching_step(key, code) == at // STEP_SECONDS
        assert matching_step(key, f"{code[:3]} {code[3:]}") == at // STEP_SECONDS
    assert matching_step(key, "") == 0
