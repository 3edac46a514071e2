"""Files that are sent lie beside the folder, not too many, and none that was cut off or forgotten."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.uploads import staging
from ingest.uploads.file_names import UploadRefusedError
from ingest.uploads.staging import NOTE, Staged, Staging, StagingFullError
from store import folder


def receive(place: Staging, name: str = "a.txt", content: bytes = b"x" * 10) -> Staged:
    with place.receive(name, "", "王芳", len(content)) as (staged, path):
        path.write_bytes(content)
    return staged


@pytest.fixture
def place(tmp_path: Path) -> Staging:
    return Staging(tmp_path, 100)


def test_what_was_received_is_there_after_a_start_anew(place: Staging, tmp_path: Path) -> None:
    staged = receive(place)
    again = Staging(tmp_path, 100)
    assert again.read_all() == [staged]
    assert again.path(staged).read_bytes() == b"x" * 10
    again.discard(staged.id)
    assert again.read_all() == []


def test_what_was_cut_off_is_dropped(place: Staging, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), place.receive("a.txt", "", "x", 10) as (_, path):
        path.write_bytes(b"x")
        raise ConnectionError
    (place.place / "killed").mkdir()
    (place.place / "killed" / "b.txt").write_bytes(b"x")
    assert list(Staging(tmp_path, 100).place.iterdir()) == []
    assert place.receiving == {}


def test_what_nobody_decided_on_stays_until_somebody_does(place: Staging, tmp_path: Path) -> None:
    staged = receive(place)
    note = place.place / staged.id / NOTE
    long_ago = json.loads(note.read_text(encoding="utf-8")) | {"at": str(datetime.now(UTC) - timedelta(days=400))}
    note.write_text(json.dumps(long_ago), encoding="utf-8")
    assert [each.id for each in Staging(tmp_path, 100).read_all()] == [staged.id]


@pytest.mark.parametrize("content", [b"", b'{"id": "cut'])
def test_one_whose_note_cannot_be_read_hides_no_other_and_waits(place: Staging, tmp_path: Path, content: bytes) -> None:
    kept, damaged = receive(place), receive(place)
    (place.place / damaged.id / NOTE).write_bytes(content)
    again = Staging(tmp_path, 100)
    first, second = again.read_all()
    assert first == kept and again.is_free(first)
    assert (second.id, second.name, second.who) == (damaged.id, damaged.name, "") and not again.is_free(second)
    assert again.read_all() == [first, second]


class Listed(Iterator["os.DirEntry[str]"]):
    """What a folder had when it was looked at, as `os.scandir` gives it."""

    def __init__(self, entries: list[os.DirEntry[str]]) -> None:
        self.entries = iter(entries)

    def __enter__(self) -> Listed:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __next__(self) -> os.DirEntry[str]:
        return next(self.entries)


def test_a_folder_that_goes_while_it_is_counted_stops_nobody(place: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    staged, real = receive(place), os.scandir

    def vanishing(path: Path) -> Listed:
        listed = Listed(list(real(path)))
        monkeypatch.undo()
        place.discard(staged.id)
        return listed

    monkeypatch.setattr(os, "scandir", vanishing)
    place.check_size(5)
    assert place.read_all() == []


@pytest.mark.parametrize(("size", "key"), [(0, "empty"), (101, "large")])
def test_empty_and_too_large_files_are_refused(place: Staging, size: int, key: str) -> None:
    with pytest.raises(UploadRefusedError) as refused, place.receive("a.txt", "", "x", size):
        raise AssertionError
    assert refused.value.key == key


def test_no_more_lie_there_than_may(place: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_FILES", 2)
    first = receive(place)
    with place.receive("b.txt", "", "x", 5) as (_, path):
        path.write_bytes(b"x")
        with pytest.raises(StagingFullError):
            place.check_size(5)
    place.discard(first.id)
    place.check_size(5)


def test_nor_more_bytes_than_may(place: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_SIZES", 2)
    receive(place, content=b"x" * 100)
    receive(place, content=b"x" * 90)
    place.check_size(10)
    with pytest.raises(StagingFullError):
        place.check_size(11)


def test_a_full_disk_is_told_before_anything_is_received(place: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "SPARE", 1 << 60)
    with pytest.raises(UploadRefusedError) as refused:
        place.check_size(5)
    assert refused.value.key == "disk"


def test_a_corrected_file_takes_the_details_of_the_earlier_one_but_not_its_corrected_pages(place: Staging) -> None:
    returned = receive(place, "scan.pdf")
    for beside in (folder.sidecar, folder.corrections):
        beside(place.path(returned)).write_text("title: Rules\n", encoding="utf-8")
    staged = place.exchange(returned, receive(place, "photo.png", b"y"))
    assert place.path(staged).read_bytes() == b"y" and place.read_all() == [staged]
    assert sorted(each.name for each in place.path(staged).parent.glob("*.yaml")) == ["photo.png.yaml"]


def test_a_file_with_corrected_pages_keeps_its_name_if_its_note_is_damaged(place: Staging) -> None:
    staged = receive(place, "scan.pdf")
    folder.corrections(place.path(staged)).write_text("pages: {}\n", encoding="utf-8")
    (place.path(staged).parent / NOTE).write_text("{", encoding="utf-8")
    assert [each.name for each in place.read_all()] == ["scan.pdf"]
