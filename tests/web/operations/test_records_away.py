"""The app while its PostgreSQL is frozen: companies are answered, nothing that they did is lost, a restart included."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from evals.speed.page import open_page
from records import open_records
from tests.records.conftest import Cluster, come_true
from tests.running import QUESTION, running


def test_questions_are_answered_and_kept_while_the_database_is_frozen(
    cluster: Cluster,
    tmp_path: Path,
) -> None:
    url = cluster.new_database()
    answers = []
    with cluster.frozen():
        for _ in range(2):
            with running(tmp_path, RECORDS_URL=url) as app, httpx.Client(base_url=app.address, timeout=60) as client:
                page = open_page(client)
                for _ in range(3):
                    started = time.monotonic()
                    answers.append(page.ask(f"{QUESTION} 13812345678"))
                    print(f"{time.monotonic() - started:.2f} s")
                told = client.post("rate", json={"id": answers[-1]["id"], "useful": True})
                assert told.status_code == 204
                waiting = client.get("ready").json()
                assert waiting["degraded"] == ["records_are_away"] and waiting["records"]["waiting"] >= 4
                assert client.get("health").status_code == 200
    assert [answer["outcome"] for answer in answers] == ["answered"] * 6
    assert b"13812345678" not in b"".join(path.read_bytes() for path in (tmp_path / "data").glob("spool.sqlite*"))
    with open_records(url, 180, tmp_path / "data") as records:
        come_true(lambda: records.waiting().count == 0)
        kept = list(reversed(records.exchanges()))
        assert [each.id for each in kept] == [answer["id"] for answer in answers]
        assert [each.rating is not None for each in kept] == [False, False, True] * 2
