"""What is taken out of the folder can be put back as it was, with its sidecars."""

from __future__ import annotations

import os
import shutil
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest

from ingest.uploads import trash as trash_module
from ingest.uploads.trash import NotInTrashError, PathTakenError, Trash
from store.documents import Document, Metadata
from store.folder import documents

SOURCE = "laws/办法.pdf"
FILES = {SOURCE: b"%PDF", f"{SOURCE}.yaml": b"title: a\n", f"{SOURCE}.pages.yaml": b"pages: {}\n"}
READ = Document(SOURCE, "第一条", Metadata(title="江城市办法"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "knowledge"


@pytest.fixture
def trash(folder: Path, tmp_path: Path) -> Trash:
    return Trash(folder, tmp_path / "data")


def contents(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_a_document_goes_with_its_sidecars_and_comes_back_with_them(trash: Trash, folder: Path) -> None:
    removed = trash.take(SOURCE, "removed", "王芳", {SOURCE: READ}.get)
    assert contents(folder) == {}
    assert trash.read_all() == [removed]
    assert (removed.title, removed.who, trash.text(removed)) == ("江城市办法", "王芳", "第一条")
    assert trash.put_back(removed.id) == removed
    assert contents(folder) == FILES
    assert trash.read_all() == []


def test_nothing_is_put_back_over_a_file_of_the_same_name(trash: Trash, folder: Path) -> None:
    removed = trash.take(SOURCE, "replaced", "王芳", {}.get)
    (folder / SOURCE).write_bytes(b"newer")
    with pytest.raises(PathTakenError):
        trash.put_back(removed.id)
    assert contents(folder) == {SOURCE: b"newer"}
    assert trash.read_all() == [removed]


@pytest.mark.parametrize("source", ["no such.pdf", "../data", f"{SOURCE}.yaml", "", "/etc/passwd", "laws"])
def test_only_documents_of_the_folder_can_be_taken_out(trash: Trash, folder: Path, source: str) -> None:
    with pytest.raises(NotInTrashError):
        trash.take(source, "removed", "x", {}.get)
    assert contents(folder) == FILES


@pytest.mark.parametrize("removed_id", ["", ".", "..", "../knowledge", "x", "/etc"])
def test_only_what_was_taken_out_can_be_put_back_or_deleted(trash: Trash, removed_id: str) -> None:
    for action in (trash.put_back, trash.delete):
        with pytest.raises(NotInTrashError):
            action(removed_id)


def test_what_was_taken_out_several_times_is_listed_the_last_first(trash: Trash, folder: Path) -> None:
    first = trash.take(SOURCE, "removed", "x", {}.get)
    (folder / SOURCE).write_bytes(b"newer")
    second = trash.take(SOURCE, "removed", "x", {}.get)
    assert trash.read_all() == [second, first]
    trash.delete(first.id)
    assert trash.read_all() == [second]


def test_what_lies_among_the_removed_is_no_document(trash: Trash, folder: Path) -> None:
    trash.take(SOURCE, "removed", "x", {}.get)
    assert documents(folder) == {}


class Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("step", range(5))
def test_cut_off_while_copying_nothing_is_listed_and_the_next_start_tidies(
    trash: Trash, folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    left, real = [step], os.fsync

    def stop(file: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        real(file)

    with monkeypatch.context() as context:
        context.setattr(os, "fsync", stop)
        with pytest.raises(Killed):
            trash.take(SOURCE, "removed", "x", {SOURCE: READ}.get)
    assert contents(folder) == FILES
    assert trash.read_all() == []
    assert list(Trash(folder, trash.place.parent).place.iterdir()) == []


def test_two_taken_at_the_same_moment_are_two(trash: Trash, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 26)

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return moment

    monkeypatch.setattr(trash_module, "datetime", Stopped)
    first = trash.take(SOURCE, "removed", "x", {}.get)
    (folder / SOURCE).write_bytes(b"newer")
    second = trash.take(SOURCE, "removed", "x", {}.get)
    assert {trash.file(each).read_bytes() for each in (first, second)} == {b"%PDF", b"newer"}


@pytest.mark.parametrize("note", [b"", b'{"id": "cut', b"\xff"])
def test_one_whose_note_cannot_be_read_hides_no_other(trash: Trash, folder: Path, note: bytes) -> None:
    kept = trash.take(SOURCE, "removed", "x", {}.get)
    (folder / SOURCE).write_bytes(b"newer")
    damaged = trash.take(SOURCE, "removed", "x", {}.get)
    (trash.place / damaged.id / trash_module.NOTE).write_bytes(note)
    assert trash.read_all() == [kept]
    with pytest.raises(NotInTrashError):
        trash.put_back(damaged.id)


def test_a_file_that_may_not_go_leaves_no_copy_in_the_bin(
    trash: Trash, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as context:
        context.setattr(Path, "unlink", refuse)
        with pytest.raises(PermissionError):
            trash.take(SOURCE, "removed", "x", {}.get)
    assert contents(folder) == FILES
    assert trash.read_all() == []


def test_what_cannot_be_deleted_to_its_end_is_gone_and_goes_at_the_next_start(
    trash: Trash, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = trash.take(SOURCE, "removed", "x", {}.get)
    with monkeypatch.context() as context:
        context.setattr(shutil, "rmtree", lambda *_, **__: None)
        trash.delete(removed.id)
    assert trash.read_all() == []
    assert list(Trash(folder, trash.place.parent).place.iterdir()) == []


def test_details_that_were_prepared_meanwhile_are_not_written_over(trash: Trash, folder: Path) -> None:
    removed = trash.take(SOURCE, "removed", "x", {}.get)
    (folder / f"{SOURCE}.yaml").write_bytes(b"title: prepared\n")
    with pytest.raises(PathTakenError, match="yaml"):
        trash.put_back(removed.id)
    assert contents(folder) == {f"{SOURCE}.yaml": b"title: prepared\n"}


def test_nothing_is_taken_out_or_put_back_while_somebody_else_changes_the_folder(trash: Trash, folder: Path) -> None:
    removed = trash.take(SOURCE, "removed", "x", {}.get)
    outcomes: list[object] = []

    def put_back() -> None:
        try:
            outcomes.append(trash.put_back(removed.id))
        except PathTakenError as error:
            outcomes.append(str(error))

    with trash.changing:
        beside = threading.Thread(target=put_back)
        beside.start()
        time.sleep(0.2)
        assert contents(folder) == {}
        (folder / SOURCE).write_bytes(b"third")
    beside.join()
    assert outcomes == [SOURCE]
    assert contents(folder) == {SOURCE: b"third"}
