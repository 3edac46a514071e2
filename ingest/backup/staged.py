"""Staged backup: a file that the next start of the app restores.

A running app holds index and records, so it cannot exchange them under itself.
"""

from __future__ import annotations

import logging
import shutil
import zipfile
from pathlib import Path
from typing import BinaryIO

from ingest.backup.archive import BackupError, Manifest
from ingest.backup.restoring import check_archive, open_archive, restore_backup
from records import AuditEntry
from settings import Settings
from store.free_space import DiskFullError
from store.index.database.address import postgres_server
from store.vector_worker import VectorsUnavailableError
from text.messages import message

NAME, STEP = "restore.zip", 1 << 20

log = logging.getLogger(__name__)


def stage_backup(settings: Settings, file: BinaryIO, name: str, who: str, recipe: str) -> Manifest:
    """Checks a backup, and keeps it for the next start; a failure leaves no file.

    `name` is what people call the file, `who` asks for it, and `recipe` is that of the index: with another one the app
    would not start.
    Raises BackupError if it is damaged or of another recipe, or if the catalog is on a server.
    Raises DiskFullError if there is no room to restore it, and OSError if it cannot be written.
    """
    if postgres_server(settings):  # other processes may use it, and only one of them restarts
        raise BackupError(message("backup.by_command"))
    staged = locate_staged_file(settings)
    part = staged.with_suffix(".part")
    try:
        with part.open("wb") as copy:
            shutil.copyfileobj(file, copy, STEP)
        with open_archive(part, name) as archive:
            manifest = check_archive(settings, archive)
            if manifest.recipe != recipe:
                raise BackupError(message("backup.other_recipe"))
            if archive.testzip():
                raise BackupError(message("backup.damaged", file=name))
        with zipfile.ZipFile(part, "a") as archive:
            archive.comment = who.encode()
        part.chmod(0o600)
        part.rename(staged)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore_staged(settings: Settings) -> AuditEntry | None:
    """Restores the backup that waits; returns what to note in the restored audit log.

    None if nothing was restored. A backup that cannot be restored is logged and deleted, and everything stays as it
    was. After a kill the next start tries again.
    Raises IndexLockedError if another process uses the index.
    """
    staged = locate_staged_file(settings)
    if not staged.exists():
        return None
    try:
        with open_archive(staged) as archive:
            who = archive.comment.decode()
        restored = restore_backup(settings, staged)
    except (BackupError, DiskFullError, VectorsUnavailableError, OSError) as error:
        log.error("The backup was not restored. %s", error)
        staged.unlink(missing_ok=True)
        return None
    for folder in restored.kept:
        (folder / NAME).unlink(missing_ok=True)  # it moved with the data folder
    made, kept = restored.manifest.made.isoformat(timespec="minutes"), ", ".join(map(str, restored.kept))
    log.warning("Restored the backup of %s. The previous data is in %s.", made, kept)
    return AuditEntry(who, "backup.restored", made, {"kept": kept})


def locate_staged_file(settings: Settings) -> Path:
    """Returns the path at which a backup waits."""
    return settings.data_dir.resolve() / NAME
