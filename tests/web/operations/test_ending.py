"""A restart ends the app and begins it anew in the same process; a backup that waits is restored then."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from tests.serving import PATIENCE, answers, running, wait_for
from tests.support.forked_apps import start_alone

BEFORE, AFTER = (f"# 增值税\n\n增值税的一般税率为{share}。" for share in ("13%", "17%"))
PASSWORD = "four unlike words here"  # noqa: S105
QUESTION = "增值税的一般税率是多少？"


def test_a_backup_sent_to_the_staff_page_is_restored_and_the_app_answers_from_it(tmp_path: Path) -> None:
    knowledge, data, log = (tmp_path / name for name in ("knowledge", "data", "log"))
    knowledge.mkdir()
    (knowledge / "vat.md").write_text(BEFORE, encoding="utf-8")
    with running(knowledge, data, log, start_alone) as app, httpx.Client(timeout=PATIENCE) as clerk:
        clerk.base_url = f"{app.address}staff/"
        wait_for(lambda: "13%" in app.ask(QUESTION))
        sign_in(clerk, log)
        backup = clerk.post("backup/file", data={"proof": PASSWORD})
        assert backup.headers["content-type"] == "application/zip"
        (knowledge / "vat.md").write_text(AFTER, encoding="utf-8")
        wait_for(lambda: "17%" in app.ask(QUESTION))
        files = {"backup": ("backup.zip", backup.content)}
        clerk.post("backup/restore", data={"proof": PASSWORD}, files=files).raise_for_status()
        wait_for(lambda: log.read_text().count("in a browser") == 2 and answers(app))
        assert app.process.poll() is None, "the process is the same"
        assert "13%" in app.ask(QUESTION) and "13%" in (knowledge / "vat.md").read_text("utf-8")
        sign_in(clerk, log)
        assert "backup.restored" in clerk.get("log").text


def sign_in(clerk: httpx.Client, log: Path) -> None:
    """Sets the password while there is none, and signs in."""
    code = re.findall(r"code=(\S+)", log.read_text())[-1]
    clerk.post("first-password", data={"code": code, "name": "W", "password": PASSWORD, "again": PASSWORD})
    clerk.post("sign-in", data={"name": "W", "password": PASSWORD})
