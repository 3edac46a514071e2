"""Limits that hold across processes count in the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from records import Records, open_records
from records.models import now
from records.staff import hits as counting
from tests.support.postgresql import Cluster


def test_hits_count_until_there_are_as_many_as_allowed_and_each_name_for_itself(records: Records) -> None:
    hits = records.hits
    assert [hits.hit("a", 2, 60) for _ in range(3)] == [True, True, False] and hits.hit("b", 1, 60)
    assert hits.count("a", 60) == 2
    hits.undo("a")
    assert hits.count("a", 60) == 1 and hits.hit("a", 2, 60) and not hits.hit("a", 2, 60)
    hits.clear("a")
    assert hits.count("a", 60) == 0 and hits.count("b", 60) == 1


def test_a_hit_counts_no_more_after_its_time(records: Records) -> None:
    hits = records.hits
    assert hits.first("a") is None and hits.hit("a", 1, 60)
    first = hits.first("a")
    assert first is not None and abs((now() - first).total_seconds()) < 30
    assert hits.hit("a", 1, 0.0) and hits.count("a", 60) == 1


def test_two_processes_share_their_limits_also_at_one_moment(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.new_database()
    with open_records(address, 180, tmp_path / "a") as one, open_records(address, 180, tmp_path / "b") as other:
        assert one.hits.is_shared and one.hits.hit("warm", 1, 60)
        with ThreadPoolExecutor(4) as pool:
            allowed = list(pool.map(lambda each: each.hits.hit("key 1", 3, 60), [one, other] * 4))
        assert sum(allowed) == 3


def test_a_machine_whose_clock_is_wrong_neither_forgets_hits_nor_adds_ones_that_do_not_count(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        assert records.hits.hit("a", 2, 60)
        for hours in (2, -2):
            monkeypatch.setattr(counting, "now", lambda hours=hours: now() + timedelta(hours=hours))
            assert records.hits.hit("a", 2, 60) is (hours > 0)
            assert records.hits.count("a", 60) == 2
