"""A backup waits in the data folder until the app starts, which restores it once."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ingest.backup.archive import BackupError, write_backup
from ingest.backup.staged import locate_staged_file, restore_staged, stage_backup
from ingest.watcher import open_watched_library
from settings import Settings
from store.embeddings import BUNDLED_MODEL
from store.recipe import recipe

RECIPE = recipe(BUNDLED_MODEL)


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    settings = Settings(_env_file=None, knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data")
    settings.knowledge_dir.mkdir()
    (settings.knowledge_dir / "vat.md").write_text("# 增值税\n\n税率为13%。", encoding="utf-8")
    return settings


@pytest.fixture
def backup(place: Settings, tmp_path: Path) -> bytes:
    """A backup of the folder, whose document is another one by now."""
    with open_watched_library(place) as library:
        library.sync()
        write_backup(place, library.index, tmp_path / "backup.zip")
    (place.knowledge_dir / "vat.md").write_text("# 增值税\n\n税率为17%。", encoding="utf-8")
    return (tmp_path / "backup.zip").read_bytes()


def says(place: Settings) -> str:
    return (place.knowledge_dir / "vat.md").read_text("utf-8")


def test_the_next_start_restores_it_once_and_notes_who_asked_for_it(place: Settings, backup: bytes) -> None:
    made = stage_backup(place, io.BytesIO(backup), "b.zip", "王芳", RECIPE).made
    assert "17%" in says(place) and locate_staged_file(place).stat().st_mode & 0o77 == 0
    noted = restore_staged(place)
    assert noted and (noted.who, noted.action) == ("王芳", "backup.restored") and f"{made:%Y-%m-%d}" in noted.subject
    assert "13%" in says(place) and not list(place.data_dir.parent.glob("*/restore.zip"))
    assert "17%" in next(place.data_dir.parent.glob("knowledge.before-*/vat.md")).read_text("utf-8")
    assert restore_staged(place) is None


def test_what_is_no_backup_or_damaged_is_refused_and_leaves_no_file(place: Settings, backup: bytes) -> None:
    place.data_dir.mkdir(exist_ok=True)
    with zipfile.ZipFile(other := io.BytesIO(), "w") as archive:
        archive.writestr("notes.txt", "no manifest")
    broken = bytearray(backup)
    broken[len(broken) // 2] ^= 0xFF
    for wrong in (b"no archive", other.getvalue(), bytes(broken)):
        with pytest.raises(BackupError, match=r"b\.zip|not a backup of the assistant"):
            stage_backup(place, io.BytesIO(wrong), "b.zip", "王芳", RECIPE)
    assert not list(place.data_dir.glob("restore*"))


def test_one_that_cannot_be_restored_any_more_leaves_everything_as_it_was(place: Settings, backup: bytes) -> None:
    stage_backup(place, io.BytesIO(backup), "b.zip", "王芳", RECIPE)
    locate_staged_file(place).write_bytes(backup[:1000])
    assert restore_staged(place) is None and "17%" in says(place)
    assert not locate_staged_file(place).exists() and not list(place.data_dir.parent.glob("*.before-*"))


def test_where_a_server_holds_the_data_the_command_restores(place: Settings, backup: bytes) -> None:
    shared = place.model_copy(update={"database_url": type(place.database_url)("postgresql+pg8000://a@localhost/b")})
    with pytest.raises(BackupError, match="command"):
        stage_backup(shared, io.BytesIO(backup), "b.zip", "王芳", RECIPE)


def test_one_with_which_the_app_would_not_start_is_refused(place: Settings, backup: bytes) -> None:
    with pytest.raises(BackupError, match="--rebuild"):
        stage_backup(place, io.BytesIO(backup), "b.zip", "王芳", "another recipe")
    assert not locate_staged_file(place).exists()
