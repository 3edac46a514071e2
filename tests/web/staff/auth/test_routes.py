"""Nobody comes into the room who has not signed in: the first account, and the shared password of older versions."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from records import Role, open_records
from records import StaffSessions as Sessions
from tests.conftest import ROOT
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.auth.conftest import hash_with
from tests.web.staff.conftest import empty
from web.staff import __main__ as staff_command
from web.staff.app import build
from web.staff.attempts import MANY, MOST_OF_PLACE, TRIES
from web.staff.auth.known_devices import DEVICE_COOKIE
from web.staff.auth.routes import PASSWORD, has_password
from web.staff.context import StaffContext
from web.staff.identity import password
from web.staff.identity.password import STRANGERS, hash_password, replace_password

AS_FOR_PEOPLE = password.hasher
SECRET, SHORT, WRONG = "four unlike words here", "short", "wrong password"
AS_CHINESE, AS_ENGLISH = {"accept-language": "zh"}, {"accept-language": "en"}


def set_password(desk: Sessions, password: str) -> None:
    replace_password(desk, hash_password(password))


@pytest.fixture
def stranger(room: StaffContext) -> TestClient:
    return TestClient(build(room), root_path="", follow_redirects=False, headers=AS_ENGLISH)


@pytest.mark.parametrize(
    ("language", "make_it", "sign_in"),
    [("zh", "创建第一个账号", "登录工作台"), ("en", "Make the first account", "Sign in")],
)
def test_the_first_start_asks_for_an_account_and_later_ones_for_its_password(
    room: StaffContext, language: str, make_it: str, sign_in: str
) -> None:
    desk = StaffDesk(room, language, name="").open()
    assert make_it in desk.text("h1")
    make, to_sign_in = desk.say("auth.set"), desk.say("auth.sign_in")
    desk.fill(code="guessed", name=NAME, password=SECRET, again=SECRET).press(make)
    assert desk.count("[role=alert]") == 1
    desk.fill(code=room.code, password=SHORT, again=SHORT).press(make)
    assert "10" in desk.text("[role=alert]")
    desk.fill(password=SECRET, again=SECRET).press(make)
    assert desk.count(".sections") == 1
    assert NAME in desk.text(".me")
    desk.press(desk.say("frame.sign_out"), ".me")
    assert sign_in in desk.text("h1")
    desk.open("log").fill(name=NAME, password=WRONG).press(to_sign_in)
    assert desk.count("[role=alert]") == 1
    desk.fill(password=SECRET).press(to_sign_in)
    assert desk.response.url.path == "/log"
    log = [desk.say(f"log.action.{each}") for each in ("signed.in", "sign_in.failed", "signed.in", "account.first")]
    assert all(action in row for action, row in zip(log, desk.texts("tbody tr"), strict=False))


def test_the_password_is_kept_as_argon2_and_nowhere_else(
    room: StaffContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.staff.identity.password.hasher", AS_FOR_PEOPLE)
    set_password(room.sessions, SECRET)
    assert room.sessions.value(PASSWORD).startswith("$argon2id$")
    room.records.close()
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in tmp_path.glob("records.sqlite*"))


@pytest.mark.parametrize("path", ["/", "/log", "/folder", "/password", "/nothing-of-the-kind", "/static/../log"])
def test_who_has_not_signed_in_sees_nothing(room: StaffContext, stranger: TestClient, path: str) -> None:
    assert stranger.get(path).headers["location"] == "/first-password"
    set_password(room.sessions, SECRET)
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    assert stranger.put("/folder/incoming/a.txt", content=b"x").status_code == 303


def test_a_password_that_is_set_cannot_be_set_again_from_outside(room: StaffContext, stranger: TestClient) -> None:
    set_password(room.sessions, SECRET)
    before = room.sessions.value(PASSWORD)
    other = {"code": room.code, "name": "x", "password": "another password", "again": "another password"}
    assert stranger.post("/first-password", data=other).headers["location"] == "/sign-in"
    assert room.sessions.value(PASSWORD) == before


def test_passwords_cannot_be_tried_without_end(
    room: StaffContext, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(room.sessions, SECRET)
    wrong = {"name": "x", "password": WRONG}
    codes = [stranger.post("/sign-in", data=wrong).status_code for _ in range(TRIES)]
    assert set(codes) == {403}
    assert stranger.post("/sign-in", data={"name": "x", "password": SECRET}).status_code == 429


def test_wrong_passwords_of_one_colleague_hold_up_nobody_else_at_that_address(room: StaffContext) -> None:
    for name in ("Zhang Min", "Anna Berg"):
        account = room.accounts.add(name, Role.EDITOR, f"{name[:4].lower()}@example.org")
        room.accounts.set_password(account.id, hash_password(SECRET))
    app = build(room)

    def try_as(name: str, password: str, host: str = "192.0.2.1") -> int:
        return browser(app, host).post("/sign-in", data={"name": name, "password": password}).status_code

    assert [try_as("Zhang Min", WRONG) for _ in range(TRIES)] == [403] * TRIES
    assert try_as("ZHANG MIN ", SECRET) == 429, "however the name is written"
    assert try_as("Anna Berg", SECRET) == 303 and try_as("Zhang Min", SECRET, "192.0.2.2") == 303
    assert [try_as("nobody", WRONG) for _ in range(TRIES + 1)] == [403] * TRIES + [429], "as for a name that exists"


def test_passwords_cannot_be_tried_over_many_names_without_end(room: StaffContext) -> None:
    account = room.accounts.add("Anna Berg", Role.EDITOR)
    room.accounts.set_password(account.id, hash_password(SECRET))
    stranger = browser(build(room), "192.0.2.1")
    codes = [sign_in(stranger, WRONG, f"somebody {number}") for number in range(MOST_OF_PLACE)]
    assert set(codes) == {403} and sign_in(stranger, SECRET, "Anna Berg") == 429
    assert [each.subject for each in room.audit.entries(("sign_in.held_up",))] == [""]


def test_an_office_behind_one_address_signs_in_as_often_as_it_likes(room: StaffContext, stranger: TestClient) -> None:
    set_password(room.sessions, SECRET)
    right = {"name": "x", "password": SECRET}
    assert {stranger.post("/sign-in", data=right).status_code for _ in range(TRIES + 2)} == {303}


def sign_in(client: TestClient, password: str, name: str = "x") -> int:
    return client.post("/sign-in", data={"name": name, "password": password}).status_code


def browser(app: FastAPI, host: str) -> TestClient:
    return TestClient(app, root_path="", follow_redirects=False, client=(host, 1))


def test_vain_tries_from_many_addresses_keep_no_clerk_out(room: StaffContext, caplog: pytest.LogCaptureFixture) -> None:
    set_password(room.sessions, SECRET)
    app = build(room)
    desk = browser(app, "10.0.0.1")
    assert sign_in(desk, SECRET) == 303
    for number in range(MANY + 50):
        assert sign_in(browser(app, f"127.0.{number // 200}.{number % 200}"), WRONG) == 403
    assert sign_in(desk, SECRET) == 303
    assert sign_in(browser(app, "192.0.2.9"), SECRET) == 303
    assert len([record for record in caplog.records if "failed sign-ins" in record.message]) == 1


def test_while_many_try_a_clerk_at_a_new_address_comes_first(
    room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_with(monkeypatch, 16_384)  # long enough for a line to form
    set_password(room.sessions, SECRET)
    app, over, all_have_tried = build(room), Event(), Barrier(13)

    def try_in_vain(host: str) -> None:
        stranger = browser(app, host)
        while sign_in(stranger, WRONG) == 503:
            pass
        all_have_tried.wait(60)
        while not over.is_set():
            sign_in(stranger, WRONG)

    with ThreadPoolExecutor(12) as strangers:
        for number in range(12):
            strangers.submit(try_in_vain, f"10.0.1.{number}")
        try:
            all_have_tried.wait(60)
            answers = [sign_in(browser(app, f"192.0.2.{number}"), SECRET) for number in range(4)]
        finally:
            over.set()
    assert answers == [303] * 4


def test_where_somebody_signed_in_before_tries_from_the_same_address_hold_nobody_up(room: StaffContext) -> None:
    set_password(room.sessions, SECRET)
    app = build(room)
    desk, stranger = browser(app, "10.0.0.1"), browser(app, "10.0.0.1")
    assert sign_in(desk, SECRET) == 303
    desk.post("/sign-out")
    assert [sign_in(stranger, WRONG) for _ in range(TRIES + 1)] == [403] * TRIES + [429]
    assert sign_in(desk, SECRET) == 303
    assert sign_in(stranger, SECRET) == 429


def test_a_known_browser_cannot_try_without_end_either(room: StaffContext) -> None:
    set_password(room.sessions, SECRET)
    desk = browser(build(room), "10.0.0.1")
    assert sign_in(desk, SECRET) == 303
    assert [sign_in(desk, WRONG) for _ in range(TRIES + 1)] == [403] * TRIES + [429]


@pytest.mark.parametrize("forged", ["x", "x.y", ".", "x.", "\u00e9.\u00e9"])
def test_a_browser_cannot_call_itself_known(room: StaffContext, forged: str) -> None:
    set_password(room.sessions, SECRET)
    app = build(room)
    assert sign_in(browser(app, "10.0.0.1"), SECRET) == 303, "there is a key now"
    stranger = browser(app, "10.0.0.2")
    wrong = {"name": "x", "password": WRONG}
    cookie = f"{DEVICE_COOKIE}={forged}".encode()
    answers = [stranger.post("/sign-in", data=wrong, headers={b"cookie": cookie}) for _ in range(TRIES + 1)]
    assert [each.status_code for each in answers] == [403] * TRIES + [429]


def test_who_signs_in_while_too_many_do_is_asked_to_wait_and_holds_up_nobody(
    room: StaffContext, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(STRANGERS, "patience", 0.1)
    set_password(room.sessions, SECRET)
    right = {"name": "x", "password": SECRET}
    with STRANGERS.turn():
        answers = [stranger.post("/sign-in", data=right) for _ in range(TRIES + 1)]
    assert {(each.status_code, each.headers["retry-after"]) for each in answers} == {(503, "10")}
    assert "try again" in answers[0].text
    assert stranger.post("/sign-in", data=right).status_code == 303


@pytest.mark.parametrize("broken", ["//[", "http://[", "//\u2100"])
def test_what_is_no_address_leads_home(room: StaffContext, stranger: TestClient, broken: str) -> None:
    set_password(room.sessions, SECRET)
    right = {"name": "x", "password": SECRET}
    assert stranger.get("/language", params={"to": "zh", "back": broken}).headers["location"] == "/"
    assert stranger.post("/sign-in", data=right | {"to": broken}).headers["location"] == "/"
    foreign = {"origin": broken.encode()}
    assert stranger.post("/sign-in", data=right, headers=foreign).status_code == 403  # type: ignore[arg-type]


def test_other_sites_can_send_nothing(room: StaffContext, stranger: TestClient) -> None:
    set_password(room.sessions, SECRET)
    sent = {"name": "x", "password": SECRET}
    assert stranger.post("/sign-in", data=sent, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert stranger.post("/sign-in", data=sent, headers={"origin": "https://evil.example"}).status_code == 403
    assert stranger.post("/sign-in", data=sent, headers={"origin": "http://testserver"}).status_code == 303


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(room: StaffContext, stranger: TestClient, to: str) -> None:
    set_password(room.sessions, SECRET)
    answer = stranger.post("/sign-in", data={"name": "x", "password": SECRET, "to": to})
    assert answer.headers["location"] == "/"


def test_a_new_password_signs_everybody_else_out(room: StaffContext) -> None:
    set_password(room.sessions, SECRET)
    first, second = (TestClient(build(room), follow_redirects=False) for _ in range(2))
    for client in (first, second):
        client.post("/sign-in", data={"name": "x", "password": SECRET})
        assert client.get("/log").status_code == 200
    changed = {"now_used": SECRET, "password": "quite another one", "again": "quite another one"}
    assert first.post("/password", data=changed | {"now_used": "wrong"}).status_code == 403
    assert first.post("/password", data=changed).headers["location"] == "/"
    assert first.get("/log").status_code == 200
    assert second.get("/log").status_code == 303


def test_the_cookie_is_for_this_room_alone(room: StaffContext, stranger: TestClient) -> None:
    set_password(room.sessions, SECRET)
    sent = stranger.post("/sign-in", data={"name": "x", "password": SECRET}).headers["set-cookie"]
    assert "HttpOnly" in sent
    assert "SameSite=lax" in sent
    assert "Secure" not in sent
    secure = TestClient(build(room), "https://testserver", follow_redirects=False)
    assert "Secure" in secure.post("/sign-in", data={"name": "x", "password": SECRET}).headers["set-cookie"]


def test_signing_in_anew_ends_the_session_that_this_browser_had(room: StaffContext, stranger: TestClient) -> None:
    set_password(room.sessions, SECRET)
    stranger.post("/sign-in", data={"name": "x", "password": SECRET})
    earlier = stranger.cookies["staff"]
    stranger.post("/sign-in", data={"name": "x", "password": SECRET})
    assert [room.sessions.find_owner(each) for each in (earlier, stranger.cookies["staff"])] == ["", "x"]


@pytest.mark.parametrize("root_path", ["", "/assistant"])
@pytest.mark.parametrize("stripped", [True, False])
def test_the_room_is_found_under_a_sub_path(room: StaffContext, root_path: str, stripped: bool, tmp_path: Path) -> None:
    """A proxy may strip the sub-path, or leave it."""
    from tests.web.conftest import behind
    from web.app import build as build_all

    set_password(room.sessions, SECRET)
    site = TestClient(build_all(behind(None, tmp_path), root_path, room), follow_redirects=False)  # type: ignore[arg-type]
    before = "" if stripped else root_path
    answer = site.post(f"{before}/staff/sign-in", data={"name": "x", "password": SECRET, "to": "log"})
    assert answer.headers["location"] == f"{root_path}/staff/log"
    assert f"Path={root_path}/staff" in answer.headers["set-cookie"]
    cookie = {"cookie": answer.headers["set-cookie"].split(";")[0]}
    shown = site.get(f"{before}/staff/log", headers=cookie)
    assert shown.status_code == 200
    assert f'href="{root_path}/staff/static/staff.css"' in shown.text
    assert site.get(f"{before}/staff/static/staff.css").status_code == 200


def test_the_room_is_closed_while_the_records_are_away(tmp_path: Path) -> None:
    with open_records("postgresql+pg8000://a:b@127.0.0.1:9/none", 30, tmp_path) as away, empty(away, tmp_path) as room:
        answer = TestClient(build(room), headers=AS_CHINESE).get("/log")
    assert answer.status_code == 503
    assert "问答页面不受影响" in answer.text


def command(tmp_path: Path, *given: str) -> subprocess.CompletedProcess[str]:
    environment = {"ASSISTANT_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    words = [sys.executable, "-m", "web.staff", *given]
    return subprocess.run(words, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)


def test_a_forgotten_shared_password_is_set_anew_by_who_starts_the_program(tmp_path: Path) -> None:
    with open_records("", 30, tmp_path) as records:
        set_password(StaffContext(None, None, records).sessions, SECRET)  # type: ignore[arg-type]
    assert command(tmp_path, "forget-password").returncode == 0
    with open_records("", 30, tmp_path) as records:
        assert not has_password(StaffContext(None, None, records).sessions)  # type: ignore[arg-type]


def test_who_starts_the_program_makes_a_link_for_an_administrator_who_cannot_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_records("", 30, tmp_path) as records:
        account = records.accounts.add("Li Ming", Role.EDITOR)
        records.accounts.set_second_factor(account.id, "KEY", 0, ())
        records.accounts.disable(account.id)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))

    def run(*given: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["web.staff", *given])
        ended, printed = staff_command.main(), capsys.readouterr()
        return ended, printed.out + printed.err

    assert run("forget-password") == (
        1,
        "Everybody has an account here. Run `python -m web.staff new-link NAME`.\n",
    )
    assert run("new-link", "nobody") == (1, "There is no account 'nobody'. There are: Li Ming.\n")
    ended, printed = run("new-link", "li ming", "--administrator")
    assert ended == 0
    code = printed.split("code=")[1].split()[0]
    with open_records("", 30, tmp_path) as records:
        invited = records.accounts.find_invited(code)
    assert invited and (invited.role, invited.is_enabled, invited.has_second_factor) == (
        Role.ADMINISTRATOR,
        True,
        False,
    )
