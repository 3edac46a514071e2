"""Command line of ingest: sync, status, check, doctor, move, backup, restore."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import settings as configuration
from ingest.backup.archive import BackupError
from ingest.backup_command import add_backup, restore
from ingest.bucket.mirror import open_mirror
from ingest.bucket.s3_client import BucketError
from ingest.checks.folder_problems import MISSING, FileOutsideError, sort_problems, source_below
from ingest.doctor.command import add_arguments, diagnose
from ingest.move import DATABASE_ERRORS, add_move
from ingest.progress_line import Display
from ingest.sync.missing_files import ManyMissingError, describe_missing
from ingest.sync.plan import Allowed, EmptyFolderError
from ingest.sync.progress import Report
from ingest.watcher import WatchedLibrary, open_watched_library
from store.documents import Validity
from store.embeddings import EmbeddingFailedError
from store.folder import FolderUnreadableError
from store.free_space import DiskFullError
from store.index import (
    CatalogDamagedError,
    CatalogUnavailableError,
    IndexLockedError,
    IndexReleasedError,
    RecipeChangedError,
    VectorsUnavailableError,
)
from store.library import DataFolderUnwritableError
from store.validity import validities
from text.messages import Message, join_messages, message

REFUSALS = (
    configuration.SettingsError,
    FolderUnreadableError,
    EmptyFolderError,
    ManyMissingError,
    IndexLockedError,
    RecipeChangedError,
    DataFolderUnwritableError,
    BackupError,
    BucketError,
)
TROUBLES = (CatalogDamagedError, CatalogUnavailableError, VectorsUnavailableError, DiskFullError)

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, prog: str = "python -m ingest") -> int:
    """Runs one command; returns 0, 1 for problems to fix, or 130 if interrupted."""
    parser = argparse.ArgumentParser(prog=prog, description="From the knowledge folder to the index.")
    add_commands(parser.add_subparsers(required=True))
    options = parser.parse_args(arguments)
    if options.command is diagnose:  # it must not open what it examines
        code: int = diagnose(options)
        return code
    try:
        settings = configuration.load()
        if options.knowledge:
            settings = settings.model_copy(update={"knowledge_dir": options.knowledge})
        if options.command is restore:  # it exchanges the folder that the others open
            return int(restore(settings, options))
        with open_watched_library(
            settings, getattr(options, "rebuild", False), allowed=read_allowed(options)
        ) as library:
            command: Callable[[WatchedLibrary, argparse.Namespace], int] = options.command
            try:
                return command(library, options)
            except KeyboardInterrupt:
                leave_at_once(library)
                raise
    except KeyboardInterrupt:
        print(message("sync.stopped"), file=sys.stderr)
        return INTERRUPTED
    except (ConnectionError, EOFError, IndexReleasedError):
        print(message("index.owner_ended"), file=sys.stderr)
        return 1
    except (*REFUSALS, *TROUBLES, *DATABASE_ERRORS, EmbeddingFailedError, FileOutsideError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1


def leave_at_once(library: WatchedLibrary) -> None:
    """Ends a process that owns the index without waiting for the current files.

    A stop flag checked by every thread would be more complex. This is safe: the lock is held to the very end, so
    that no thread writes beside another owner, and the index survives a kill at any point.
    """
    if library.held.owned:
        print(("\n" if sys.stderr.isatty() else "") + str(message("sync.stopped")), file=sys.stderr, flush=True)
        os._exit(INTERRUPTED)


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands with their arguments."""
    for command, text in (
        (sync, "make the index mirror the folder"),
        (status, "list documents"),
        (audit, "find errors"),
        (diagnose, "find what is wrong with the installation"),
    ):
        name = {"audit": "check", "diagnose": "doctor"}.get(command.__name__, command.__name__)
        own = commands.add_parser(name, help=text)
        own.set_defaults(command=command)
        own.add_argument(
            "--knowledge", type=Path, help="the folder with the documents (default: ASSISTANT_KNOWLEDGE_DIR)"
        )
        own.add_argument("--json", action="store_true", help="one line of JSON on standard output")
        if command is diagnose:
            add_arguments(own)
        if command is audit:
            own.add_argument("files", nargs="*", metavar="FILE", help="tell only what is wrong with these")
        if command is sync:
            own.add_argument(
                "--allow-removals", action="store_true", help="remove the missing documents, however many they are"
            )
            own.add_argument("--allow-empty", action="store_true", help="the same, also if the folder is empty")
            own.add_argument("--rebuild", action="store_true", help="make the index anew")
    add_move(commands)
    add_backup(commands)


def read_allowed(options: argparse.Namespace) -> Allowed:
    """Returns the removals that the options allow; none for commands without them."""
    return Allowed(getattr(options, "allow_removals", False), getattr(options, "allow_empty", False))


def sync(library: WatchedLibrary, options: argparse.Namespace) -> int:
    """Mirrors the bucket, if one is set, then syncs the index.

    Returns 1 if documents answer whose files are missing: a person must put these back or confirm the removal.
    """
    if mirror := open_mirror(library.settings):
        mirror.run_round(options.allow_removals or options.allow_empty)
    library.note = Display(library).note  # type: ignore[method-assign]
    report = library.sync(options.allow_empty, options.allow_removals)
    if report.missing:
        print(describe_missing(report.missing), file=sys.stderr)
    print_report(report, options.json)
    return 1 if report.missing else 0


def print_report(report: Report, as_json: bool) -> None:
    """Prints the numbers of a sync and the files with problems, or all as JSON."""
    if as_json:
        print_json(report)
        return
    counts = {name: getattr(report, name) for name in ("added", "updated", "unchanged", "removed", "chunks")}
    print(message("sync.counts", **counts, failed=len(report.failed), seconds=f"{report.seconds:.1f}"))
    for failed in report.failed:
        print(f"  {failed.source}: {failed.reason}")
    for source in report.waiting:
        print(f"  {source}: {message('sync.still_copied')}")
    for source in report.missing:
        print(f"  {source}: {MISSING}")


def status(library: WatchedLibrary, options: argparse.Namespace) -> int:
    """Prints documents with their warnings, unread and missing files; returns 0."""
    entries = library.index.entries()
    valid = validities({entry.source: entry.metadata for entry in entries}, date.today())
    failures = {each.source: join_messages(each.reason, each.remedy) for each in library.index.failures()}
    missing = [each.source for each in library.missing()]
    documents = [
        {
            "source": entry.source,
            "title": entry.metadata.title,
            "chunks": entry.chunks,
            "language": entry.metadata.language,
            "validity": valid.get(entry.source, (Validity.UNKNOWN, ""))[0],
            "replaced_by": valid.get(entry.source, (Validity.UNKNOWN, ""))[1],
            "embedded": entry.embedded,
            "quality": entry.quality,
            "warnings": [
                *entry.problems,
                *entry.quality.notes,
                *older_version(entry.source, failures),
                *([MISSING] if entry.source in missing else []),
            ],
        }
        for entry in entries
    ]
    failed = [{"source": source, "reason": reason} for source, reason in failures.items()]
    condition = library.condition(True)
    if options.json:
        return print_json({"documents": documents, "failed": failed, "missing": missing, "index": condition})
    if condition.reason:
        print(message("index.condition", state=condition.state, reason=condition.reason))
    for document in documents:
        print(f"{document['source']}: {document['chunks']} chunks, {document['language']}, {document['validity']}")
        for warning in document["warnings"]:  # type: ignore[attr-defined]
            print(f"  {warning}")
    for each in failed:
        print(f"{each['source']}: {message('file.left_unread', reason=each['reason'])}")
    if missing:
        print(describe_missing(missing))
    return 0


def older_version(source: str, failures: Mapping[str, Message]) -> list[Message]:
    """Warning for staff if the current state of the file could not be read."""
    reason = failures.get(source)
    return [message("folder.former_version", reason=reason)] if reason else []


def audit(library: WatchedLibrary, options: argparse.Namespace) -> int:
    """Syncs first, without vectors, which no check needs. Returns 1 for errors."""
    sources = [source_below(file, library.settings.knowledge_dir) for file in options.files]
    library.note = Display(library).note  # type: ignore[method-assign]
    library.sync(embeds_new=False)
    found = sort_problems(library, sources)
    levels = Counter(problem.level for problem in found)
    if options.json:
        print_json({"problems": found, "errors": levels["error"], "notes": levels["note"]})
    else:
        for problem in found:
            print(f"{problem.level}: {problem.source}: {problem.text}")
        print(f"{levels['error']} errors, {levels['note']} notes")
    return 1 if levels["error"] else 0


def print_json(value: object) -> int:
    """Prints a value as one line of JSON; returns 0 as the exit code."""
    print(json.dumps(value, ensure_ascii=False, default=to_plain))
    return 0


def to_plain(value: Any) -> object:
    """JSON value of an object: fields of a record, otherwise its text."""
    return vars(value) if is_dataclass(value) and not isinstance(value, Message) else str(value)


if __name__ == "__main__":
    sys.exit(main())
