"""What a sync has to do: how the folder differs from the index, and what would fail again as it failed before."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest import folder
from ingest.index import Failure, Index, Revision
from ingest.loading.legacy import PROGRAMS
from ingest.metadata import RULES
from settings import Settings


class EmptyFolder(Exception):
    """The folder holds no document although the index does: it may have been unmounted or emptied by mistake."""


@dataclass(frozen=True)
class Failed:
    """A file that is not answerable (or only in its former version), and why."""

    source: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What differs between folder and index."""

    new: dict[str, Path] = field(default_factory=dict)
    changed: dict[str, Path] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    unchanged: int = 0
    failed: tuple[Failed, ...] = ()
    waiting: tuple[str, ...] = ()


def make_plan(settings: Settings, index: Index, allow_empty: bool) -> Plan:
    """Compares folder and index."""
    listed = folder.documents(settings.knowledge_dir)
    files = {source: path for source, path in listed.items() if folder.is_speakable(source)}
    known = index.stamps()
    if not files and known and not allow_empty:
        raise EmptyFolder(
            f"{settings.knowledge_dir} holds no documents, the index holds {len(known)}: nothing was removed."
            " Run `python -m ingest sync --allow-empty` if the folder is meant to be empty."
        )
    misnamed = refuse_misnamed(index, listed)
    failures = {failure.source: failure for failure in index.failures()}
    for source in failures.keys() - files.keys() - misnamed:
        index.forget_failure(source)
    waiting = folder.unrested(files)
    rested = {source: path for source, path in files.items() if source not in waiting}
    still = {
        source
        for source in rested
        if source in failures and is_same_failure(settings, rested[source], failures[source])
    }
    same = {
        source
        for source, path in rested.items()
        if source in known and is_same(settings, index, source, path, known[source])
    }
    for source in same & failures.keys():
        index.forget_failure(source)
    open_files = {source: path for source, path in rested.items() if source not in same and source not in still}
    return Plan(
        {source: path for source, path in open_files.items() if source not in known},
        {source: path for source, path in open_files.items() if source in known},
        tuple(source for source in known if source not in files),
        len(same),
        tuple(failed(failures[source]) for source in sorted(still | misnamed)),
        tuple(sorted(waiting)),
    )


def failed(failure: Failure) -> Failed:
    return Failed(failure.source, f"{failure.reason} {failure.remedy}".strip())


def refuse_misnamed(index: Index, sources: Iterable[str]) -> set[str]:
    """Notes the files whose names cannot be stored; gives the names under which they are noted."""
    names = {folder.speakable(source) for source in sources if not folder.is_speakable(source)}
    for name in names:
        index.note_failure(Failure(name, "", "Its name is not valid UTF-8.", "Rename the file (or its folder)."))
    return names


def is_same(settings: Settings, index: Index, source: str, path: Path, known: str) -> bool:
    """Whether reading a file again would give the same: by its look, else by its content.

    A file of which parts were left out is another one as soon as the means of reading are others; so is one whose
    metadata was read by other rules, and one whose old stamp does not tell the file from what lies beside it.
    """
    seen, content, *read_by = known.split("|")
    if RULES not in read_by or not {RULES, means(settings)}.issuperset(read_by):
        return False
    if seen and seen == folder.look(path) and folder.stamped_content(known):
        return True
    stamp = folder.stamp(path)
    same = stamp.endswith(f"|{content}")
    if same:
        index.restamp(source, "|".join([stamp, *read_by]))
    return same


def is_same_failure(settings: Settings, path: Path, failure: Failure) -> bool:
    """Whether reading a file again would fail again: same content, same means of reading."""
    before, _, content = failure.stamp.rpartition("|")
    return before.startswith(means(settings)) and folder.digest(path) == content


def means(settings: Settings) -> str:
    """What besides its content decides whether a file can be read."""
    office = any(map(shutil.which, PROGRAMS))
    limits = f"{settings.read_seconds} s {settings.read_megabytes} MB {settings.file_megabytes} MB"
    return f"ocr={settings.ocr} office={office} {limits} "


def marked(revision: Revision, settings: Settings) -> Revision:
    """A revision with the rules of its metadata in its stamp, and where pages were left out the means of reading."""
    notes, stamp = revision.document.quality.notes, f"{revision.stamp}|{RULES}"
    if any("OCR is off" in note or "too long" in note for note in notes):
        stamp += f"|{means(settings)}"
    return replace(revision, stamp=stamp)
