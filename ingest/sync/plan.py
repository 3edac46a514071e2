"""Plan of a sync: differences between folder and index, without repeated failures."""

from __future__ import annotations

import shutil
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.loaders.libreoffice import PROGRAMS
from ingest.metadata import RULES
from ingest.sync.missing_files import Judgement, ManyMissingError, Missing, name_places
from settings import Settings
from store import folder
from store.folder import Survey
from store.index import Absence, Failure, Index, Revision
from text.messages import Message, MessageError, join_messages, message

LEFT_OUT = frozenset({"page.no_text_layer", "page.ocr_too_long", "pages.left_out"})
"""Notes on pages that other settings would read."""


class EmptyFolderError(MessageError):
    """The folder has no documents although the index has some.

    It may be unmounted, or was emptied by mistake.
    """


@dataclass(frozen=True)
class Failed:
    """A file that is not searchable (or only in its former version), and why."""

    source: str
    reason: Message


@dataclass(frozen=True)
class Allowed:
    """Removals that a sync may do without confirmation.

    `removals`: however many files are missing.
    `empty`: also if the folder is empty.
    `settle_seconds`: how long it keeps documents whose files have just vanished, in case more follow.
    """

    removals: bool = False
    empty: bool = False
    settle_seconds: float = 0.0


ASKS = Allowed()


@dataclass(frozen=True)
class Plan:
    """Differences between folder and index.

    `moved`: new sources of documents whose files were renamed.
    """

    new: dict[str, Path] = field(default_factory=dict)
    changed: dict[str, Path] = field(default_factory=dict)
    missing: Judgement = field(default_factory=Judgement)
    moved: dict[str, set[str]] = field(default_factory=dict)
    unchanged: int = 0
    failed: tuple[Failed, ...] = ()
    waiting: tuple[str, ...] = ()


def make_plan(settings: Settings, index: Index, allowed: Allowed = ASKS) -> Plan:
    """Compares folder and index; notes missing and misnamed files in the index.

    Raises FolderUnreadableError if the folder cannot be read.
    Raises EmptyFolderError if it has no documents although the index has some, unless that is `allowed`.
    """
    seen = folder.survey(settings.knowledge_dir)
    files = {source: path for source, path in seen.documents.items() if folder.is_speakable(source)}
    survey = replace(seen, documents=files)
    known = index.fingerprints()
    refuse_empty(settings, index, survey, allowed)
    misnamed = refuse_misnamed(index, seen.documents)
    failures = {failure.source: failure for failure in index.failures()}
    for source in failures.keys() - files.keys() - misnamed:
        index.forget_failure(source)
    waiting = folder.find_unsettled(files)
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
    moved = find_moved(known, known.keys() - files.keys(), same, open_files)
    return Plan(
        {source: path for source, path in open_files.items() if source not in known},
        {source: path for source, path in open_files.items() if source in known},
        judge_missing(index, survey, moved, allowed),
        moved,
        len(same),
        tuple(to_failed(failures[source]) for source in sorted(still | misnamed)),
        tuple(sorted(waiting)),
    )


def refuse_empty(settings: Settings, index: Index, survey: Survey, allowed: Allowed) -> None:
    """Raises EmptyFolderError if the folder has no documents.

    It does not if a person confirmed the removal of each of them.
    """
    if survey.documents or allowed.empty:
        return
    if undecided := judge_missing(index, survey, (), ASKS).withheld:
        raise EmptyFolderError(message("folder.empty", folder=settings.knowledge_dir, count=len(undecided)))


def judge_missing(index: Index, survey: Survey, moved: Collection[str], allowed: Allowed) -> Judgement:
    """Decides on documents with missing files, and stores new facts in the index.

    Documents in inaccessible folders stay, whatever is allowed.
    """
    now = time.time()
    found = Missing(index.fingerprints(), survey, moved, {each.source: each for each in index.absences()}, now)
    if allowed.removals or allowed.empty:
        accepted = {source for source in found.undecided if not survey.hides(source)}
        index.accept_absences(accepted, now)
        found = replace(found, absences={each.source: each for each in index.absences()})
    judged = found.decide(allowed.settle_seconds)
    vanished = found.undecided - found.absences.keys()
    withheld = {*judged.withheld} - found.in_state("withheld")
    is_ahead = any(each.since > now for each in found.absences.values())
    if vanished or withheld or judged.forgotten or is_ahead:
        index.note_absences(vanished, withheld, judged.forgotten, now)
    return judged


def refuse_loss(settings: Settings, known: Mapping[str, str], absences: Collection[Absence], allowed: Allowed) -> None:
    """Raises ManyMissingError if a rebuilt index would lack documents without files.

    These documents keep answering now.
    """
    survey = folder.survey(settings.knowledge_dir)
    if allowed.empty or (allowed.removals and survey.documents):
        return
    moved = find_moved(known, known.keys() - survey.documents.keys(), (), survey.documents)
    found = Missing(known, survey, moved, {each.source: each for each in absences}, time.time())
    if withheld := found.decide().withheld:
        flag = "--allow-removals" if survey.documents else "--allow-empty"
        values = {"count": len(withheld), "folders": name_places(withheld), "flag": flag}
        raise ManyMissingError(message("folder.rebuild_loses", **values))


def find_moved(
    known: Mapping[str, str], missing: Collection[str], same: Collection[str], open_files: Mapping[str, Path]
) -> dict[str, set[str]]:
    """Missing documents whose content is in the folder under other names.

    Maps each source to these names.
    """
    if not missing:
        return {}
    holders: dict[str, set[str]] = defaultdict(set)
    for source in same:
        holders[folder.content_of_fingerprint(known[source])].add(source)
    for source, path in open_files.items():
        with suppress(OSError):
            holders[folder.content(path)].add(source)
    contents = {source: folder.content_of_fingerprint(known[source]) for source in missing}
    return {source: holders[content] for source, content in contents.items() if content and content in holders}


def to_failed(failure: Failure) -> Failed:
    """Returns a stored failure with reason and remedy as one message."""
    return Failed(failure.source, join_messages(failure.reason, failure.remedy))


def refuse_misnamed(index: Index, sources: Iterable[str]) -> set[str]:
    """Records files with unstorable names as failures; returns their display names."""
    names = {folder.speakable(source) for source in sources if not folder.is_speakable(source)}
    for name in names:
        index.note_failure(Failure(name, "", message("file.name_not_utf8"), message("file.rename")))
    return names


def is_same(settings: Settings, index: Index, source: str, path: Path, known: str) -> bool:
    """True if reading a file again would give the same result.

    Compares size and time of the file, then its content.
    False if pages were left out and the reader settings have changed since, if the metadata was read by other
    rules, or if an old fingerprint does not separate the file from its sidecars.
    """
    seen, content, *read_by = known.split("|")
    if RULES not in read_by or not {RULES, reader_settings(settings)}.issuperset(read_by):
        return False
    if seen and seen == folder.stat_signature(path) and folder.content_of_fingerprint(known):
        return True
    fingerprint = folder.fingerprint(path)
    same = fingerprint.endswith(f"|{content}")
    if same:
        index.set_fingerprint(source, "|".join([fingerprint, *read_by]))
    return same


def is_same_failure(settings: Settings, path: Path, failure: Failure) -> bool:
    """True if reading would fail again: same content, same reader settings."""
    before, _, content = failure.fingerprint.rpartition("|")
    return before.startswith(reader_settings(settings)) and folder.content_hash(path) == content


def is_readable_again(settings: Settings, failure: Failure) -> bool:
    """True if an unchanged file that could not be opened can be opened now."""
    if failure.fingerprint.rpartition("|")[2] or failure.reason.code == "file.failed":
        return False
    try:
        with (settings.knowledge_dir / failure.source).open("rb"):
            return True
    except OSError:
        return False


def reader_settings(settings: Settings) -> str:
    """Reader settings; part of the fingerprint of a failed file."""
    office = any(map(shutil.which, PROGRAMS))
    limits = f"{settings.read_seconds} s {settings.read_megabytes} MB {settings.file_megabytes} MB"
    return f"ocr={settings.ocr} office={office} {limits} "


def with_rules_version(revision: Revision, settings: Settings) -> Revision:
    """Adds the version of the metadata rules to a revision's fingerprint.

    If pages were left out, adds the reader settings too, so that changed settings read the file again.
    """
    notes, fingerprint = revision.document.quality.notes, f"{revision.fingerprint}|{RULES}"
    if any(note.code in LEFT_OUT for note in notes):
        fingerprint += f"|{reader_settings(settings)}"
    return replace(revision, fingerprint=fingerprint)
