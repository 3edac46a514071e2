"""Command `move`: moves index and records to Chroma and PostgreSQL, or back."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass

from pydantic import SecretStr

from database_address import SCHEMES, PostgresServer
from ingest.watcher import WatchedLibrary
from records import RecordsUnavailableError, WrongRecordsUrlError
from records.transfer import RecordsThereError, copy_records
from settings import Settings, SettingsError
from sqlite_files import parts
from store.index import IndexLockedError
from store.index.damaged_files import remove_file_or_folder
from store.index.database.address import postgres_server
from store.transfer.catalogs import leave_former_place, refuse_others, stage_catalog
from store.transfer.moving import move_vectors
from store.vector_worker import chroma_server
from text.messages import message

DATABASE_ERRORS = (RecordsThereError, RecordsUnavailableError, WrongRecordsUrlError)
"""Errors of copying records, besides those of the index."""
FILES = "files"
"""Value of `--to` for files of this machine."""
ASKED = "-"
"""Value of `--to` for an address with a password, which a list of processes would show."""


def add_move(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m ingest`."""
    own = commands.add_parser("move", help="move vectors to a Chroma server, the rest to PostgreSQL, or all into files")
    own.add_argument(
        "--to", required=True, metavar="URL", help=f"address of either server, `{FILES}`, or `-` to be asked for it"
    )
    own.set_defaults(command=move, knowledge=None)


def move(library: WatchedLibrary, options: argparse.Namespace) -> int:
    """Moves what the address is for, and says which setting names its new place.

    Raises IndexLockedError if another process uses the index or the database.
    Raises SettingsError if the address cannot be used, and the errors of the databases.
    """
    if not (library.held.owned and library.held.leads()):
        raise IndexLockedError(message("index.folder_in_use"))
    refuse_others(library.index)
    url = ask_address() if options.to == ASKED else "" if options.to == FILES else options.to
    if url.partition("://")[0] in SCHEMES:
        return to_database(library, url)
    parts_there = bool(library.settings.database_url.get_secret_value()) and not url
    if parts_there and not library.settings.chroma_url:
        return to_database(library, "")
    code = to_vectors(library, url)
    return to_database(library, "") if parts_there else code


def ask_address() -> str:
    """Reads the address from standard input; what is typed is not shown.

    Raises SettingsError for none: an empty one would move everything back into files.
    """
    if not (address := (getpass("Address: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()):
        raise SettingsError(message("move.no_address"))
    return address


def to_vectors(library: WatchedLibrary, url: str) -> int:
    """Moves the vectors to a Chroma server, or into files if `url` is empty."""
    server = chroma_server(library.settings.model_copy(update={"chroma_url": url}))
    if server == library.index.vectors.server:
        print(message("move.vectors_there"), file=sys.stderr)
        return 0

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{done} of {total} vectors", end="\n" if done == total else "", file=sys.stderr, flush=True)

    count = move_vectors(library.index, server, tell)
    print(message("move.vectors_moved", count=count, url=url))
    return 0


def to_database(library: WatchedLibrary, url: str) -> int:
    """Moves catalog and records to PostgreSQL, or into files if `url` is empty.

    Nothing of the former place is removed before all has been copied: after a failure the command can be run again.
    """
    settings, index = library.settings, library.index
    server = postgres_server(settings.model_copy(update={"database_url": SecretStr(url)}))
    if server == index.database:
        print(message("move.catalog_there"), file=sys.stderr)
        return 0
    refuse_others(index, server)
    documents = stage_catalog(index, server)
    records = 0 if settings.records_url.get_secret_value() else move_records(settings, url)
    leave_former_place(index, server)
    remove_records_file(settings, server)
    code = "move.to_database" if server else "move.to_files"
    print(message(code, documents=documents, records=records))
    return 0


def move_records(settings: Settings, url: str) -> int:
    """Copies the records to or from the server; returns the number of rows."""
    if url and not (settings.data_dir / "records.sqlite").exists():
        return 0
    return copy_records("" if url else settings.records_address, url, settings.data_dir)


def remove_records_file(settings: Settings, server: PostgresServer | None) -> None:
    """Removes the records file after its records were copied to a server.

    Records that people ask to delete must not remain in a copy.
    """
    if server and not settings.records_url.get_secret_value():
        for each in parts(settings.data_dir / "records.sqlite"):
            remove_file_or_folder(each)
