"""What staff are to be told waits in a file until it has arrived, and is told once."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from web.outbox import DAY, FIRST_PAUSE, KEPT_DAYS, LONGEST_PAUSE, Alert, Outbox, Undelivered

ALERT = Alert(("request 1", "request 2"), "Two", "Body")


def test_an_alert_waits_for_each_receiver_and_survives_a_restart(tmp_path: Path) -> None:
    Outbox(tmp_path / "a").put(ALERT, ["a@b.example", "webhook"], 100.0)
    again = Outbox(tmp_path / "a")
    first, second = again.due(100.0)
    assert (first.receiver, second.receiver, first.subject) == ("a@b.example", "webhook", "Two")
    again.remove(first)
    assert Outbox(tmp_path / "a").due(100.0) == [second]


def test_what_was_told_is_known(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "a")
    outbox.put(ALERT, [], 100.0)
    assert outbox.unknown(["request 1", "request 3"]) == ["request 3"]


def test_a_failed_delivery_is_tried_again_after_ever_longer_pauses(tmp_path: Path) -> None:
    outbox, now = Outbox(tmp_path / "a"), 0.0
    outbox.put(ALERT, ["webhook"], now)
    pauses = []
    for _ in range(9):
        (letter,) = outbox.due(now)
        outbox.postpone(letter, now)
        assert outbox.due(now + FIRST_PAUSE - 1) == []
        pause = next(each for each in range(0, 4_000, 60) if outbox.due(now + each))
        pauses.append(pause)
        now += pause
    assert pauses == [60, 120, 240, 480, 960, 1_920, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_staff_are_told_what_a_receiver_did_not_take(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "a")
    assert outbox.find_undelivered() is None and not outbox.path.exists()
    outbox.put(ALERT, ["webhook", "a@b.example"], 100.0)
    assert outbox.find_undelivered() is None
    first, _ = outbox.due(100.0)
    outbox.postpone(first, 100.0)
    assert outbox.find_undelivered() == Undelivered(1, datetime.fromtimestamp(100, UTC))
    (late,) = outbox.due(100.0 + FIRST_PAUSE)[:1]
    outbox.remove(late)
    assert outbox.find_undelivered() is None


def test_a_damaged_file_is_kept_aside_and_a_new_one_begins(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "a")
    outbox.path.write_bytes(b"no database" * 100)
    outbox.put(ALERT, ["webhook"], 100.0)
    assert len(outbox.due(100.0)) == 1
    (kept,) = tmp_path.glob("damaged-*-a")
    assert kept.read_bytes().startswith(b"no database")


def test_damage_that_is_met_later_sets_the_file_aside_for_the_next_time(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "a")
    for number in range(200):
        outbox.put(Alert((f"request {number}",), "Two", "Body" * 100), ["webhook"], 100.0)
    content = bytearray(outbox.path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    outbox.path.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError):
        outbox.due(100.0)
    assert outbox.due(100.0) == [] and len(list(tmp_path.glob("damaged-*-a"))) == 1


def test_what_nobody_takes_for_a_month_is_given_up(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "a")
    outbox.put(ALERT, ["webhook"], 0.0)
    assert outbox.expire(KEPT_DAYS * DAY - 1) == 0 and outbox.count() == 1
    assert outbox.expire(KEPT_DAYS * DAY + 1) == 1 and outbox.count() == 0
    assert outbox.unknown(["request 1"]) == []
