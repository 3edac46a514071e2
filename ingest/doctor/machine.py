"""Checks of the machine: versions, rights, disk and clock."""

from __future__ import annotations

import os
import shutil
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from ingest.checks.problem import Problem, error, note
from settings import Settings
from store import folder
from store.free_space import RESERVE, has_room, megabytes

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "qiantang-assistant"
OLDEST, NEWEST = (3, 11), (3, 13)
"""Versions of Python that are supported."""
LOW = 4 * RESERVE
"""Free bytes below which a disk counts as nearly full, as in `/ready`."""
FEWEST_FILES = 200
"""Minimum number of free inodes; a disk that does not count them reports 0 of 0."""
STEP = 60.0
"""Seconds by which the clock may be behind a file; file servers have other clocks."""


def version_problems(_: Settings) -> Iterator[Problem]:
    """Problems of Python and of the installed packages."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        yield error("versions", "doctor.python", version=".".join(map(str, sys.version_info[:2])))
    for wanted in requirements():
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            yield error("versions", "doctor.package_missing", name=wanted.name)
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            yield error("versions", "doctor.package_old", name=wanted.name, version=version, wanted=wanted.specifier)


def requirements() -> list[Requirement]:
    """Required packages: from `pyproject.toml`, or else from the installed metadata."""
    written: list[str] = []
    try:
        written = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    except OSError:
        with suppress(metadata.PackageNotFoundError):
            written = metadata.requires(PROJECT) or []
    parsed = map(Requirement, written)
    return [each for each in parsed if each.marker is None or each.marker.evaluate({"extra": ""})]


def rights_problems(settings: Settings) -> Iterator[Problem]:
    """Folders and files that this user cannot read or write."""
    yield from folder_problems(settings.knowledge_dir)
    unwritable = first_unwritable(settings.data_dir)
    if unwritable is not None:
        yield error("rights", "doctor.data_unwritable", file=unwritable)


def folder_problems(knowledge: Path) -> Iterator[Problem]:
    """Yields an error if the knowledge folder is missing or cannot be read in part."""
    if not knowledge.is_dir():
        yield error("rights", "doctor.folder_missing", folder=knowledge)
        return
    try:
        unreadable = sorted(folder.survey(knowledge).unreadable)
    except (folder.FolderUnreadableError, PermissionError):
        yield error("rights", "doctor.folder_unreadable", folder=knowledge)
        return
    files = folder.walk(knowledge) if not unreadable else ()
    unreadable += [path.relative_to(knowledge).as_posix() for path in files if not has_right(path, os.R_OK)]
    if unreadable:
        yield error("rights", "doctor.file_unreadable", count=len(unreadable), file=unreadable[0])


def first_unwritable(data: Path) -> Path | None:
    """Returns the first path in the data folder that cannot be written.

    If the folder is missing and cannot be created, the folder itself.
    None if all can be written.
    """
    if not data.exists():
        above = next(parent for parent in data.resolve().parents if parent.exists())
        return None if has_right(above, os.W_OK | os.X_OK) else data
    places = (data, data / "index", *data.glob("*.sqlite*"), *data.glob("index/*"))
    needed = ((each, os.W_OK | os.R_OK | (os.X_OK if each.is_dir() else 0)) for each in places if each.exists())
    return next((each for each, right in needed if not has_right(each, right)), None)


def has_right(path: Path, right: int) -> bool:
    """True if the user as whom this runs has a right of `os.access`."""
    return os.access(path, right, effective_ids=os.access in os.supports_effective_ids)


def disk_problems(settings: Settings) -> Iterator[Problem]:
    """A data folder on a disk that is full, or nearly."""
    place = next(each for each in (settings.data_dir, *settings.data_dir.resolve().parents) if each.exists())
    free = shutil.disk_usage(place).free
    if not has_room(place):
        yield error("disk", "doctor.disk_full", free=megabytes(free), folder=place)
    elif os.statvfs(place).f_files > 0 and os.statvfs(place).f_favail < FEWEST_FILES:
        yield error("disk", "doctor.no_more_files", folder=place)
    elif free < LOW:
        yield note("disk", "doctor.disk_low", free=megabytes(free), folder=place, least=megabytes(RESERVE))


def clock_problems(settings: Settings) -> Iterator[Problem]:
    """A clock that is behind what was written here before."""
    candidates = (Path(__file__), *settings.data_dir.glob("*.sqlite"), settings.data_dir / "index" / "catalog.sqlite")
    written = {each: each.stat().st_mtime for each in candidates if each.exists()}
    latest = max(written, key=lambda each: written[each])
    if written[latest] > time.time() + STEP:
        yield error(
            "clock", "doctor.clock_behind", now=clock(time.time()), file=latest.name, time=clock(written[latest])
        )


def clock(moment: float) -> str:
    """Returns a Unix time as local time, such as `2026-01-31 09:30:00+08:00`."""
    return datetime.fromtimestamp(moment).astimezone().isoformat(" ", "seconds")
