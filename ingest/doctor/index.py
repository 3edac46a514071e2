"""Checks of the index and of the process that holds it."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
from filelock import FileLock, Timeout

from database_address import PostgresServer
from ingest.checks.problem import Problem, error, note
from ingest.doctor.vectors import vector_problems
from settings import Settings
from store.embeddings import open_embedder
from store.index import CatalogDamagedError, CatalogUnavailableError, Condition, IndexLockedError, peek
from store.index.database.address import postgres_server
from store.index.database.sqlite import check_pages
from store.index.open_catalog import looking_into, refuse_moved
from store.index.sharing import NotOfferedError, connect_to_owner
from store.recipe import recipe
from text.messages import NOTHING, join_messages, message

UNREACHED = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
}  # fmt: skip
SECONDS = 5.0
"""Time limit of a request to the app on this machine."""


def lock_problems(settings: Settings) -> Iterator[Problem]:
    """An owner process that does not answer, and a port that another program uses."""
    place = settings.data_dir / "index"
    if is_held(place):
        try:
            if connect_to_owner(place) is None:
                yield error("locks", "doctor.owner_silent", file=place / "owner.lock")
        except IndexLockedError:
            yield error("locks", "doctor.owner_other_version")
    yield from port_problems(settings, is_held(place))


def is_held(place: Path) -> bool:
    """True if a process owns the index.

    False if the folder cannot be written, which another check reports.
    """
    lock = FileLock(place / "owner.lock")
    if not (place / "owner.lock").exists():
        return False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def port_problems(settings: Settings, is_running: bool) -> Iterator[Problem]:
    """A port used by another program, or by an app that is silent or unhealthy."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  # compared only
    try:
        socket.create_connection((host, settings.port), SECONDS).close()
    except OSError:
        return
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}{settings.root_path}/health"
    try:
        answer = httpx.get(address, timeout=SECONDS, trust_env=False)
        said = answer.json()
        checks = {name: each["state"] for name, each in said["checks"].items()}
    except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError):
        code = "doctor.app_silent" if is_running else "doctor.port_taken"
        yield error("locks", code, port=settings.port, host=settings.host)
        return
    stuck = [name for name, state in checks.items() if state != "ok"]
    if stuck:
        yield error("locks", "doctor.app_stuck", parts=", ".join(stuck))


def index_problems(settings: Settings) -> Iterator[Problem]:
    """An index that is missing, empty, damaged, outdated or incomplete."""
    place = settings.data_dir / "index"
    yield from set_aside(settings.data_dir)
    path, server = place / "catalog.sqlite", postgres_server(settings)
    try:
        if server is None:
            refuse_moved(path)
            if not path.exists():
                yield error("index", "doctor.index_missing")
                return
            check_pages(path)
        kept, failures = read_recipe_and_failures(path, server)
    except CatalogUnavailableError as away:
        yield Problem("index", "error", away.message)
        return
    except (CatalogDamagedError, sqlite3.Error) as damage:
        if is_out_of_reach(damage):  # rights or the disk, which other checks name
            raise
        yield error("index", "doctor.index_damaged", fault=damage)
        return
    wanted = recipe(open_embedder(settings).name)
    if kept and kept != wanted:
        yield error("index", "doctor.recipe", kept=kept, wanted=wanted)
    fingerprints, absences = peek(place, server)
    if not fingerprints:
        yield error("index", "doctor.index_empty")
    else:
        yield from vector_problems(settings)
    if failures:
        yield note("index", "doctor.unread_files", count=len(failures), file=failures[0])
    if withheld := [each.source for each in absences if each.state == "withheld" and each.source in fingerprints]:
        yield note("index", "doctor.missing_files", count=len(withheld), file=withheld[0])
    yield from condition_problems(place)


def read_recipe_and_failures(path: Path, server: PostgresServer | None) -> tuple[str, list[str]]:
    """Recipe of a catalog, and the files that could not be read.

    Raises the errors of `looking_into`.
    """
    with looking_into(path, server) as connection:
        row = connection.execute("SELECT value FROM recipe WHERE name = 'recipe'").fetchone()
        failures = connection.execute("SELECT source FROM failures ORDER BY source").fetchall()
    return str(row[0]) if row else "", [source for (source,) in failures]


def is_out_of_reach(found: Exception) -> bool:
    """True if a database could not be opened or written, so its content is unknown."""
    return getattr(found, "sqlite_errorcode", 0) & 0xFF in UNREACHED


def set_aside(data: Path) -> Iterator[Problem]:
    """Yields a note for each damaged file that was set aside in the data folder."""
    for each in sorted([*data.glob("damaged-*"), *data.glob("index/*.damaged")]):
        yield note("index", "doctor.set_aside", file=each)


def condition_problems(place: Path) -> Iterator[Problem]:
    """Degraded search, as reported by the process that owns the index or syncs.

    Of several processes on servers none holds the lock, and the one that syncs answers.
    """
    try:
        held = connect_to_owner(place)
        condition = cast(Condition, held.call("condition", False)) if held else None
    except (IndexLockedError, NotOfferedError):
        return
    if condition is None:
        return
    if condition.state != "whole":
        state = message("doctor.words_only" if condition.state == "words only" else "doctor.rebuilding")
        yield Problem("index", "error", join_messages(state, condition.reason or NOTHING))
