"""What the database holds through: many writers, a kill, being locked or away, and what it forgets."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from bot.outcomes import ANSWERED, Outcome
from records import AuditEntry, Filter, PersonRequest, Reason, Records, RecordsUnavailableError, open_records
from records.engine import PATIENCE
from tests.conftest import ROOT
from tests.records.conftest import PASSWORD, Cluster, asked, come_true, drop_newer_columns
from tests.support.processes import freeze
from tests.support.slow_server import before

Log = pytest.LogCaptureFixture
SECRET = "Geheimnis-5f1d"  # noqa: S105


def writer(address: str, folder: Path, name: str, count: int, then: str = "ends") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.exchanges", address, str(folder), name, str(count), then]
    return subprocess.Popen(command, cwd=ROOT)


def stored(tmp_path: Path) -> bytes:
    """All bytes of SQLite's files."""
    return b"".join(path.read_bytes() for path in tmp_path.glob("*.sqlite*"))


@pytest.fixture
def in_a_file(tmp_path: Path) -> Iterator[Records]:
    with open_records("", 180, tmp_path) as records:
        yield records


def test_two_processes_that_write_at_once_lose_nothing(address: str, tmp_path: Path) -> None:
    """They also make the tables at once."""
    writers = [writer(address, tmp_path, name, 60) for name in ("a", "b")]
    assert [each.wait(120) for each in writers] == [0, 0]
    with open_records(address, 180, tmp_path) as records:
        come_true(lambda: records.waiting().count == 0)  # on a busy machine some wait for the next who comes
        read = records.exchanges(limit=None)
    assert {each.id for each in read} == {f"{name}-{number}" for name in "ab" for number in range(60)}
    assert all(each.rating for each in read)


def at_once(count: int, task: Callable[[], object]) -> None:
    """Runs a task in so many threads; they begin together, and what one raises is raised."""
    together = Barrier(count)
    with ThreadPoolExecutor(count) as threads:
        for each in [threads.submit(lambda: (together.wait(), task())) for _ in range(count)]:
            each.result()


def test_threads_that_write_at_once_lose_nothing(records: Records) -> None:
    at_once(8, lambda: [records.keep(asked()) for _ in range(10)])
    come_true(lambda: records.waiting().count == 0)
    assert len(records.exchanges(limit=None)) == 80


def test_many_that_open_new_records_at_once_all_can_write(address: str, tmp_path: Path) -> None:
    def open_and_keep() -> None:
        with open_records(address, 180, tmp_path) as own:
            own.keep(asked())

    at_once(8, open_and_keep)
    with open_records(address, 180, tmp_path) as records:
        come_true(lambda: records.waiting().count == 0)
        assert len(records.exchanges()) == 8


def test_a_kill_between_keeping_and_rating_loses_nothing(address: str, tmp_path: Path) -> None:
    assert writer(address, tmp_path, "a", 5, "killed before the rating").wait(60) == -signal.SIGKILL
    with open_records(address, 180, tmp_path) as records:
        come_true(lambda: records.waiting().count == 0)
        read = {each.id: each.rating for each in records.exchanges()}
        assert sorted(read) == [f"a-{number}" for number in range(5)]
        assert [name for name, rating in read.items() if rating is None] == ["a-4"]
        records.rate("a-4", True)


def test_only_this_user_can_read_the_files(in_a_file: Records, tmp_path: Path) -> None:
    in_a_file.keep(asked())
    files = sorted(tmp_path.glob("records.sqlite*"))
    assert [path.suffix for path in files] == [".sqlite", ".sqlite-shm", ".sqlite-wal"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_file_that_others_could_read_is_taken_from_them(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.touch(0o644)
    with open_records("", 180, tmp_path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_deleting_leaves_no_trace_in_the_files(in_a_file: Records, tmp_path: Path) -> None:
    given = asked(f"{SECRET} question", answer=f"{SECRET} answer " * 1_500)
    in_a_file.keep(given)
    in_a_file.keep(asked(f"{SECRET[:9]} of somebody else"))
    in_a_file.rate(given.id, False, Reason.OTHER, f"{SECRET} comment")
    in_a_file.ask_person(PersonRequest(given.id, f"{SECRET} name", "a@b.example", datetime.now(UTC), f"{SECRET} note"))
    assert stored(tmp_path).count(SECRET.encode()) > 1_500
    assert in_a_file.delete([given.id]) == 1
    left = stored(tmp_path)
    for trace in (SECRET, given.id, "a@b.example"):
        assert trace.encode() not in left
    assert SECRET[:9].encode() in left


def test_expiry_leaves_no_trace_in_the_files(in_a_file: Records, tmp_path: Path) -> None:
    in_a_file.keep(asked(SECRET, asked_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert SECRET.encode() in stored(tmp_path)
    assert in_a_file.expire(datetime.now(UTC)) == 1
    assert SECRET.encode() not in stored(tmp_path)


def test_a_locked_file_costs_little_and_what_was_written_meanwhile_is_there_afterwards(
    in_a_file: Records, tmp_path: Path
) -> None:
    in_a_file.keep(asked())
    other = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    in_a_file.keep(asked())
    assert len(in_a_file.exchanges()) == 1 and in_a_file.waiting().count == 1
    other.execute("ROLLBACK")
    come_true(lambda: len(in_a_file.exchanges()) == 2)
    come_true(lambda: in_a_file.waiting().count == 0)


def test_a_folder_that_cannot_be_made_is_no_reason_not_to_open(tmp_path: Path, caplog: Log) -> None:
    (tmp_path / "taken").write_text("a file")
    records = open_records("", 180, tmp_path / "taken")
    records.keep(asked(SECRET))
    with pytest.raises(RecordsUnavailableError, match="exists"):
        records.exchanges()
    assert "records.sqlite" in caplog.text
    assert SECRET not in caplog.text
    records.close()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.write_bytes(b"Somebody's letter. " * 100)
    with open_records("", 180, tmp_path) as records:
        records.keep(asked())
        with pytest.raises(RecordsUnavailableError, match="not a database"):
            records.exchanges()
    assert path.read_bytes() == b"Somebody's letter. " * 100


def test_records_opened_before_the_server_work_once_it_is_there(cluster: Cluster, caplog: Log, tmp_path: Path) -> None:
    address = cluster.new_database()
    cluster.stop()
    try:
        records = open_records(address, 180, tmp_path)
        records.keep(asked(SECRET))
        with pytest.raises(RecordsUnavailableError, match="Can't create a connection") as failure:
            records.exchanges()
    finally:
        cluster.start()
    assert PASSWORD not in str(failure.value) + caplog.text
    assert SECRET not in str(failure.value) + caplog.text
    records.keep(asked())
    come_true(lambda: len(records.exchanges()) == 2)
    records.close()


def test_a_restart_of_the_server_is_not_noticed(cluster: Cluster, tmp_path: Path) -> None:
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.keep(asked())
        cluster.stop()
        cluster.start()
        records.keep(asked())
        assert len(records.exchanges()) == 2


def test_a_connection_that_falls_silent_loses_no_exchange(cluster: Cluster, tmp_path: Path) -> None:
    with open_records(cluster.new_database(), 180, tmp_path) as records:
        records.keep(asked())
        with records.database.session() as session:
            process = session.scalar(text("SELECT pg_backend_pid()"))
        freeze(process)
        try:
            for _ in range(2):
                records.keep(asked())
            come_true(lambda: records.waiting().count == 0)
        finally:
            os.kill(process, signal.SIGCONT)
        assert len(records.exchanges()) == 3


def test_a_locked_table_loses_nothing_of_what_is_written_meanwhile(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.new_database()
    with open_records(address, 180, tmp_path) as records, open_records(address, 180, tmp_path / "other") as other:
        records.keep(asked())
        with other.database.session() as session:
            session.execute(text("LOCK TABLE exchanges"))
            at_once(16, lambda: records.keep(asked()))
            assert records.waiting().count == 16
        come_true(lambda: records.waiting().count == 0)
        assert len(records.exchanges()) == 17


def test_a_server_that_takes_the_call_and_says_nothing_costs_seconds(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        open_records(f"postgresql+pg8000://asker@127.0.0.1:{silent.getsockname()[1]}/records", 180, tmp_path)
        assert time.monotonic() - started < PATIENCE + 2


def test_a_server_whose_answers_come_late_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    with before(cluster.port) as slow:
        address = cluster.new_database().replace(f":{cluster.port}/", f":{slow.port}/")
        with open_records(address, 180, tmp_path) as records:
            given = [asked() for _ in range(4)]
            for each, delay in zip(given, (0.0, 0.2, PATIENCE + 2, PATIENCE + 2), strict=True):
                slow.delay = delay
                records.keep(each)
            assert records.waiting().count >= 2
            with pytest.raises(RecordsUnavailableError):
                records.exchanges()
            slow.delay = 0.0
            come_true(lambda: records.waiting().count == 0)
            assert {each.id for each in records.exchanges()} == {each.id for each in given}


def test_a_wrong_password_is_not_repeated(cluster: Cluster, caplog: Log, tmp_path: Path) -> None:
    with (
        open_records(cluster.address("postgres", SECRET), 180, tmp_path) as records,
        pytest.raises(RecordsUnavailableError) as failure,
    ):
        records.exchanges()
    assert "password authentication failed" in str(failure.value)
    assert SECRET not in str(failure.value) + caplog.text


def test_records_of_an_older_version_are_kept_and_get_the_new_columns(address: str, tmp_path: Path) -> None:
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked())
        with records.database.engine.begin() as connection:
            drop_newer_columns(connection)
            for table in ("audit", "staff_sessions"):
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN account"))
            connection.execute(text("DROP TABLE staff_accounts"))
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked(topic="tax"))
        assert sorted(each.topic for each in records.exchanges()) == ["", "tax"]
        assert [each.passages for each in records.exchanges()] == [(), ()]
        assert [records.exchange(each.handle) for each in records.exchanges()] == records.exchanges()
        records.audit.note(AuditEntry("Li", "signed.in"))
        assert records.audit.entries()[0].account == "" and records.accounts.count() == 0


def test_topics_that_an_older_version_guessed_are_removed_from_questions_without_an_answer(
    address: str, tmp_path: Path
) -> None:
    kept = {outcome.value: asked(outcome=outcome.value, topic="tax") for outcome in Outcome}
    with open_records(address, 180, tmp_path) as records:
        for each in kept.values():
            records.keep(each)
        come_true(lambda: records.waiting().count == 0)
    with open_records(address, 180, tmp_path) as records:
        assert {each.outcome for each in records.exchanges() if each.topic} == {*ANSWERED}
        assert dict(records.statistics.counts(Filter()).topics) == {"tax": len(ANSWERED), "": len(kept) - len(ANSWERED)}
        assert len(records.exchanges(Filter(topic="tax"))) == len(ANSWERED)
