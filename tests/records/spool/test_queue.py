"""What people do while the database is away: nothing is lost or doubled, in order, bounded, forgotten on wish."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from records import PersonRequest, Reason, Records, RecordsUnavailableError, UnknownRecordError, database, open_records
from records.models import now
from records.spool.queue import MOST_HELD, Item, Spool
from records.spool.replay import apply, to_item
from tests.conftest import ROOT
from tests.records.conftest import Cluster, asked, come_true

Away = Callable[[], AbstractContextManager[None]]
SECRET = "Geheimnis-77aa"  # noqa: S105


class Stopped:
    """The server is down for a while."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def __enter__(self) -> None:
        self.cluster.stop()

    def __exit__(self, *_: object) -> None:
        self.cluster.start()


@pytest.fixture(params=["stopped", "frozen"])
def away(request: pytest.FixtureRequest, cluster: Cluster) -> Away:
    return cluster.frozen if request.param == "frozen" else lambda: Stopped(cluster)


def person(exchange_id: str, **values: object) -> PersonRequest:
    return replace(PersonRequest(exchange_id, "王芳", "0571-1", datetime.now(UTC)), **values)  # type: ignore[arg-type]


def ids(records: Records) -> list[str]:
    return [each.id for each in reversed(records.exchanges(limit=None))]


def test_fifty_questions_with_their_ratings_outlast_a_database_that_is_away_and_a_restart(
    cluster: Cluster, away: Away, tmp_path: Path
) -> None:
    address = cluster.new_database()
    start = now()
    given = [asked(f"问题{number}", asked_at=start + timedelta(seconds=number)) for number in range(50)]
    with open_records(address, 180, tmp_path) as records:
        records.keep(given[0])
        with away():
            for each in given[1:25]:
                records.keep(each)
                records.rate(each.id, False, Reason.OTHER, f"zu {each.question}")
            records.close()
            with open_records(address, 180, tmp_path) as restarted:
                for each in given[25:]:
                    restarted.keep(each)
                    restarted.rate(each.id, True)
                assert restarted.waiting().count == 98
                restarted.ask_person(person(given[49].id))
    with open_records(address, 180, tmp_path) as records:
        come_true(lambda: records.waiting().count == 0)
        assert ids(records) == [each.id for each in given]
        ratings = [each.rating for each in reversed(records.exchanges(limit=None))]
        assert ratings[0] is None and [each.useful for each in ratings[1:] if each] == [False] * 24 + [True] * 25
        [request] = records.requests()
        assert (request.question, request.name) == ("问题49", "王芳")


def test_a_kill_while_the_database_is_frozen_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.new_database()
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked())
        with cluster.frozen():
            command = [sys.executable, "-m", "tests.support.exchanges", address, str(tmp_path), "a", "5"]
            writer = subprocess.run([*command, "killed before the rating"], cwd=ROOT, check=False)
            assert writer.returncode == -signal.SIGKILL
        records.catch_up()
        come_true(lambda: records.waiting().count == 0)
        assert {f"a-{number}" for number in range(5)} < set(ids(records))
        assert sum(1 for each in records.exchanges() if each.rating) == 4


def test_what_a_person_deletes_while_the_database_is_away_is_gone_from_the_spool_at_once_and_later_from_the_database(
    cluster: Cluster, away: Away, tmp_path: Path
) -> None:
    before, meanwhile, left = asked(f"{SECRET} before"), asked(f"{SECRET} meanwhile"), asked("留下")
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.keep(before)
        with away():
            for each in (meanwhile, left):
                records.keep(each)
                records.rate(each.id, True, comment=SECRET if each is meanwhile else "")
            records.ask_person(person(meanwhile.id, name=SECRET))
            records.delete([before.id, meanwhile.id])
            spooled = b"".join(path.read_bytes() for path in tmp_path.glob("spool.sqlite*"))
            assert SECRET.encode() not in spooled and left.id.encode() in spooled
        come_true(lambda: records.waiting().count == 0)
        assert ids(records) == [left.id] and records.requests() == []


def test_what_was_committed_but_not_acknowledged_is_not_written_twice(records: Records) -> None:
    given, wish = asked(), person("")
    wish = replace(wish, exchange_id=given.id)
    items = [to_item(given), to_item(wish)]
    for item in items:
        apply(records.database, item)
    [request] = records.requests()
    records.close_request(request.id)
    for item in items:
        records.behind.write(item)
    assert ids(records) == [given.id] and records.open_requests() == 0
    records.ask_person(replace(wish, consented_at=now()))
    assert records.open_requests() == 1


def test_a_record_that_can_never_be_written_keeps_back_no_other(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    records.behind.write(Item("exchange", "x", now(), '{"id": "x"}'))
    records.behind.write(Item("exchange", "y", now(), json.dumps({"id": "y", "question": SECRET, "outcome": 7})))
    records.keep(asked())
    assert len(ids(records)) == 1 and records.waiting().count == 0
    assert "left out" in caplog.text and SECRET not in caplog.text


def test_the_database_refuses_what_breaks_its_rules_and_that_does_not_count_as_away(
    cluster: Cluster, tmp_path: Path
) -> None:
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.keep(asked())
        with records.database.session() as session:
            session.execute(text("ALTER TABLE exchanges ADD CHECK (outcome <> 'odd')"))
        records.keep(asked(outcome="odd"))
        records.keep(asked())
        assert len(ids(records)) == 2 and not records.behind.is_away


def test_tables_that_somebody_else_makes_at_the_same_time_cost_no_record(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL then refuses one of them with a duplicate key."""

    def refuse(_: Engine) -> None:
        raise IntegrityError("CREATE TABLE", {}, Exception("duplicate key"))

    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.database.made = False
        monkeypatch.setattr(database, "make_tables", refuse)
        records.keep(asked())
        monkeypatch.undo()
        come_true(lambda: records.waiting().count == 0)
        assert len(ids(records)) == 1 and "left out" not in caplog.text


def test_who_rates_what_is_not_kept_is_told_so(records: Records) -> None:
    with pytest.raises(UnknownRecordError):
        records.rate("0" * 32, True)
    assert records.waiting().count == 0


def test_the_spool_is_bounded_keeps_the_oldest_and_counts_what_it_refuses(
    cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.spool.most_rows = 3
        first = [asked(str(number)) for number in range(3)]
        with Stopped(cluster):
            for each in first:
                records.keep(each)
            for _ in range(4):
                with pytest.raises(RecordsUnavailableError):
                    records.keep(asked())
            records.delete([first[1].id])
            waiting = records.waiting()
            assert (waiting.count, waiting.dropped) == (3, 4) and waiting.since and waiting.dropped_at
        assert caplog.text.count("The spool is full") == 1
        come_true(lambda: records.waiting().count == 0)
        assert sorted(ids(records)) == sorted([first[0].id, first[2].id])
        assert records.waiting().dropped == 4


def test_the_bytes_of_the_spool_are_bounded_too(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", most_bytes=200_000)
    with pytest.raises(RecordsUnavailableError):
        for _ in range(50):
            spool.append(to_item(asked(answer="长" * 2_000)))
    assert 5 < spool.waiting().count < 50
    while (item := spool.first()) is not None:
        spool.remove(item)
    spool.wipe()
    assert spool.path.stat().st_size < 50_000
    spool.append(to_item(asked()))


def test_only_this_user_can_read_the_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite")
    spool.append(to_item(asked()))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_the_retention_holds_for_what_waits(tmp_path: Path) -> None:
    with open_records("postgresql+pg8000://a:b@127.0.0.1:9/none", 180, tmp_path) as records:
        records.keep(asked(SECRET, asked_at=datetime(2020, 1, 1, tzinfo=UTC)))
        records.keep(asked("neu"))
        with pytest.raises(RecordsUnavailableError):
            records.expire(now())
        assert records.waiting().count == 1
    assert SECRET not in "".join(path.read_text("latin-1") for path in tmp_path.glob("spool.sqlite*"))
    with open_records("postgresql+pg8000://a:b@127.0.0.1:9/none", 0, tmp_path) as nothing_kept:
        assert nothing_kept.waiting().count == 0


def test_a_damaged_spool_is_set_aside_and_the_next_record_is_kept(tmp_path: Path) -> None:
    (tmp_path / "spool.sqlite").write_bytes(b"Not a database. " * 200)
    with open_records("", 180, tmp_path) as records:
        records.keep(asked())
        records.keep(asked())
        come_true(lambda: len(records.exchanges()) == 2)
    assert [path.name for path in tmp_path.glob("damaged-*")]


def test_while_the_spool_cannot_be_written_records_wait_in_memory(tmp_path: Path) -> None:
    with open_records("postgresql+pg8000://a:b@127.0.0.1:9/none", 180, tmp_path) as records:
        records.keep(asked())
        other = sqlite3.connect(tmp_path / "spool.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        given = asked("im Speicher")
        records.keep(given)
        assert [each.about for each in records.spool.held] == [given.id]
        other.execute("ROLLBACK")
        records.keep(asked("danach"))
        assert records.spool.held == [] and records.waiting().count == 3


def test_memory_is_bounded_as_well(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    spool = Spool(tmp_path / "file" / "spool.sqlite")
    for _ in range(MOST_HELD):
        spool.append(to_item(asked()))
    with pytest.raises(RecordsUnavailableError, match="disk"):
        spool.append(to_item(asked()))


def test_what_is_read_all_the_time_costs_no_patience_while_the_server_is_frozen(
    cluster: Cluster, tmp_path: Path
) -> None:
    """The pause and the center's own answers are asked for with every question: what was known last counts."""
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.announcing.state()
        with cluster.frozen():
            records.announcing.current.forget()
            assert records.announcing.state().off is None
            assert list(records.curated.current()) == []
            with pytest.raises(RecordsUnavailableError):
                records.exchanges()
            with pytest.raises(RecordsUnavailableError, match="a moment ago"):
                records.exchanges()
        come_true(lambda: works(records))


def works(records: Records) -> bool:
    try:
        return records.exchanges() == []
    except RecordsUnavailableError:
        return False


def test_the_command_says_how_many_wait(tmp_path: Path) -> None:
    address = "postgresql+pg8000://a:b@127.0.0.1:9/none"
    environment = os.environ | {"ASSISTANT_DATA_DIR": str(tmp_path), "ASSISTANT_RECORDS_URL": address}
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked())
    command = [sys.executable, "-m", "records", "list"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "1 record waits" in done.stderr and done.returncode == 1


def test_one_line_tells_that_records_wait_and_one_that_they_are_written(
    cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.keep(asked())
        with Stopped(cluster):
            for _ in range(5):
                records.keep(asked(SECRET))
            come_true(lambda: "Records wait in the spool" in caplog.text)
        come_true(lambda: "all that waited is written" in caplog.text)
    assert caplog.text.count("Records wait in the spool") == 1 and SECRET not in caplog.text


def test_a_file_that_machines_share_has_no_log_in_the_memory_of_one(tmp_path: Path) -> None:
    for is_shared, journal in ((False, "wal"), (True, "truncate"), (False, "wal")):
        spool = Spool(tmp_path / "spool.sqlite", is_shared=is_shared)
        spool.append(to_item(asked()), is_to_stay=False)
        spool.append(to_item(asked()))
        assert spool.connect().execute("PRAGMA journal_mode").fetchone() == (journal,)
        spool.close()
    assert spool.waiting().count == 6
    spool.close()


def test_one_that_is_still_open_in_the_former_way_is_used_in_it(tmp_path: Path) -> None:
    former, spool = (Spool(tmp_path / "spool.sqlite", is_shared=each) for each in (False, True))
    former.append(to_item(asked()))
    spool.append(to_item(asked()))
    former.append(to_item(asked()))
    assert spool.waiting().count == former.waiting().count == 3 and not spool.held
    former.close()
    spool.close()
