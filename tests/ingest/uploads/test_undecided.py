"""What waits for a decision is put into the folder by a decision alone, whatever happens meanwhile."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.uploads import queue as module
from ingest.uploads.conflicts import Conflict
from ingest.uploads.publish_problems import ConflictChangedError, DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import UploadNotFoundError
from ingest.uploads.staging import FREE, NOTE
from ingest.watcher import WatchedLibrary
from settings import Settings
from store import folder
from tests.ingest.uploads import killed
from tests.ingest.uploads.killed import MOMENTS, send
from tests.ingest.uploads.test_queue import NEW, OLD, Notes, in_folder, opened
from tests.support.forkserver import context

NAME, FIRST = "办法.md", {"办法.md": OLD}
OTHER = "# 别的事项\n\n与补贴无关的一段话。\n"


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def uploads(library: WatchedLibrary, notes: Notes) -> UploadQueue:
    return opened(library, notes)


def restarted(library: WatchedLibrary, notes: Notes) -> UploadQueue:
    """The uploads after a start anew, once all that happens by itself has happened."""
    again = opened(library, notes)
    again.pool.shutdown(wait=True)
    return again


def at(library: WatchedLibrary, name: str = NAME) -> Path:
    return library.settings.knowledge_dir / name


def take_out(library: WatchedLibrary) -> None:
    folder.remove_with_sidecars(at(library))


def rename(library: WatchedLibrary) -> None:
    at(library).rename(at(library, "另一个名字.md"))


def replace_by_hand(library: WatchedLibrary) -> None:
    at(library).write_text(OTHER, encoding="utf-8")


def copy_what_waits(library: WatchedLibrary) -> None:
    at(library).write_text(NEW, encoding="utf-8")


def copy_what_waits_under_another_name(library: WatchedLibrary) -> None:
    take_out(library)
    at(library, "手工放入.md").write_text(NEW, encoding="utf-8")


def take_out_and_put_back(library: WatchedLibrary) -> None:
    take_out(library)
    at(library).write_text(OLD, encoding="utf-8")


def write_a_sidecar(library: WatchedLibrary) -> None:
    at(library, f"{NAME}.yaml").write_text("title: x\n", encoding="utf-8")
    take_out(library)


def make_a_folder_of_it(library: WatchedLibrary) -> None:
    take_out(library)
    at(library).mkdir()


def leave_it(_: WatchedLibrary) -> None:
    """Nothing happens."""


HAPPENINGS = [
    take_out, rename, replace_by_hand, copy_what_waits, copy_what_waits_under_another_name, take_out_and_put_back,
    write_a_sidecar, make_a_folder_of_it, leave_it,
]  # fmt: skip


@pytest.mark.parametrize("happens", HAPPENINGS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("name", [NAME, "新办法.md"], ids=["same name", "same number"])
def test_whatever_happens_to_the_folder_a_file_that_waits_goes_on_waiting(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, name: str, happens: Callable[[WatchedLibrary], None]
) -> None:
    send(uploads, NAME, OLD)
    waiting = send(uploads, name, NEW)
    happens(library)
    left = in_folder(library)
    for _ in range(2):
        again = restarted(library, notes)
        assert again.find(waiting).state == "clash"
        assert in_folder(library) == left
    assert again.staging.path(again.find(waiting).staged).read_text(encoding="utf-8") == NEW
    assert [action for _, action, _ in notes] == ["document.added"]


@pytest.mark.parametrize("happens", HAPPENINGS, ids=lambda each: each.__name__)
def test_it_is_added_in_the_name_of_whoever_decides_and_nothing_else_is_overwritten(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, happens: Callable[[WatchedLibrary], None]
) -> None:
    send(uploads, NAME, OLD)
    waiting = send(uploads, NAME, NEW)
    happens(library)
    left = in_folder(library)
    again = restarted(library, notes)
    done = again.decide(waiting, "keep_both", "李明")
    assert done.state == "landed"
    assert {source: text for source, text in in_folder(library).items() if source != done.source} == left
    assert at(library, done.source).read_text(encoding="utf-8") == NEW
    is_beside = done.conflict is not None and done.conflict.source in left
    assert notes[-1] == ("李明", "document.kept_both" if is_beside else "document.added", done.source)
    with pytest.raises(UploadNotFoundError):
        again.decide(waiting, "keep_both", "another clerk")


@pytest.mark.parametrize("is_stale", [False, True], ids=["as it was written", "and the first has gone"])
def test_what_an_earlier_version_of_the_program_kept_is_undecided(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, is_stale: bool
) -> None:
    send(uploads, NAME, OLD)
    waiting = send(uploads, NAME, NEW)
    place = uploads.staging.place / waiting
    staged = uploads.find(waiting).staged
    uploads.staging.write(replace(staged, met=None))
    note = (place / NOTE).read_text(encoding="utf-8")
    (place / NOTE).write_text(note.replace(', "met": null', ""), encoding="utf-8")
    assert "met" not in (place / NOTE).read_text(encoding="utf-8")
    if is_stale:
        take_out(library)
    left = in_folder(library)
    found = restarted(library, notes).find(waiting)
    assert found.state == "clash" and found.conflict == (None if is_stale else Conflict("name", NAME))
    assert in_folder(library) == left


@pytest.mark.parametrize("damage", [b"", b'{"id": "2', b"\0" * 80])
def test_a_file_whose_note_is_damaged_is_still_listed_and_waits(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, damage: bytes
) -> None:
    with uploads.receive("新办法.md", "", "uploader", len(OTHER.encode())) as (staged, path):
        path.write_text(OTHER, encoding="utf-8")
    (uploads.staging.place / staged.id / NOTE).write_bytes(damage)
    (waiting,) = restarted(library, notes).read_all()
    assert (waiting.state, waiting.staged.name, waiting.is_free) == ("clash", "新办法.md", False)
    assert not at(library, "新办法.md").exists()
    restarted(library, notes).decide(staged.id, "keep_both", "王芳")
    assert at(library, "新办法.md").exists()


def test_of_two_that_wait_under_one_name_none_takes_the_place_that_became_free(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes
) -> None:
    send(uploads, NAME, OLD)
    second, third = send(uploads, NAME, NEW), send(uploads, NAME, NEW.replace("80", "90"))
    take_out(library)
    again = restarted(library, notes)
    assert {again.find(each).state for each in (second, third)} == {"clash"} and in_folder(library) == {}
    again.decide(third, "keep_both", "李明")
    latest = restarted(library, notes)
    assert latest.find(second).state == "clash"
    assert list(in_folder(library)) == [NAME]


def test_what_was_read_while_its_name_was_taken_waits_also_when_it_is_free_again(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.read_revision

    def taken_and_freed(path: Path, source: str, settings: Settings) -> Any:
        if "80" in path.read_text(encoding="utf-8"):
            uploads.try_to_publish(first, "keep_both", "王芳")
            take_out(library)
        return real(path, source, settings)

    with uploads.receive(NAME, "", "王芳", len(OLD.encode())) as (staged, path):
        path.write_text(OLD, encoding="utf-8")
    first = replace(module.Upload(staged, is_free=True), document=real(path, NAME, library.settings).document)
    uploads.keep(replace(first, state="stuck"))
    monkeypatch.setattr(module, "read_revision", taken_and_freed)
    second = send(uploads, NAME, NEW)
    assert uploads.find(second).state == "clash"
    assert in_folder(library) == {}


def test_what_met_a_document_while_it_was_read_waits(
    uploads: UploadQueue, library: WatchedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.read_revision

    def meanwhile(path: Path, source: str, settings: Settings) -> Any:
        at(library).write_text(OTHER, encoding="utf-8")
        return real(path, source, settings)

    monkeypatch.setattr(module, "read_revision", meanwhile)
    assert uploads.find(send(uploads, NAME, NEW)).conflict == Conflict("name", NAME)
    assert in_folder(library) == {NAME: OTHER}


def test_what_was_said_not_to_be_added_is_not_added_by_a_start_anew(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(module.publish, "copy", full)
        stuck = send(uploads, NAME, OLD)
    unread = send(uploads, "表.docx", "no archive")
    assert (uploads.find(stuck).state, uploads.find(unread).state) == ("stuck", "unreadable")
    again = restarted(library, notes)
    assert again.find(stuck).state == "clash" and in_folder(library) == {}
    again.staging.path(again.find(unread).staged).write_text("now it can be read", encoding="utf-8")
    restarted(library, notes)
    assert in_folder(library) == {}
    uploads.again(stuck)  # somebody tries it again in the program that said so
    uploads.pool.shutdown(wait=True)
    assert in_folder(library) == FIRST


def test_what_cannot_be_noted_waits_and_is_not_added_later_by_itself(library: WatchedLibrary, notes: Notes) -> None:
    def away(*_: object) -> None:
        raise DecisionNotNotedError

    send(opened(library, away), NAME, OLD)
    restarted(library, notes)
    assert in_folder(library) == {} and not notes


def test_tried_again_after_the_first_has_gone_it_asks_again(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes
) -> None:
    send(uploads, NAME, OLD)
    waiting = send(uploads, NAME, NEW)
    take_out(library)
    refused = uploads.decide(waiting, "replace", "李明")
    assert (refused.state, refused.trouble) == ("clash", "old_gone")
    with pytest.raises(UploadNotFoundError):
        uploads.again(waiting)
    assert in_folder(library) == {}
    assert [action for _, action, _ in notes] == ["document.added"]


def test_nobody_replaces_a_document_that_they_have_not_seen(uploads: UploadQueue, library: WatchedLibrary) -> None:
    send(uploads, NAME, OLD)
    waiting = send(uploads, "新办法.md", NEW)
    rename(library)
    at(library, "新办法.md").write_text(OTHER, encoding="utf-8")
    assert uploads.look_again(waiting).conflict == Conflict("name", "新办法.md")
    left = in_folder(library)
    with pytest.raises(ConflictChangedError):
        uploads.decide(waiting, "replace", "李明", met=NAME)
    assert in_folder(library) == left


def test_a_full_disk_does_not_keep_a_file_from_being_held(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    send(uploads, NAME, OLD)
    with uploads.staging.receive("新办法.md", "", "王芳", len(NEW.encode())) as (staged, path):
        path.write_text(NEW, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr("ingest.uploads.staging.replace", full)
        uploads.take(staged)
        uploads.pool.shutdown(wait=True)
    assert uploads.find(staged.id).conflict == Conflict("number", NAME)
    assert not (uploads.staging.place / staged.id / FREE).exists()
    take_out(library)
    assert restarted(library, notes).find(staged.id).state == "clash"
    assert in_folder(library) == {}


def kill(place: Path, moment: str, name: str = NAME) -> None:
    """Sends a file to a program that is killed at a moment."""
    process = context.Process(target=killed.main, args=(place, name, moment))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "sent.md").write_text(NEW, encoding="utf-8")
    return tmp_path


def settle(place: Path) -> tuple[UploadQueue, dict[str, str]]:
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data")
    uploads = killed.opened(settings)
    uploads.pool.shutdown(wait=True)
    return uploads, {each.name: each.read_text(encoding="utf-8") for each in (place / "knowledge").iterdir()}


@pytest.mark.parametrize("moment", [each for each in MOMENTS if "put" not in each])
def test_killed_at_any_moment_what_met_a_document_is_not_published(place: Path, moment: str) -> None:
    taken = place / "knowledge" / NAME
    taken.write_text(OLD, encoding="utf-8")
    kill(place, moment)
    taken.unlink()
    uploads, left = settle(place)
    assert left == {}
    assert [each.state for each in uploads.read_all()] == ["clash"]
    assert settle(place)[1] == {}


@pytest.mark.parametrize("moment", list(MOMENTS))
def test_killed_at_any_moment_what_met_nothing_lands_or_waits_and_what_was_taken_out_stays_out(
    place: Path, moment: str
) -> None:
    kill(place, moment)
    is_there = (place / "knowledge" / NAME).exists()
    uploads, left = settle(place)
    assert left in ({}, {NAME: NEW})
    assert left or [each.state for each in uploads.read_all()] == ["clash"]
    assert bool(left) == is_there or moment in ("while it is read", "before it is held")
    if left:
        (place / "knowledge" / NAME).unlink()
        assert settle(place)[1] == {}
