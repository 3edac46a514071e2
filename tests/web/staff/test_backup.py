"""An administrator takes a backup away or restores one after proving again who it is, and others do not."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from ingest.backup.archive import MANIFEST, read_manifest
from ingest.backup.staged import locate_staged_file
from ingest.watcher import open_watched_library
from records import Role
from store.embeddings import Embedder
from store.library import open_library
from tests.support.scripted import Visitor
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import both, served_room, signed_in
from text.messages import sentences
from web.staff import backup
from web.staff.context import StaffContext
from web.staff.i18n import words
from web.staff.identity.password import hash_password, replace_password

SECRET, KEY = "four unlike words here", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def shared(room: StaffContext) -> StaffContext:
    """The room with its shared password, as long as nobody has made accounts."""
    replace_password(room.sessions, hash_password(SECRET))
    return room


@both
def test_a_backup_is_made_downloaded_and_noted_and_nothing_of_it_stays(shared: StaffContext, language: str) -> None:
    desk = StaffDesk(shared, language).open("backup")
    assert "python -m ingest restore" in desk.text("pre")
    made = desk.client.post("/backup/file", data={"proof": SECRET})
    assert made.headers["content-type"] == "application/zip" and ".zip" in made.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert read_manifest(archive).vectors == shared.index.vectors.count()
        assert {MANIFEST, "data/records.sqlite"} <= set(archive.namelist())
    assert not list(shared.settings.data_dir.glob("*backup-*"))
    assert shared.audit.entries(limit=1)[0].action == "backup.made"
    assert desk.say("log.action.backup.made") in desk.open("log").texts("tbody tr")[0]


def test_a_backup_that_fails_says_why(shared: StaffContext) -> None:
    desk = StaffDesk(shared, "en")
    (shared.settings.data_dir / "broken.sqlite").write_text("no database " * 100, encoding="utf-8")
    failed = desk.client.post("/backup/file", data={"proof": SECRET})
    assert failed.status_code == 503 and "was not made" in failed.text
    assert not list(shared.settings.data_dir.glob("*backup-*"))


@both
def test_a_backup_waits_for_a_command_that_answers_questions(
    shared: StaffContext, embedder: Embedder, tmp_path: Path, language: str
) -> None:
    elsewhere = shared.settings.model_copy(update={"data_dir": tmp_path})
    with open_library(elsewhere, embedder), open_watched_library(elsewhere, embedder=embedder) as library:
        desk = StaffDesk(replace(shared, library=library), language)
        failed = desk.client.post("/backup/file", data={"proof": SECRET})
    assert failed.status_code == 503 and sentences(language)["backup.held"] in failed.text
    assert not list(tmp_path.glob("*backup-*"))


def administrator(room: StaffContext, password: str = "", key: str = "") -> StaffDesk:
    desk = StaffDesk(room, "en").named_account("Li", Role.ADMINISTRATOR)
    account = room.accounts.find("Li")
    assert account
    room.accounts.set_password(account.id, password)
    room.accounts.set_second_factor(account.id, key, 0, ())
    return desk.open("backup")


def is_handed_out(desk: StaffDesk, proof: str = "") -> bool:
    return desk.client.post("/backup/file", data={"proof": proof}).headers["content-type"] == "application/zip"


def test_with_a_second_factor_a_session_alone_takes_nothing_away(room: StaffContext) -> None:
    desk = administrator(room, hash_password(SECRET), KEY)
    assert desk.field("proof").get("autocomplete") == "one-time-code"
    code = pyotp.TOTP(KEY).at(time.time())
    assert not is_handed_out(desk) and not is_handed_out(desk, SECRET)
    assert room.audit.entries(limit=1)[0].action == "proof.failed"
    assert is_handed_out(desk, code) and not is_handed_out(desk, code), "each code counts once"


def test_without_one_the_password_is_asked_for(room: StaffContext) -> None:
    desk = administrator(room, hash_password(SECRET))
    desk.fill(proof="another one, which is wrong").press(desk.say("backup.make"))
    assert desk.response.status_code == 403 and desk.say("auth.wrong_password") in desk.text("[role=alert]")
    assert is_handed_out(desk, SECRET)


def test_whoever_signs_in_through_the_organisation_alone_has_nothing_to_type(room: StaffContext) -> None:
    desk = administrator(room)
    assert desk.count("[name=proof]") == 0 and is_handed_out(desk)


def sent_back(desk: StaffDesk, content: bytes, proof: str = "") -> StaffDesk:
    """The page after a file was sent to be restored."""
    files = {"backup": ("backup.zip", content)}
    return desk.take(desk.client.post("/backup/restore", data={"proof": proof}, files=files))


@both
def test_a_backup_is_restored_by_a_restart_once_it_was_checked(
    shared: StaffContext, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(backup, "PAGE_SECONDS", 0.0)
    restarts = list[int]()
    desk = StaffDesk(replace(shared, restart=lambda: restarts.append(1)), language).open("backup")
    made = desk.client.post("/backup/file", data={"proof": SECRET}).content
    assert sent_back(desk, made, "a wrong password").response.status_code == 403
    assert sent_back(desk, b"no backup", SECRET).response.status_code == 422
    assert desk.say("backup.not_restored", reason="") in desk.text("[role=alert]")
    assert not restarts and not locate_staged_file(shared.settings).exists()
    done = sent_back(desk, made, SECRET)
    assert done.response.status_code == 200 and desk.say("backup.after") in done.text("a.button")
    assert restarts == [1] and locate_staged_file(shared.settings).read_bytes()[:2] == b"PK"
    assert shared.audit.entries(limit=1)[0].action == "backup.restoring"
    locate_staged_file(shared.settings).unlink()


@pytest.mark.browser
def test_while_a_backup_is_made_the_page_says_so_and_is_ready_again_once_it_is_there(
    shared: StaffContext, visitor: Visitor
) -> None:
    with served_room(shared) as center:
        page = signed_in(center, visitor("en-GB"), "backup")
        button = page.get_by_role("button", name=words("en")["backup.make"])
        page.locator("#proof").fill(SECRET)
        with page.expect_download() as made:
            button.click()
            expect(page.get_by_text(words("en")["backup.making"])).to_be_visible()
            expect(button).to_be_disabled()
        assert made.value.suggested_filename.endswith(".zip")
        expect(button).to_be_enabled()
        expect(page.get_by_text(words("en")["backup.making"])).to_be_hidden()
        assert page.locator("#proof").input_value() == ""


@pytest.mark.browser
def test_the_page_of_a_restoration_has_its_style_and_goes_on_when_the_app_is_back(
    shared: StaffContext, visitor: Visitor
) -> None:
    desk, away = StaffDesk(shared, "en").open("backup"), list[int]()
    made = desk.client.post("/backup/file", data={"proof": SECRET}).content
    with served_room(replace(shared, restart=lambda: away.append(1))) as center:
        page = signed_in(center, visitor("en-GB"), "backup")
        page.set_input_files("#backup", {"name": "backup.zip", "mimeType": "application/zip", "buffer": made})
        page.locator("#proof-again").fill(SECRET)
        page.get_by_role("button", name=desk.say("backup.replace")).click()
        said = page.locator("[data-restarting]")
        expect(said).to_be_visible()
        assert said.evaluate("each => getComputedStyle(each).borderStyle") != "none", "the style was fetched"
        page.route(center.staff(), lambda route: route.abort() if len(away) < 2 else route.continue_())
        page.wait_for_event("requestfailed")
        away.append(2)
        page.wait_for_url(center.staff())
    locate_staged_file(shared.settings).unlink()


def test_without_a_file_the_page_asks_for_one(shared: StaffContext) -> None:
    desk = StaffDesk(shared, "en").open("backup")
    assert desk.post("backup/restore", proof=SECRET).status_code == 422
    assert desk.say("backup.no_file") in desk.text("[role=alert]")
