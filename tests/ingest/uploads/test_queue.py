"""A file that comes in is read and lands, or waits for a decision where it meets a document that is there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ingest.metadata.write_front_matter import write_metadata
from ingest.uploads import queue as module
from ingest.uploads.conflicts import Conflict, Preview, find_conflict, outlook
from ingest.uploads.progress import is_read
from ingest.uploads.publish_problems import DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload, UploadNotFoundError
from ingest.uploads.staging import Staged
from ingest.uploads.trash import Trash
from ingest.watcher import WatchedLibrary
from store import folder
from store.documents import Metadata

LAW = "# 江城市补贴办法\n\n江商〔2025〕12号\n\n江城市商务局\n\n第一条 最高补贴50万元。\n\n第二条 本办法自{}起施行。\n"
OLD, NEW = LAW.format("2025年3月1日"), LAW.format("2026年3月1日").replace("50", "80")


class Notes(list[tuple[str, str, str]]):
    def __call__(self, who: str, action: str, source: str, details: Mapping[str, str]) -> None:
        self.append((who, action, source))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def uploads(library: WatchedLibrary, notes: Notes) -> UploadQueue:
    return opened(library, notes)


def opened(library: WatchedLibrary, note: module.Note) -> UploadQueue:
    settings = library.settings
    return UploadQueue(settings, library.index, Trash(settings.knowledge_dir, settings.data_dir), note)


def send(uploads: UploadQueue, name: str, content: str, folder: str = "") -> Upload:
    """A file that was sent, when it is done with as far as it goes by itself."""
    with uploads.staging.receive(name, folder, "王芳", len(content.encode())) as (staged, path):
        path.write_text(content, encoding="utf-8")
    uploads.take(staged)
    return settled(uploads, staged)


def settled(uploads: UploadQueue, staged: Staged) -> Upload:
    """An upload when it is done with as far as it goes by itself."""
    until = time.monotonic() + 30
    while (upload := uploads.find(staged.id)).state in ("waiting", "reading"):
        assert time.monotonic() < until
        time.sleep(0.02)
    return upload


def in_folder(library: WatchedLibrary) -> dict[str, str]:
    root = library.settings.knowledge_dir
    return {each.relative_to(root).as_posix(): each.read_text() for each in root.rglob("*") if each.is_file()}


def test_what_meets_nothing_lands_by_itself(uploads: UploadQueue, library: WatchedLibrary, notes: Notes) -> None:
    upload = send(uploads, "办法.md", OLD, "laws/new")
    assert (upload.state, upload.source) == ("landed", "laws/new/办法.md")
    assert in_folder(library) == {"laws/new/办法.md": OLD}
    assert notes == [("王芳", "document.added", "laws/new/办法.md")]
    assert uploads.staging.read_all() == []


def test_a_file_that_was_read_again_since_it_landed_is_compared_as_it_is_now(
    uploads: UploadQueue, library: WatchedLibrary
) -> None:
    send(uploads, "办法.md", "# Fees\n\nThe fee is 5 yuan.\n")
    assert uploads.list_metadata()["办法.md"].issuer == "", "known before the index has read it"
    library.sync()
    write_metadata(library.settings.knowledge_dir / "办法.md", {"issuer": "Bureau"}, ())
    library.sync()
    (now,) = uploads.list_metadata().values()
    assert now.issuer == "Bureau" and (read := uploads.document("办法.md")) and read.metadata.issuer == "Bureau"


def test_the_same_content_is_not_added_twice(uploads: UploadQueue, library: WatchedLibrary, notes: Notes) -> None:
    send(uploads, "办法.md", OLD)
    again = send(uploads, "another name.md", OLD)
    assert (again.state, again.source) == ("same", "办法.md")
    assert list(in_folder(library)) == ["办法.md"]
    assert len(notes) == 1


def test_what_cannot_be_read_does_not_land(uploads: UploadQueue, library: WatchedLibrary, notes: Notes) -> None:
    upload = send(uploads, "办法.pdf", "%PDF-1.4 nothing")
    assert upload.state == "unreadable" and upload.unreadable and upload.unreadable.remedy
    assert in_folder(library) == {} and not notes
    uploads.discard(upload.id)
    assert uploads.read_all() == []


@pytest.mark.parametrize("name", ["办法.md", "新办法.md"])
def test_a_new_version_waits_even_if_the_old_one_was_added_a_moment_ago(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes, name: str
) -> None:
    send(uploads, "办法.md", OLD)
    upload = send(uploads, name, NEW)
    assert upload.state == "clash" and upload.conflict
    assert (upload.conflict.source, upload.conflict.why) == ("办法.md", "name" if name == "办法.md" else "number")
    assert in_folder(library) == {"办法.md": OLD}
    done = uploads.decide(upload.id, "replace", "李明")
    assert (done.state, done.source) == ("landed", "办法.md")
    assert in_folder(library) == {"办法.md": NEW}
    uploads.put_back(done.removed, "李明")
    assert in_folder(library) == {"办法.md": OLD}
    assert [action for _, action, _ in notes] == ["document.added", "document.replaced", "document.version_back"]


def test_where_approval_is_needed_a_file_without_a_conflict_waits_too_and_the_log_names_both(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes
) -> None:
    uploads.needs_approval = lambda: True
    waiting = send(uploads, "办法.md", OLD)
    assert (waiting.state, waiting.conflict) == ("clash", None)
    assert in_folder(library) == {}
    uploads.needs_approval = lambda: False
    assert uploads.decide(waiting.id, "keep_both", "李明").state == "landed", (
        "it waits for a decision, whatever then is"
    )
    assert notes[-1][:2] == ("李明", "document.added")


def test_a_file_sent_as_a_new_version_waits_for_that_decision_also_after_a_restart(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes
) -> None:
    send(uploads, "办法.md", OLD)
    with uploads.receive("unlike.md", "", "王芳", 6, Conflict("chosen", "办法.md")) as (staged, path):
        path.write_text("unlike", encoding="utf-8")
    again = opened(library, notes)
    upload = settled(again, staged)
    assert upload.state == "clash" and upload.conflict == Conflict("chosen", "办法.md")
    again.decide(upload.id, "replace", "李明", "办法.md")
    assert in_folder(library) == {"办法.md": "unlike"}


def test_a_file_that_repeals_another_document_waits_for_a_decision(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes
) -> None:
    send(uploads, "办法.md", OLD)
    repealing = "---\nsupersedes: [办法.md]\nissued: 2025-06-01\n---\n# 新规定\n\n第一条 补贴取消。\n"
    upload = send(uploads, "新规定.md", repealing)
    assert upload.state == "clash" and upload.conflict == Conflict("validity", "办法.md")
    assert set(in_folder(library)) == {"办法.md"}
    uploads.decide(upload.id, "keep_both", "李明", "办法.md")
    assert set(in_folder(library)) == {"办法.md", "新规定.md"}


def test_both_can_be_kept(uploads: UploadQueue, library: WatchedLibrary, notes: Notes) -> None:
    send(uploads, "办法.md", OLD)
    waiting = send(uploads, "办法.md", NEW)
    assert waiting.document and waiting.conflict
    both = waiting.document.metadata, waiting.conflict.source, uploads.list_metadata()
    assert outlook(*both, date(2026, 11, 1)) == Preview("new")
    assert outlook(*both, date(2026, 1, 1)) == Preview("new", date(2026, 3, 1))
    assert uploads.decide(waiting.id, "keep_both", "李明").source == "办法 (2).md"
    assert in_folder(library) == {"办法.md": OLD, "办法 (2).md": NEW}
    assert notes[-1] == ("李明", "document.kept_both", "办法 (2).md")


def test_discarded_nothing_is_left_and_nothing_can_be_decided_any_more(
    uploads: UploadQueue, library: WatchedLibrary
) -> None:
    send(uploads, "办法.md", OLD)
    waiting = send(uploads, "办法.md", NEW)
    uploads.discard(waiting.id)
    assert in_folder(library) == {"办法.md": OLD}
    assert uploads.staging.read_all() == []
    with pytest.raises(UploadNotFoundError):
        uploads.decide(waiting.id, "replace", "x")


def test_two_clerks_who_decide_at_once_replace_once(uploads: UploadQueue) -> None:
    send(uploads, "办法.md", OLD)
    waiting = send(uploads, "办法.md", NEW)
    outcomes: list[str] = []

    def decide() -> None:
        try:
            outcomes.append(uploads.decide(waiting.id, "replace", "x").state)
        except UploadNotFoundError:
            outcomes.append("gone")

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "landed"]
    assert len(uploads.trash.read_all()) == 1


def test_what_waits_is_taken_up_after_a_start_anew(uploads: UploadQueue, library: WatchedLibrary, notes: Notes) -> None:
    send(uploads, "办法.md", OLD)
    waiting = send(uploads, "办法.md", NEW)
    again = opened(library, notes)
    until = time.monotonic() + 30
    while again.find(waiting.id).state != "clash":
        assert time.monotonic() < until
        time.sleep(0.02)


def test_nothing_is_done_that_cannot_be_noted(library: WatchedLibrary) -> None:
    away = [True]

    def note(*_: object) -> None:
        if away[0]:
            raise DecisionNotNotedError

    uploads = opened(library, note)
    upload = send(uploads, "办法.md", OLD)
    assert (upload.state, upload.trouble) == ("stuck", "not_noted")
    assert in_folder(library) == {}
    away[0] = False
    uploads.again(upload.id)
    uploads.pool.shutdown(wait=True)
    assert in_folder(library) == {"办法.md": OLD}


def test_a_full_disk_is_told_and_the_file_waits(
    uploads: UploadQueue, library: WatchedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.publish, "copy", full)
    upload = send(uploads, "办法.md", OLD)
    assert (upload.state, upload.trouble) == ("stuck", "disk")
    assert in_folder(library) == {}
    assert len(uploads.staging.read_all()) == 1


def test_what_is_taken_in_while_the_rows_are_listed_is_not_forgotten(
    uploads: UploadQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, sent, done = uploads.staging.read_all, threading.Event(), []

    def taking() -> None:
        done.append(send(uploads, "办法.md", OLD))

    beside = threading.Thread(target=taking)

    def listed() -> list[Staged]:
        found = real()
        if not sent.is_set():
            sent.set()
            beside.start()
            time.sleep(0.3)  # enough for it to be taken in, if nothing holds it
        return found

    monkeypatch.setattr(uploads.staging, "read_all", listed)
    uploads.read_all()
    beside.join()
    assert done[0].state == "landed"


def test_a_sidecar_that_is_no_text_is_told_before_anything_is_noted(
    uploads: UploadQueue, library: WatchedLibrary, notes: Notes
) -> None:
    send(uploads, "办法.md", OLD)
    waiting = send(uploads, "办法.md", NEW)
    sidecar = library.settings.knowledge_dir / "办法.md.yaml"
    sidecar.write_bytes(bytes(range(256)))
    stuck = uploads.decide(waiting.id, "replace", "李明")
    assert (stuck.state, stuck.trouble) == ("stuck", "details")
    assert [action for _, action, _ in notes] == ["document.added"]
    sidecar.unlink()
    done = uploads.decide(waiting.id, "replace", "李明")
    assert (done.state, done.trouble) == ("landed", "")
    assert in_folder(library) == {"办法.md": NEW}


def test_an_old_one_that_cannot_be_taken_away_is_told_with_the_new_one(
    uploads: UploadQueue, library: WatchedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(uploads, "办法.md", OLD)
    waiting = send(uploads, "办法.txt", NEW)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.publish.folder, "remove_with_sidecars", refuse)
    done = uploads.decide(waiting.id, "replace", "李明")
    assert (done.state, done.trouble, done.source) == ("landed", "both_there", "办法.txt")
    assert in_folder(library) == {"办法.md": OLD, "办法.txt": NEW}


def test_the_folder_is_not_changed_while_somebody_else_changes_it(
    uploads: UploadQueue, library: WatchedLibrary
) -> None:
    send(uploads, "办法.md", OLD)
    waiting = send(uploads, "办法.md", NEW)
    beside = threading.Thread(target=uploads.decide, args=(waiting.id, "replace", "x"))
    with uploads.trash.changing:
        beside.start()
        time.sleep(0.2)
        assert [each.state for each in uploads.read_all()] == ["clash", "landed"]
        assert in_folder(library) == {"办法.md": OLD}
    beside.join()
    assert in_folder(library) == {"办法.md": NEW}


def test_what_is_asked_again_is_tried_again_once(uploads: UploadQueue) -> None:
    landed = send(uploads, "办法.md", OLD)
    with pytest.raises(UploadNotFoundError):
        uploads.again(landed.id)
    assert uploads.find(landed.id).state == "landed"


def test_a_file_is_hashed_once_while_it_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    os.utime(path, (1e9, 1e9))
    stamp, hashed, real = folder.fingerprint(path), [], folder.content_hash

    def counted(path: Path) -> str:
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(folder, "content_hash", counted)
    assert is_read(path, stamp) and is_read(path, stamp)
    assert hashed == []
    path.write_text("b")
    os.utime(path, (1e9 + 1, 1e9 + 1))
    assert not is_read(path, stamp) and not is_read(path, stamp)
    assert hashed == [path]
    path.unlink()
    assert not is_read(path, stamp)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (Metadata(language="zh", document_number="江商[2025] 12号"), "number"),
        (Metadata(language="en", document_number="江商〔2025〕12号"), None),
        (Metadata(language="zh", title="江城市补贴办法（修订）", issuer="江城市商务局"), "title"),
        (Metadata(language="zh", title="江城市补贴办法"), "title"),
        (Metadata(language="zh", title="江城市补贴办法", issuer="江城市财政局"), None),
        (Metadata(language="zh"), None),
    ],
)
def test_versions_are_told_by_number_or_by_title_and_no_other_issuer_in_one_language(
    tmp_path: Path, new: Metadata, expected: str | None
) -> None:
    old = Metadata(language="zh", title="江城市补贴办法", issuer="江城市商务局", document_number="江商〔2025〕12号")
    found = find_conflict("x.md", "", new, tmp_path, {"old.md": old})
    assert (found.why if found else None) == expected


def test_without_dates_it_cannot_be_told_which_counts(tmp_path: Path) -> None:
    old = Metadata(language="zh", document_number="江商〔2025〕12号")
    assert outlook(old, "old.md", {"old.md": old}, date(2026, 1, 1)) == Preview("both")
    later = Metadata(language="zh", document_number="江商〔2025〕12号", issued=date(2025, 5, 1))
    earlier = Metadata(language="zh", document_number="江商〔2025〕12号", issued=date(2024, 5, 1))
    assert outlook(earlier, "old.md", {"old.md": later}, date(2026, 1, 1)) == Preview("old")


def test_an_upload_that_is_gone_or_does_not_wait_has_an_error_of_its_own(uploads: UploadQueue) -> None:
    landed = send(uploads, "办法.md", OLD).id
    for ask in (
        lambda: uploads.find("gone"),
        lambda: uploads.look_again("gone"),
        lambda: uploads.discard("gone"),
        lambda: uploads.give_back(landed, "why", "x"),
        lambda: uploads.hand_over(landed, "x"),
        lambda: uploads.decide(landed, "replace", "x"),
    ):
        with pytest.raises(UploadNotFoundError):
            ask()
