"""The room for staff as a part of the whole app."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from bot.starters.cache import Offering
from tests.web.staff.conftest import Center
from web.app import build
from web.context import Service


@pytest.mark.parametrize("root_path", ["", "/assistant"])
def test_the_address_that_the_console_prints_leads_into_the_room(center: Center, root_path: str) -> None:
    room, library = center.room, center.library
    service = Service(room.bot, Offering(room.bot), room.index.document, center.folder, library.progress, room.records)
    client = TestClient(build(service, root_path, room), follow_redirects=False)
    led = client.get("/staff")
    assert led.status_code == 307 and led.headers["location"] == f"{root_path}/staff/"
    assert client.get("/staff/").headers["location"] == f"{root_path}/staff/first-password"
