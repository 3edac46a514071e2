"""Files that are sent lie beside the folder, not too many, and none that was cut off or forgotten."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.incoming import staging
from ingest.incoming.names import Refused
from ingest.incoming.staging import KEPT, NOTE, Full, Staged, Staging


def receive(place: Staging, name: str = "a.txt", content: bytes = b"x" * 10) -> Staged:
    with place.received(name, "", "王芳", len(content)) as (staged, path):
        path.write_bytes(content)
    return staged


@pytest.fixture
def place(tmp_path: Path) -> Staging:
    return Staging(tmp_path, 100)


def test_what_was_received_is_there_after_a_start_anew(place: Staging, tmp_path: Path) -> None:
    staged = receive(place)
    again = Staging(tmp_path, 100)
    assert again.all() == [staged]
    assert again.path(staged).read_bytes() == b"x" * 10
    again.discard(staged.id)
    assert again.all() == []


def test_what_was_cut_off_is_dropped(place: Staging, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), place.received("a.txt", "", "x", 10) as (_, path):
        path.write_bytes(b"x")
        raise ConnectionError
    (place.place / "killed").mkdir()
    (place.place / "killed" / "b.txt").write_bytes(b"x")
    assert list(Staging(tmp_path, 100).place.iterdir()) == []
    assert place.receiving == {}


def test_what_nobody_decided_on_goes_after_a_week(place: Staging) -> None:
    staged = receive(place)
    note = place.place / staged.id / NOTE
    note.write_text(
        json.dumps(json.loads(note.read_text()) | {"at": str(datetime.now(UTC) - KEPT - timedelta(hours=1))})
    )
    assert place.all() == []
    assert not note.parent.exists()


@pytest.mark.parametrize(("size", "key"), [(0, "empty"), (101, "large")])
def test_empty_and_too_large_files_are_refused(place: Staging, size: int, key: str) -> None:
    with pytest.raises(Refused) as refused, place.received("a.txt", "", "x", size):
        raise AssertionError
    assert refused.value.key == key


def test_no_more_lie_there_than_may(place: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_FILES", 2)
    first = receive(place)
    with place.received("b.txt", "", "x", 5) as (_, path):
        path.write_bytes(b"x")
        with pytest.raises(Full):
            place.check_size(5)
    place.discard(first.id)
    place.check_size(5)


def test_nor_more_bytes_than_may(place: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_SIZES", 2)
    receive(place, content=b"x" * 100)
    receive(place, content=b"x" * 90)
    place.check_size(10)
    with pytest.raises(Full):
        place.check_size(11)


def test_a_full_disk_is_told_before_anything_is_received(place: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "SPARE", 1 << 60)
    with pytest.raises(Refused) as refused:
        place.check_size(5)
    assert refused.value.key == "disk"
