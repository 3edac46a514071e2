"""Documents that vanish in number keep answering until their files return or somebody confirms; one file goes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import ingest.sync.missing_files
import ingest.watcher
from ingest.sync.missing_files import ManyMissingError, Missing, name_places
from ingest.sync.plan import Allowed
from ingest.uploads.trash import Trash
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store import folder
from store.embeddings import Embedder
from store.folder import Survey
from store.index import Absence
from tests.support.commands import called

Put = Callable[[str, str], Path]
Found = Callable[[str], set[str]]


def fill(put: Put, place: str, count: int) -> list[Path]:
    return [
        put(f"{place}/{number}.md", f"# 办法{place}{number}\n\n{place}第{number}条增值税。") for number in range(count)
    ]


@pytest.fixture
def many(library: WatchedLibrary, put: Put) -> WatchedLibrary:
    """Thirty documents in two folders, of which `laws` has ten."""
    fill(put, "laws", 10)
    fill(put, "guides", 20)
    assert library.sync().added == 30
    return library


def delete(library: WatchedLibrary, *sources: str) -> None:
    for source in sources:
        (library.settings.knowledge_dir / source).unlink()


def documents(library: WatchedLibrary) -> set[str]:
    return set(library.index.documents())


def laws(*numbers: int) -> list[str]:
    return [f"laws/{number}.md" for number in numbers]


@pytest.mark.parametrize(
    ("count", "gone", "stays"),
    [(4, 1, False), (5, 2, False), (4, 3, True), (10, 2, False), (10, 3, True), (30, 6, False), (30, 7, True),
     (200, 20, False), (200, 21, True), (161, 54, True), (1, 1, True), (2, 2, True)],
)  # fmt: skip
def test_more_than_twenty_or_more_than_a_fifth_but_never_a_few_are_a_mishap(count: int, gone: int, stays: bool) -> None:
    known = {f"{number}.md": Path() for number in range(count)}
    seen = Survey({source: path for source, path in known.items() if int(source[:-3]) >= gone})
    judged = Missing(known, seen, (), {}, time.time()).decide()
    assert (len(judged.withheld), len(judged.going)) == ((gone, 0) if stays else (0, gone))


def test_a_deleted_subfolder_keeps_answering_and_all_else_goes_on(
    many: WatchedLibrary, put: Put, found: Found, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(many.settings.knowledge_dir / "laws")
    put("new.md", "# 新\n\n关税新规。")
    put("guides/0.md", "# 改\n\n消费税。")
    report = many.sync()
    assert (report.added, report.updated, report.removed) == (1, 1, 0)
    assert sorted(report.missing) == sorted(laws(*range(10)))
    assert any("laws第3条" in text for text in found("laws第3条"))
    assert many.progress().missing == report.missing
    assert many.progress().stage == "ready"
    assert [each.source for each in many.missing()] == sorted(report.missing)
    assert many.sync().missing == report.missing, "the second sync has forgotten it"


def test_what_is_withheld_stays_so_across_a_restart_and_however_much_is_added(
    settings: Settings, put: Put, embedder: Embedder
) -> None:
    with open_watched_library(settings, embedder=embedder) as library:
        fill(put, "laws", 3)
        fill(put, "guides", 7)
        library.sync()
        delete(library, *laws(0, 1, 2))
        assert len(library.sync().missing) == 3
        fill(put, "more", 30)
        assert len(library.sync().missing) == 3
    with open_watched_library(settings, embedder=embedder) as library:
        assert len(library.sync().missing) == 3
        assert len(documents(library)) == 40


def test_the_files_that_return_heal_and_the_others_stay_withheld(many: WatchedLibrary, put: Put) -> None:
    away = many.settings.knowledge_dir.parent / "away"
    shutil.move(many.settings.knowledge_dir / "laws", away)
    assert len(many.sync().missing) == 10
    (many.settings.knowledge_dir / "laws").mkdir()
    for number in range(8):
        shutil.move(away / f"{number}.md", many.settings.knowledge_dir / "laws")
    report = many.sync()
    assert report.missing == tuple(laws(8, 9))
    assert (report.added, report.removed) == (0, 0)
    for number in (8, 9):
        shutil.move(away / f"{number}.md", many.settings.knowledge_dir / "laws")
    assert many.sync().missing == ()
    assert many.index.absences() == []


def test_what_somebody_confirms_leaves_and_nothing_else(many: WatchedLibrary) -> None:
    shutil.rmtree(many.settings.knowledge_dir / "laws")
    many.sync()
    many.accept_removals(laws(*range(9)))
    report = many.sync()
    assert (report.removed, report.missing) == (9, ("laws/9.md",))
    assert len(documents(many)) == 21


def test_a_confirmation_survives_a_kill_before_the_sync(settings: Settings, put: Put, embedder: Embedder) -> None:
    with open_watched_library(settings, embedder=embedder) as library:
        fill(put, "laws", 10)
        library.sync()
        delete(library, *laws(*range(9)))
        library.sync()
        library.accept_removals(laws(*range(9)))
    with open_watched_library(settings, embedder=embedder) as library:
        assert library.sync().removed == 9


def test_the_command_line_confirms_and_an_emptied_folder_needs_its_own_word(many: WatchedLibrary) -> None:
    shutil.rmtree(many.settings.knowledge_dir / "laws")
    assert many.sync(allow_removals=True).removed == 10
    shutil.rmtree(many.settings.knowledge_dir / "guides")
    with pytest.raises(ingest.watcher.EmptyFolderError, match="--allow-empty"):
        many.sync(allow_removals=True)
    assert len(many.missing()) == 20
    assert many.sync(allow_empty=True).removed == 20


def test_files_deleted_bit_by_bit_count_together(many: WatchedLibrary) -> None:
    removed = 0
    for number in range(10):
        delete(many, f"laws/{number}.md")
        report = many.sync()
        removed += report.removed
    assert removed == 6
    assert len(report.missing) == 4


def test_files_deleted_one_after_the_other_with_time_between_leave(
    many: WatchedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.sync.missing_files, "AT_ONCE_SECONDS", 0.0)
    for number in range(10):
        delete(many, f"laws/{number}.md")
        assert many.sync().removed == 1
    many.sync()
    assert many.index.absences() == []


def test_the_watch_waits_whether_more_follow(many: WatchedLibrary) -> None:
    patient = Allowed(settle_seconds=60)
    delete(many, *laws(0, 1))
    report = many.sync_here(patient)
    assert (report.removed, report.waiting) == (0, tuple(laws(0, 1)))
    delete(many, *laws(*range(2, 10)))
    assert len(many.sync_here(patient).missing) == 10
    assert len(documents(many)) == 30


@contextmanager
def watched(library: WatchedLibrary) -> Iterator[None]:
    stop = threading.Event()
    watching = threading.Thread(target=library.watch, args=(stop,))
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.05)


def test_a_deletion_that_runs_for_a_while_is_one_loss_to_the_watch(
    many: WatchedLibrary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ingest.watcher, "WATCH_SECONDS", 0.1)
    with watched(many):
        for number in range(10):
            delete(many, f"laws/{number}.md")
            time.sleep(0.4)
        wait_for(lambda: len(many.progress().missing) == 10)
        assert len(documents(many)) == 30
        assert "in laws (10)" in caplog.text
        many.accept_removals(laws(*range(10)))
        wait_for(lambda: len(documents(many)) == 20 and not many.progress().missing)


def test_the_watch_removes_one_deleted_file_by_itself(many: WatchedLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.watcher, "WATCH_SECONDS", 0.1)
    monkeypatch.setattr(ingest.watcher, "SETTLE_SECONDS", 0.5)
    with watched(many):
        delete(many, "laws/0.md")
        wait_for(lambda: len(documents(many)) == 29)


def test_documents_taken_out_by_a_clerk_leave_however_many_they_are(many: WatchedLibrary, caplog: object) -> None:
    trash = Trash(many.settings.knowledge_dir, many.settings.data_dir, told=many.accept_removals)
    taken = [trash.take(source, "removed", "王芳", many.index.document) for source in sorted(documents(many))[:25]]
    report = many.sync()
    assert (report.removed, report.missing) == (25, ())
    trash.put_back(taken[0].id)
    assert many.sync().added == 1
    delete(many, taken[0].source)
    assert many.sync_here(Allowed(settle_seconds=60)).waiting == (taken[0].source,), "an old decision still counted"


def test_a_renamed_subfolder_is_no_loss(many: WatchedLibrary, found: Found) -> None:
    knowledge = many.settings.knowledge_dir
    shutil.move(knowledge / "laws", knowledge / "法规")
    report = many.sync()
    assert (report.added, report.removed, report.missing) == (10, 10, ())
    assert len(documents(many)) == 30
    assert any("laws第3条" in text for text in found("laws第3条"))


def test_a_renamed_document_answers_under_its_old_name_until_the_new_one_can_be_read(
    many: WatchedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = many.settings.knowledge_dir
    for number in range(10):
        (knowledge / f"laws/{number}.md").rename(knowledge / f"laws/{number}.odd")
    report = many.sync()
    assert len(report.failed) == 10
    assert report.removed == 0
    assert len(documents(many)) == 30
    assert len(many.sync().missing) == 10


def test_a_subfolder_that_was_missing_and_comes_back_elsewhere_heals(many: WatchedLibrary) -> None:
    knowledge = many.settings.knowledge_dir
    shutil.move(knowledge / "laws", knowledge.parent / "laws")
    assert len(many.sync().missing) == 10
    shutil.move(knowledge.parent / "laws", knowledge / "old-laws")
    report = many.sync()
    assert (report.added, report.removed, report.missing) == (10, 10, ())
    assert many.sync().unchanged == 30


def test_a_subfolder_that_cannot_be_looked_at_takes_nothing_along_whatever_is_allowed(
    library: WatchedLibrary, put: Put
) -> None:
    put("laws/1.md", "# 办法\n\n增值税。")
    fill(put, "guides", 20)
    library.sync()
    laws = library.settings.knowledge_dir / "laws"
    shutil.rmtree(laws)
    laws.symlink_to(laws)  # as with a disk that was taken away, looking at it is an error
    put("new.md", "# 新\n\n关税。")
    report = library.sync(allow_empty=True)
    assert (report.added, report.missing) == (1, ("laws/1.md",))
    laws.unlink()
    put("laws/1.md", "# 办法\n\n增值税。")
    assert library.sync().missing == ()


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """A folder of somebody who is not the administrator, and to be that person."""
    place = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.chown(place, 65534, 65534)
            os.seteuid(65534)
        yield place
    finally:
        if is_root:
            os.seteuid(0)
        shutil.rmtree(place)


def test_a_folder_without_the_right_to_read_it_hides_its_documents(tmp_path: Path) -> None:
    with ordinary_user() as place:
        for source in ("open/a.md", "closed/b.md"):
            (place / source).parent.mkdir()
            (place / source).write_text("text")
        (place / "closed").chmod(0)
        survey = folder.survey(place)
        (place / "closed").chmod(stat.S_IRUSR)  # its names can be listed, its files not looked at
        listed = folder.survey(place)
        (place / "closed").chmod(0o700)
    assert list(survey.documents) == ["open/a.md"]
    assert survey.unreadable == ("closed",)
    assert listed.unreadable == ("closed/b.md",)
    assert survey.hides("closed/b.md")
    assert not survey.hides("closed-now/b.md")


def command(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = {"ASSISTANT_KNOWLEDGE_DIR": str(settings.knowledge_dir), "ASSISTANT_DATA_DIR": str(settings.data_dir)}
    return called("ingest", *arguments, **place)


def test_the_command_line_names_what_is_missing_and_what_to_do(settings: Settings, put: Put) -> None:
    fill(put, "laws", 4)
    fill(put, "guides", 6)
    command(settings, "sync")
    shutil.rmtree(settings.knowledge_dir / "laws")
    synced = command(settings, "sync", "--json")
    assert synced.returncode == 1
    assert json.loads(synced.stdout)["missing"] == laws(*range(4))
    assert "4, in laws (4)" in synced.stderr
    assert "--allow-removals" in synced.stderr
    status = json.loads(command(settings, "status", "--json").stdout)
    assert status["missing"] == laws(*range(4))
    assert "missing" in next(each for each in status["documents"] if each["source"] == "laws/0.md")["warnings"][0]
    assert "laws (4)" in command(settings, "status").stdout
    rebuilt = command(settings, "sync", "--rebuild")
    assert rebuilt.returncode == 1
    assert "laws (4)" in rebuilt.stderr
    assert len(json.loads(command(settings, "status", "--json").stdout)["documents"]) == 10
    accepted = command(settings, "sync", "--allow-removals", "--json")
    assert (accepted.returncode, json.loads(accepted.stdout)["removed"]) == (0, 4)
    assert json.loads(command(settings, "status", "--json").stdout)["missing"] == []


def test_an_index_is_not_made_anew_without_the_documents_that_it_alone_still_has(
    settings: Settings, put: Put, embedder: Embedder
) -> None:
    with open_watched_library(settings, embedder=embedder) as library:
        fill(put, "laws", 10)
        library.sync()
    shutil.rmtree(settings.knowledge_dir / "laws")
    (settings.knowledge_dir / "laws").mkdir()
    with pytest.raises(ManyMissingError, match="--allow-empty"), open_watched_library(settings, True, embedder):
        pass
    with open_watched_library(settings, True, embedder, Allowed(empty=True)) as library:
        assert documents(library) == set()
    fill(put, "other", 1)
    with open_watched_library(settings, True, embedder) as library:
        assert library.sync().added == 1


def test_folders_are_named_with_their_numbers_the_fullest_first() -> None:
    assert name_places(["a/1", "b/1", "b/2", "3"]) == "b (2), / (1), a (1)"
    assert name_places(["a/1", "b/1", "c/2", "d/3"]).endswith("…")


@pytest.mark.parametrize("seconds", [60.0, 86_400.0])
def test_a_clock_that_was_put_back_forgets_no_loss(seconds: float) -> None:
    ahead = {f"{number}.md": Absence(f"{number}.md", time.time() + seconds, "vanished") for number in range(20)}
    now = Missing({"20.md": Path(), "21.md": Path()}, Survey({"21.md": Path()}), (), ahead, time.time())
    assert now.decide().withheld == ("20.md",)


def test_after_a_clock_was_put_back_a_loss_settles_like_any_other(many: WatchedLibrary) -> None:
    delete(many, *laws(0))
    many.index.note_absences(laws(0), (), (), time.time() + 86_400)
    settling = Allowed(settle_seconds=0.3)
    assert many.sync_here(settling, True).removed == 0, "it looked a day old"
    assert [each.since <= time.time() for each in many.index.absences()] == [True]
    time.sleep(0.4)
    assert many.sync_here(settling, True).removed == 1
