"""Growth is measured at any size, in files or on servers, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import time
from argparse import Namespace
from pathlib import Path

import httpx
import pytest

from evals.databases.measure import borrow_database
from evals.speed.__main__ import choose
from evals.speed.growth import measure, tables
from evals.speed.growth.measure import NOTES, Place
from evals.speed.growth.tables import COLLECTION, PLOTTED, Servers, measure_twice, place_for, read_notes
from evals.speed.processes import spent_seconds
from tests.store.index.test_chroma_server import Chroma, chroma
from tests.support.postgresql import Cluster

__all__ = ["chroma"]
MINUTES = 5
"""More than a small size takes on a busy machine."""


def collections(chroma: Chroma) -> list[object]:
    found: list[object] = httpx.get(COLLECTION.format(chroma.url, "").rstrip("/")).json()
    return found


@pytest.mark.usefixtures("shared")
def test_a_size_has_all_that_is_drawn() -> None:
    with place_for(60, Servers()) as place:
        row = measure_twice(place, MINUTES)
    assert row["chunks"] and {*PLOTTED} <= {*row}


@pytest.mark.usefixtures("shared")
def test_a_size_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tables, "PLOT", tmp_path / "growth.svg")
    told = list[str]()
    assert tables.tables(told.append, (60,), minutes=0.001) == []
    assert told[-1] == "60 chunks: stopped after 0.001 minutes" and not tables.PLOT.exists()


@pytest.mark.usefixtures("shared")
def test_what_servers_held_of_a_size_is_gone_afterwards(
    cluster: Cluster, chroma: Chroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "ASKED", 3)
    url = cluster.new_database()
    with place_for(60, Servers(url, chroma.url)) as place:
        assert {"p95 ms", "MB"} <= {*measure.measure(Place(place.folder, url, chroma.url, asks=True))}
        assert collections(chroma)
    assert not collections(chroma)
    with borrow_database(url):  # which refuses one with tables
        pass


def test_few_notes_of_a_sync_are_shown_and_the_last_is_among_them(tmp_path: Path) -> None:
    assert read_notes(Place(str(tmp_path))) == []
    lines = [json.dumps({"s": second}) for second in range(47)]
    (tmp_path / NOTES).write_text("\n".join(lines), encoding="ascii")
    seconds = [note["s"] for note in read_notes(Place(str(tmp_path)))]
    assert seconds[-1] == 46 and 10 <= len(seconds) <= 20 and seconds == sorted(seconds)


def test_the_time_of_processors_is_counted_and_a_process_that_ended_counts_as_none() -> None:
    before, started = spent_seconds([os.getpid()]), time.process_time()
    while time.process_time() - started < 0.05:
        pass
    assert 0.04 < spent_seconds([os.getpid(), 2**22 + 1]) - before < 1


@pytest.mark.parametrize(("chroma_url", "name"), [("", "growth"), ("http://127.0.0.1:8000", "growth-on-servers")])
def test_growth_in_files_and_on_servers_are_two_results(chroma_url: str, name: str) -> None:
    options = Namespace(name="growth", sizes=[60], minutes=1.0, database="", chroma=chroma_url)
    result, _ = choose(options)
    assert result == name
