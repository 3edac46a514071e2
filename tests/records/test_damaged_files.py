"""Damaged records: new ones are begun and say so, nothing is deleted, and no door opens by it."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from records import Off, Records, RecordsUnavailableError, open_records
from records.models import now
from tests.records.conftest import asked, come_true
from tests.web.staff.conftest import empty
from web.staff.app import build
from web.staff.auth.routes import PASSWORD

Log = pytest.LogCaptureFixture
FIRST = {"name": "x", "password": "quite another one", "again": "quite another one"}
PAUSE = Off("王芳", "维护", {"zh": "周一恢复。"})


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def noise(path: Path) -> None:
    path.write_bytes(random.Random(5).randbytes(path.stat().st_size))


def half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def hole(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4)
        file.write(random.Random(6).randbytes(path.stat().st_size // 2))


def folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").write_text("else")


DAMAGES = [zeros, noise, half, hole, folder_in_its_place]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a password, a pause and a question."""
    with open_records("", 180, tmp_path) as records:
        records.desk.set_value(PASSWORD, "no hash: nobody can sign in with it")
        records.announcing.pause(PAUSE)
        records.keep(asked())
        come_true(lambda: records.waiting().count == 0)
    return tmp_path


def started(data: Path) -> Records:
    return open_records("", 180, data, is_alone=True)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
def test_damaged_records_are_set_aside_and_new_ones_begun(
    data: Path, damage: Callable[[Path], None], caplog: Log
) -> None:
    file = data / "records.sqlite"
    damage(file)
    damaged = file.read_bytes() if file.is_file() else None
    with started(data) as records:
        (kept,) = records.set_aside()
        assert kept in caplog.text
        assert damaged is None or (data / kept).read_bytes() == damaged
        assert records.announcing.off == PAUSE, "damage must not switch the service on"
        records.keep(asked())
        come_true(lambda: len(records.exchanges()) == 1)
    with started(data) as records:
        assert len(records.exchanges()) == 1
        assert len(records.set_aside()) == 1


@pytest.mark.parametrize("damage", [zeros, Path.unlink], ids=["damaged", "removed"])
def test_nobody_sets_a_password_because_the_records_were_damaged(data: Path, damage: Callable[[Path], None]) -> None:
    damage(data / "records.sqlite")
    with started(data) as records, empty(records, data) as room, TestClient(build(room)) as stranger:
        for code in ("", "guessed"):
            assert stranger.post("/first-password", data=FIRST | {"code": code}).status_code == 403
        assert not records.desk.value(PASSWORD)
        assert stranger.post("/first-password", data=FIRST | {"code": room.code}, follow_redirects=False).is_redirect
        assert ("damaged-" in stranger.get("/").text) == (damage is zeros)


def test_who_is_not_alone_with_damaged_records_leaves_them_and_says_what_to_do(data: Path) -> None:
    zeros(data / "records.sqlite")
    with (
        open_records("", 180, data) as records,
        pytest.raises(
            RecordsUnavailableError, match="damaged or not a database: put a backup in its place or move it away"
        ),
    ):
        records.exchanges()
    assert not (data / "records.sqlite").read_bytes().strip(b"\0")


def test_a_file_that_somebody_named_is_never_set_aside(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Somebody's letter. " * 100)
    open_records(f"sqlite:///{letter}", 180, tmp_path, is_alone=True).close()
    assert letter.read_text() == "Somebody's letter. " * 100


@pytest.mark.parametrize("ends", [("", "-wal", "-shm"), ("",)], ids=["all", "without its log"])
@pytest.mark.parametrize("is_replaced", [False, True])
def test_what_is_written_after_the_file_was_removed_is_found_again(
    data: Path, is_replaced: bool, ends: tuple[str, ...]
) -> None:
    backup = (data / "records.sqlite").read_bytes()
    with open_records("", 180, data) as records:
        assert len(records.exchanges()) == 1
        for end in ends:
            (data / f"records.sqlite{end}").unlink(missing_ok=True)
        if is_replaced:
            (data / "records.sqlite").write_bytes(backup)
        records.keep(asked())
        come_true(lambda: records.waiting().count == 0)
        records.announcing.current.forget()
        assert records.announcing.off == PAUSE, "loss must not switch the service on"
    with open_records("", 180, data) as records:
        assert len(records.exchanges()) == 1 + is_replaced


def test_the_log_of_a_removed_file_is_kept_until_the_retention_ends(data: Path, caplog: Log) -> None:
    file, log = data / "records.sqlite", data / "records.sqlite-wal"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE late (question)")
        connection.commit()
        written = log.read_bytes()
    file.unlink()
    log.write_bytes(written)  # as a power failure leaves it
    with started(data) as records:
        (kept,) = records.set_aside()
        assert (data / f"{kept}-wal").read_bytes() == written
        assert kept in caplog.text
        assert records.exchanges() == []
        old = time.time() - 181 * 86400
        os.utime(data / f"{kept}-wal", (old, old))
        records.expire(now())
        assert records.set_aside() == []
        assert not (data / f"{kept}-wal").exists()


def test_what_was_set_aside_goes_with_the_retention(data: Path) -> None:
    zeros(data / "records.sqlite")
    with started(data) as records:
        (kept,) = records.set_aside()
        records.expire(now() + timedelta(days=179))
        assert records.set_aside() == [kept]
        old = time.time() - 181 * 86400
        os.utime(data / kept, (old, old))
        records.expire(now())
        assert records.set_aside() == []
