"""A backup is made while people ask, and what it restores answers as before."""

from __future__ import annotations

import json
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.backup.archive import MANIFEST, BackupError, Entry, Manifest, pack, write_backup
from ingest.backup.restoring import restore_backup
from ingest.watcher import WatchedLibrary, open_watched_library
from records import AuditEntry, open_records
from settings import Settings
from store.index import IndexLockedError
from store.library import LONG_BACKUP_SECONDS, UNFINISHED, remove_unfinished
from store.vector_worker import VectorsUnavailableError
from tests.support.commands import called
from tests.support.library import whole_answers

FILES = {
    "outbound/filing.md": "# 备案\n\n发改委备案需要7个工作日。\n\n商务备案需要3个工作日。",
    "laws/vat.md": "# 增值税\n\n增值税税率为13%。",
    "contacts.yaml": "",
}
PERMITS = (
    "食品经营 城镇排水 户外广告 占道施工 特种设备 消防验收 水土保持 取水 "
    "节能审查 林木采伐 危化品经营 道路运输 印刷经营 药品零售 医疗器械经营 劳务派遣 人力资源服务 建筑施工 "
    "爆破作业 娱乐场所经营 旅馆业 出版物零售 水产养殖 采矿"
).split()
FILES["permits.md"] = "# 许可\n\n" + "\n\n".join(
    f"{name}许可需要{number + 2}个工作日。{name}许可的费用为{10 * number + 30}元。"
    for number, name in enumerate(PERMITS)
)
QUESTIONS = ("发改委备案需要几个工作日？", "增值税税率是多少？", "火星上能停车吗？")
MANY_QUESTIONS = QUESTIONS + tuple(
    f"{name}许可{asked}？" for name in PERMITS for asked in ("需要几个工作日", "的费用是多少")
)
assert len(MANY_QUESTIONS) > 50


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    settings = Settings(_env_file=None, knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data")
    for name, text in FILES.items():
        path = settings.knowledge_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (settings.data_dir / "removed").mkdir(parents=True)
    (settings.data_dir / "removed" / "old.md").write_text("alt", encoding="utf-8")
    return settings


@pytest.fixture
def library(place: Settings) -> Iterator[WatchedLibrary]:
    with open_watched_library(place) as library:
        library.sync()
        yield library


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_restored_answers_as_before_word_for_word_and_nothing_is_read_or_embedded_again(
    place: Settings, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.zip"
    with open_watched_library(place) as library, open_records("", 30, place.data_dir) as records:
        library.sync()
        records.audit.note(AuditEntry("Li", "notice.set"))
        before, known = whole_answers(library, MANY_QUESTIONS), contents(place.knowledge_dir)
        assert sum(each["outcome"] == "answered" for each in before) >= 20
        manifest = write_backup(place, library.index, backup)
        assert manifest.has_records and manifest.vectors == library.index.vectors.count()
    (place.knowledge_dir / "laws" / "vat.md").write_text("# 增值税\n\n增值税税率为17%。", encoding="utf-8")
    restored = restore_backup(place, backup)
    assert contents(place.knowledge_dir) == known and "17%" in (restored.kept[0] / "laws" / "vat.md").read_text("utf-8")
    assert (place.data_dir / "removed" / "old.md").read_text("utf-8") == "alt"
    with open_watched_library(place) as library, open_records("", 30, place.data_dir) as records:
        assert library.sync().unchanged == 3 and not library.index.without_vectors()
        assert whole_answers(library, MANY_QUESTIONS) == before
        assert [entry.who for entry in records.audit.entries(limit=5)] == ["Li"]


def test_a_backup_while_files_change_and_people_ask_is_of_one_moment(library: WatchedLibrary, tmp_path: Path) -> None:
    stop, troubles = threading.Event(), list[BaseException]()

    def beside(work: Callable[[int], object]) -> threading.Thread:
        def run() -> None:
            count = 0
            while not stop.is_set():
                try:
                    work(count := count + 1)
                except BaseException as error:
                    troubles.append(error)
                    return

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def change(count: int) -> None:
        path = library.settings.knowledge_dir / "laws" / "vat.md"
        path.write_text(f"# 增值税\n\n增值税税率为{count}%。", encoding="utf-8")
        library.sync()

    threads = [beside(change), beside(lambda _: whole_answers(library, QUESTIONS))]
    files = [tmp_path / f"{number}.zip" for number in range(3)]
    for file in files:
        write_backup(library.settings, library.index, file)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert not troubles
    for number, file in enumerate(files):
        other = Settings(_env_file=None, knowledge_dir=tmp_path / f"k{number}", data_dir=tmp_path / f"d{number}")
        restore_backup(other, file)
        with open_watched_library(other) as copied:
            copied.index.tidy()
            assert not copied.index.without_vectors()
            assert copied.index.vectors.count() == copied.index.chunk_count()


def test_what_a_killed_backup_left_is_gone_after_the_next_start(place: Settings) -> None:
    (left := place.data_dir / f"{UNFINISHED}x").mkdir()
    (left / "catalog.sqlite").write_bytes(b"half")
    with open_watched_library(place):
        assert not left.exists()


def test_a_backup_that_another_process_makes_in_a_shared_folder_is_left_alone(tmp_path: Path) -> None:
    young, old = (tmp_path / f"{UNFINISHED}{name}" for name in ("young", "old"))
    for each in (young, old):
        each.mkdir()
    os.utime(old, (time.time() - 2 * LONG_BACKUP_SECONDS,) * 2)
    remove_unfinished(tmp_path, is_shared=True)
    assert young.exists() and not old.exists()


def test_a_copy_that_vanished_is_no_backup_and_a_file_that_people_removed_is_left_out(tmp_path: Path) -> None:
    made = Manifest(version=1, made=datetime.now(UTC), recipe="", files=1, vectors=0, has_records=False)
    gone = tmp_path / "gone"
    pack(tmp_path / "whole.zip", made, [Entry(gone, "knowledge/gone.md")])
    with pytest.raises(FileNotFoundError):
        pack(tmp_path / "half.zip", made, [Entry(gone, "data/index/catalog.sqlite", may_vanish=False)])


def test_the_command_backs_up_through_the_running_app_and_restores_only_once_it_is_stopped(
    place: Settings, tmp_path: Path
) -> None:
    own = {"ASSISTANT_KNOWLEDGE_DIR": str(place.knowledge_dir), "ASSISTANT_DATA_DIR": str(place.data_dir)}
    backup = tmp_path / "backup.zip"
    with open_watched_library(place) as library:
        library.sync()
        made = called("ingest", "backup", str(backup), "--json", **own)
        assert made.returncode == 0 and json.loads(made.stdout)["vectors"] == library.index.vectors.count()
        again = called("ingest", "backup", str(backup), **own)
        assert again.returncode == 1 and "exists already" in again.stderr
        refused = called("ingest", "restore", str(backup), **own)
        assert refused.returncode == 1 and "Stop it first" in refused.stderr
    assert backup.stat().st_mode & 0o077 == 0
    restored = called("ingest", "restore", str(backup), **own)
    assert restored.returncode == 0 and "before-" in restored.stdout


def test_what_is_no_backup_or_would_write_elsewhere_changes_nothing(place: Settings, tmp_path: Path) -> None:
    known = contents(place.knowledge_dir)
    nothing, strange, damaged = (tmp_path / name for name in ("nothing.zip", "strange.zip", "damaged.zip"))
    nothing.write_bytes(b"no archive")
    made = datetime(2026, 11, 27, tzinfo=UTC)
    manifest = Manifest(version=1, made=made, recipe="", files=1, vectors=0, has_records=False)
    with closing(zipfile.ZipFile(strange, "w")) as archive:
        archive.writestr(MANIFEST, manifest.model_dump_json())
        archive.writestr("knowledge/../../outside.md", "x")
    with open_watched_library(place) as library:
        write_backup(place, library.index, damaged)
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    damaged.write_bytes(data)
    for file in (nothing, strange, damaged):
        with pytest.raises((BackupError, OSError)):
            restore_backup(place, file)
    assert contents(place.knowledge_dir) == known and not (tmp_path.parent / "outside.md").exists()


def test_a_backup_that_fails_leaves_no_file(library: WatchedLibrary, tmp_path: Path) -> None:
    library.index.vectors.close()
    with pytest.raises(VectorsUnavailableError):
        write_backup(library.settings, library.index, tmp_path / "backup.zip")
    assert not list(tmp_path.glob("backup*"))


def test_a_folder_in_use_is_not_restored(library: WatchedLibrary, tmp_path: Path) -> None:
    backup = tmp_path / "backup.zip"
    write_backup(library.settings, library.index, backup)
    with pytest.raises(IndexLockedError):
        restore_backup(library.settings, backup)
