"""The room for staff as a part of the whole app."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import both, service_of
from web.app import build
from web.outbox import FILE, Alert, Outbox
from web.staff.context import StaffContext
from web.staff.formatting import Formatter


@pytest.mark.parametrize("root_path", ["", "/assistant"])
def test_the_address_that_the_console_prints_leads_into_the_room(room: StaffContext, root_path: str) -> None:
    client = TestClient(build(service_of(room), root_path, room), follow_redirects=False)
    led = client.get("/staff")
    assert led.status_code == 307 and led.headers["location"] == f"{root_path}/staff/"
    assert client.get("/staff/").headers["location"] == f"{root_path}/staff/first-password"


def test_no_other_page_can_show_the_room_in_a_frame(room: StaffContext) -> None:
    service = replace(service_of(room), embed_origins=("https://www.example.org",))
    headers = TestClient(build(service, room=room)).get("/staff/").headers
    assert headers["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_home_page_names_files_that_cannot_be_read(desk: StaffDesk, room: StaffContext) -> None:
    (room.settings.knowledge_dir / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    room.library.sync()
    assert "broken.pdf" in desk.open().text("#tasks") and desk.say("documents.task_unread") in desk.text("#tasks")


@both
def test_a_form_that_is_refused_is_answered_by_a_page_and_a_script_by_json(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    asked = desk.client.get("validity?days=0", headers={"accept": "text/html,*/*"})
    assert desk.take(asked).text("h1") == desk.say("request.unreadable") and asked.status_code == 422
    assert desk.client.get("validity?days=0").headers["content-type"] == "application/json"


@both
def test_the_start_page_says_what_alerts_could_not_be_delivered(room: StaffContext, language: str) -> None:
    desk, outbox = StaffDesk(room, language), Outbox(room.settings.data_dir / FILE)
    assert desk.open().count("#undelivered") == 0
    outbox.put(Alert(("a",), "Subject", "Body"), ["webhook"], 0.0)
    outbox.postpone(outbox.due(0.0)[0], 0.0)
    said = desk.say("frame.undelivered", count="1", since=Formatter(language).moment(datetime.fromtimestamp(0, UTC)))
    assert desk.open().text("#undelivered") == " ".join(said.split())
