"""The app while the process that holds the vectors is stuck: it answers by words, says so, and ends when told to."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.serving import App, running, wait_for
from tests.support.forked_apps import start_alone
from tests.support.processes import freeze


def worker(app: App) -> int:
    """The process that holds the vectors of an app."""
    children = Path(f"/proc/{app.process.pid}/task").glob("*/children")
    found = [int(each) for own in children for each in own.read_text().split()]
    return next(each for each in found if b"store.vector_worker" in Path(f"/proc/{each}/cmdline").read_bytes())


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_an_app_whose_vectors_are_stuck_answers_by_words_and_ends(tmp_path: Path, by: signal.Signals) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    guide = "# 境外投资备案指南\n\n发改委境外投资备案需要7个工作日。\n\n费用为零。\n"
    (knowledge / "guide.md").write_text(guide, encoding="utf-8")
    with running(knowledge, tmp_path / "data", tmp_path / "log", start_alone) as app:
        wait_for(lambda: [each["embedded"] for each in app.status()["documents"]] == [True])
        stuck = worker(app)
        freeze(stuck)
        assert "7个工作日" in app.ask("发改委境外投资备案要几天？")
        assert app.status()["index"]["state"] == "words only"
        app.end(by)
        assert app.process.returncode == (0 if by == signal.SIGINT else -signal.SIGTERM)
    wait_for(lambda: not Path(f"/proc/{stuck}/cmdline").exists() or not Path(f"/proc/{stuck}/cmdline").read_bytes())
