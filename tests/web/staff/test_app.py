"""The room for staff as a part of the whole app."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.web.staff.conftest import service_of
from web.app import build
from web.staff.context import StaffContext


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
