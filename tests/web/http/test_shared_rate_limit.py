"""A limit of several processes counts in their database, and in each process while that is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from records import RecordsUnavailableError, open_records
from tests.support.postgresql import Cluster
from web.http.rate_limit import RateLimiter
from web.http.shared_rate_limit import limiter_for


def test_without_a_server_each_process_counts_for_itself(tmp_path: Path) -> None:
    with open_records("", 180, tmp_path) as records:
        assert type(limiter_for(records, "key")(1, 60)) is RateLimiter


def test_a_limit_holds_across_processes_by_kind_and_survives_a_database_that_is_away(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cluster.new_database()
    with open_records(address, 180, tmp_path / "a") as one, open_records(address, 180, tmp_path / "b") as other:
        here, there = (limiter_for(each, "key")(2, 60) for each in (one, other))
        assert here.hit("7") and there.hit("7") and not here.hit("7") and here.count("7") == 2
        assert 1 <= there.seconds_left("7") <= 60 and here.hit("7", most=3)
        here.undo("7")
        assert there.count("7") == 2 and limiter_for(one, "sign in")(1, 60).hit("7")
        here.clear("7")
        assert there.count("7") == 0 and there.hit("7") and there.hit("7")
        monkeypatch.setattr(one.hits, "database", Away())
        assert here.hit("7") and here.hit("7") and not here.hit("7")


class Away:
    """A database that does not answer."""

    def session(self) -> None:
        raise RecordsUnavailableError("away")
