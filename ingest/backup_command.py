"""Commands `backup` and `restore`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import settings as configuration
from ingest.backup.archive import Manifest
from ingest.backup.restoring import restore_backup
from ingest.watcher import WatchedLibrary
from text.messages import Message, as_it_is, message


def add_backup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands to those of `python -m ingest`."""
    for name, command, text in (
        ("backup", backup, "write folder, index and records into one file, also while the app runs"),
        ("restore", restore, "replace folder, index and records by those of a backup, with the app stopped"),
    ):
        own = commands.add_parser(name, help=text)
        own.add_argument("file", type=Path, help="the file of the backup, such as qiantang.zip")
        own.add_argument("--json", action="store_true", help="one line of JSON on standard output")
        own.set_defaults(command=command, knowledge=None)


def backup(library: WatchedLibrary, options: argparse.Namespace) -> int:
    """Writes a backup; the process that holds the index does it."""
    written = Manifest.model_validate_json(library.back_up(str(options.file.resolve())))
    if options.json:
        print(written.model_dump_json())
        return 0
    print(message("backup.written", file=options.file, files=written.files, vectors=written.vectors))
    if not written.has_records and library.settings.records_url.get_secret_value():
        print(message("backup.records_elsewhere"))
    return 0


def restore(settings: configuration.Settings, options: argparse.Namespace) -> int:
    """Restores a backup and says where the former folders lie."""
    restored = restore_backup(settings, options.file)
    kept = [str(each) for each in restored.kept]
    if options.json:
        print(json.dumps({"made": restored.manifest.made.isoformat(), "kept": kept}))
        return 0
    print(message("restore.restored", time=f"{restored.manifest.made:%Y-%m-%d %H:%M}"))
    print(message("restore.kept", folders=join_folders(kept)) if kept else "")
    if settings.records_url.get_secret_value():
        print(message("restore.records_elsewhere"))
    return 0


def join_folders(folders: Sequence[str]) -> Message:
    """Returns one or more folders as a part of a sentence."""
    named = map(as_it_is, folders)
    return reduce(lambda before, last: message("restore.and", before=before, last=last), named)
