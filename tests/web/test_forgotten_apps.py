"""An app that a test has built is gone after the test: some hundred that stay would slow down the whole run."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from starlette.testclient import TestClient

from records import Records
from tests.support.routes import forget_handlers
from tests.support.scripted import Scripted
from tests.web.conftest import behind
from web.app import build


def test_nothing_keeps_the_apps_that_have_answered_but_for_the_last(
    bot: Scripted, records: Records, tmp_path: Path
) -> None:
    built = weakref.WeakSet[object]()
    for _ in range(3):
        app = build(behind(bot, tmp_path, records))
        assert TestClient(app).get("/").status_code == 200
        built.add(app)
        del app
    forget_handlers()
    gc.collect()
    assert len(built) <= 1
