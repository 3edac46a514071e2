"""Restores a backup: unpacks it beside the folders, then exchanges them."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.backup.archive import DATA, KNOWLEDGE, BackupError, Manifest, is_on_server, read_manifest
from records.transfer import copy_records
from settings import Settings
from store.free_space import require_free_space
from store.index import IndexLockedError
from store.index.database.address import postgres_server
from store.transfer.catalogs import import_catalog, others_at
from store.transfer.copying import CATALOG, VECTORS, restore_vectors
from store.vector_worker import chroma_server
from text.messages import message

STEP = 1 << 20


@dataclass(frozen=True)
class Restored:
    """Manifest of the restored backup, and the paths of the former folders."""

    manifest: Manifest
    kept: tuple[Path, ...]


def restore_backup(settings: Settings, file: Path) -> Restored:
    """Replaces knowledge and data folder by those of a backup; keeps the former ones.

    Until the last step, a failure or a kill leaves everything as it was; on a server, catalog and records are replaced
    before it, each in one transaction.
    Raises BackupError if the backup cannot be used, and IndexLockedError if the index is in use.
    Raises DiskFullError, VectorsUnavailableError or OSError if something cannot be written.
    """
    with hold_index(settings), open_archive(file) as archive:
        manifest, targets = check_archive(settings, archive), find_folders(settings)
        suffix = datetime.now().strftime("%Y%m%d-%H%M%S")
        staged = {name: target.with_name(f"{target.name}.restoring") for name, target in targets.items()}
        for place in staged.values():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
        unpack(archive, staged)
        copy = staged[DATA] / "index" / VECTORS
        restore_vectors(copy, copy.with_name("vectors"), chroma_server(settings))
        copy.unlink()
        kept_records = restore_servers(settings, staged[DATA], suffix)
        kept = [swap_folders(staged[name], target, suffix) for name, target in targets.items()]
    return Restored(manifest, tuple(path for path in [*kept, kept_records] if path))


def check_archive(settings: Settings, archive: zipfile.ZipFile) -> Manifest:
    """Returns the manifest of a backup that can be restored here.

    Raises BackupError if the backup is not valid, or if one of the folders to replace is a mount point.
    Raises DiskFullError if there is no room for twice its unpacked size, and OSError if a disk cannot be examined.
    """
    manifest, targets = read_manifest(archive), find_folders(settings)
    if mounted := next((each for each in targets.values() if each.is_mount()), None):
        raise BackupError(message("backup.mounted", place=mounted))
    size = sum(each.file_size for each in archive.infolist())
    require_free_space(targets[DATA].parent, 2 * size)
    return manifest


def find_folders(settings: Settings) -> dict[str, Path]:
    """Returns the folders that a restore replaces, by their names in the archive."""
    return {KNOWLEDGE: settings.knowledge_dir.resolve(), DATA: settings.data_dir.resolve()}


def restore_servers(settings: Settings, staged: Path, suffix: str) -> Path | None:
    """Copies catalog and records to the PostgreSQL server, each in one transaction.

    Returns the folder with the records that were there before.
    None if no records were replaced.
    Raises the errors of `restore_backup`.
    """
    server = postgres_server(settings)
    if server is None:
        return None
    catalog, records = staged / "index" / CATALOG, staged / "records.sqlite"
    import_catalog(catalog, server)
    catalog.unlink()
    if not is_on_server(settings) or not records.exists():
        return None
    before = settings.data_dir.resolve().with_name(f"records.before-{suffix}")
    before.mkdir()
    copy_records(settings.records_address, "", before)
    copy_records("", settings.records_address, staged, replaces=True)
    records.unlink()
    return before


@contextmanager
def hold_index(settings: Settings) -> Iterator[None]:
    """Holds the index during a block, so that no app runs meanwhile.

    Raises IndexLockedError if another process uses the data folder or the database.
    """
    place = settings.data_dir / "index"
    place.mkdir(parents=True, exist_ok=True)
    if (server := postgres_server(settings)) and others_at(server):
        raise IndexLockedError(message("index.database_in_use"))
    lock = FileLock(place / "owner.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexLockedError(message("index.folder_in_use")) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def open_archive(file: Path, name: str = "") -> Iterator[zipfile.ZipFile]:
    """Opens a backup during a block; `name` is what people call the file.

    Raises BackupError if it is no ZIP file, or if the block finds it damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error):
        raise BackupError(message("backup.damaged", file=name or file)) from None


def unpack(archive: zipfile.ZipFile, staged: dict[str, Path]) -> None:
    """Unpacks a backup into the folders `staged`, given by their names in the archive.

    Other entries are skipped. Only the owner can read the files of the data folder.
    """
    for entry in archive.infolist():
        name, _, rest = entry.filename.partition("/")
        if name not in staged or entry.is_dir():
            continue
        path = staged[name] / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, STEP)
        path.chmod(0o600 if name == DATA else 0o644)


def swap_folders(staged: Path, target: Path, suffix: str) -> Path | None:
    """Replaces `target` by a staged folder; returns the new path of the former one.

    None if there was no folder at `target`.
    """
    kept = None
    if target.exists():
        kept = target.with_name(f"{target.name}.before-{suffix}")
        target.rename(kept)
    staged.rename(target)
    return kept
