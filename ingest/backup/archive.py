"""Backup archive: a ZIP file with manifest, knowledge folder and data folder.

It is written while people ask and files change: each database is copied as of one moment, and a sync after the
restoration does the rest.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from records import RecordsUnavailableError
from records.transfer import copy_records
from settings import Settings
from store.index import Index
from store.library import UNFINISHED
from store.transfer.copying import copy_database, copy_index
from text.messages import MessageError, message

VERSION = 1
MANIFEST, KNOWLEDGE, DATA = "manifest.json", "knowledge", "data"
FOLDERS = ("removed", "incoming", "evals", "index/read")
"""Copied folders of the data folder: trash, uploads, staff questions, OCR cache."""
RECORDS = "records.sqlite"
DAMAGED = "damaged"
"""In the names of files that were set aside."""


class BackupError(MessageError):
    """A backup cannot be written or used; the message says what to do."""


class Manifest(BaseModel):
    """Manifest of a backup. `made` is in UTC; `vectors` is their number."""

    model_config = ConfigDict(frozen=True)

    version: int
    made: datetime
    recipe: str
    files: int
    vectors: int
    has_records: bool


@dataclass(frozen=True)
class Entry:
    """A local file and its name in the archive.

    `may_vanish`: the file may be removed by others while the backup is written.
    """

    path: Path
    name: str
    may_vanish: bool = True


def write_backup(settings: Settings, index: Index, file: Path) -> Manifest:
    """Writes a backup; a failure leaves no file.

    Raises BackupError if the file exists, or if records or a database cannot be copied.
    Raises VectorsUnavailableError if the vectors cannot be read, and OSError if a file cannot be read or written.
    """
    if file.exists():
        raise BackupError(message("backup.exists", file=file))
    part = file.with_name(f"{file.name}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=settings.data_dir) as place:
            copied = Path(place)
            vectors = copy_index(index, copied)
            entries = [*knowledge_files(settings), *index_copy(copied), *data_files(settings, copied)]
            has_records = any(each.name == f"{DATA}/{RECORDS}" for each in entries)
            manifest = Manifest(
                version=VERSION, made=datetime.now(UTC), recipe=index.recipe, files=len(entries), vectors=vectors,
                has_records=has_records,
            )  # fmt: skip
            pack(part, manifest, entries)
        part.rename(file)
    except RecordsUnavailableError as error:
        raise BackupError(error.message) from None
    except sqlite3.Error as error:
        raise BackupError(message("backup.database_not_copied", error=error)) from None
    finally:
        part.unlink(missing_ok=True)
    return manifest


def pack(part: Path, manifest: Manifest, entries: list[Entry]) -> None:
    """Writes manifest and entries into a ZIP file that only its owner can read.

    Entries that may vanish are left out if they are gone.
    Raises OSError if a file cannot be read or written.
    """
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds what people asked
    with os.fdopen(handle, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(MANIFEST, manifest.model_dump_json())
        for each in entries:
            with suppress(*((FileNotFoundError,) if each.may_vanish else ())):
                archive.write(each.path, each.name)


def knowledge_files(settings: Settings) -> Iterator[Entry]:
    """All files of the knowledge folder, hidden ones and templates included."""
    yield from below(settings.knowledge_dir, KNOWLEDGE)


def index_copy(copied: Path) -> Iterator[Entry]:
    """Yields the copied files of the index, by name; all of them must be there."""
    for path in sorted(copied.iterdir()):
        yield Entry(path, f"{DATA}/index/{path.name}", may_vanish=False)


def data_files(settings: Settings, copied: Path) -> Iterator[Entry]:
    """Databases of the data folder, as of one moment each, and its folders."""
    for database in sorted(settings.data_dir.glob("*.sqlite")):
        if DAMAGED not in database.name and not (is_on_server(settings) and database.name == RECORDS):
            copy_database(database, copied / database.name)
            yield Entry(copied / database.name, f"{DATA}/{database.name}", may_vanish=False)
    if is_on_server(settings):
        copy_records(settings.records_address, "", copied)
        yield Entry(copied / RECORDS, f"{DATA}/{RECORDS}", may_vanish=False)
    for name in FOLDERS:
        yield from below(settings.data_dir / name, f"{DATA}/{name}")
    for path in settings.data_dir.glob("*.json"):
        yield Entry(path, f"{DATA}/{path.name}")


def is_on_server(settings: Settings) -> bool:
    """True if the records are in the database of ASSISTANT_DATABASE_URL.

    Records in another database are not backed up.
    """
    return bool(settings.database_url.get_secret_value()) and not settings.records_url.get_secret_value()


def below(folder: Path, name: str) -> Iterator[Entry]:
    """Yields the files below a folder, in order of path, without symbolic links.

    `name` is that of the folder in the archive.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield Entry(path, f"{name}/{path.relative_to(folder).as_posix()}")


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Reads the manifest of a backup, and checks the names in the archive.

    Raises BackupError if it has no valid manifest, is of a newer version, or names a file outside of its two folders.
    """
    try:
        manifest = Manifest.model_validate(json.loads(archive.read(MANIFEST)))
    except (KeyError, ValueError, ValidationError):
        raise BackupError(message("backup.not_ours")) from None
    if manifest.version > VERSION:
        raise BackupError(message("backup.newer"))
    if wrong := next((each for each in archive.namelist() if each != MANIFEST and not is_safe(each)), ""):
        raise BackupError(message("backup.outside", name=wrong))
    return manifest


def is_safe(name: str) -> bool:
    """Checks that a name lies in one of the two folders."""
    parts = PurePosixPath(name).parts
    return len(parts) > 1 and parts[0] in {KNOWLEDGE, DATA} and ".." not in parts and "\\" not in name
