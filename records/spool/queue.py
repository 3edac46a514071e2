"""Spool file: records in the data folder that wait for their database, in order."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from records.damaged_files import is_damage, set_aside
from records.database import make_file
from records.errors import RecordsUnavailableError, SpoolFullError
from records.models import now
from text.messages import message

MOST_ROWS, MOST_BYTES = 20_000, 200_000_000
"""Limits beyond which new records are refused (deletions: twice), so none is called stored and lost."""
MOST_HELD = 1_000
"""Maximum records in memory while the file cannot be written (full disk)."""
PATIENCE = 1.0
"""Seconds to wait for another process."""
DROPPED_DAYS = 14
"""Days for which the number of refused records is reported."""
EXCHANGE, RATING, REQUEST, DELETION = "exchange", "rating", "request", "deletion"
TABLES = """
PRAGMA secure_delete = ON;
PRAGMA auto_vacuum = FULL;
CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, kind TEXT, about TEXT, at TEXT, content TEXT);
CREATE INDEX IF NOT EXISTS waiting_about ON waiting (about);
CREATE TABLE IF NOT EXISTS dropped (one INTEGER PRIMARY KEY, count INTEGER, at TEXT);
"""
MEASURES = ("SELECT count(*) FROM waiting", "PRAGMA page_count", "PRAGMA freelist_count", "PRAGMA page_size")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """A record to write: id of its exchange (`about`), time, and content as JSON."""

    kind: str
    about: str = field(repr=False)
    at: datetime
    content: str = field(repr=False)
    key: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True)
class Waiting:
    """Waiting records (`since` is None if none waits) and refused ones (`dropped`)."""

    count: int = 0
    since: datetime | None = None
    dropped: int = 0
    dropped_at: datetime | None = None


class Spool:
    """Waiting records, oldest first. Thread-safe and process-safe.

    The file is private to this user. While it cannot be written, records wait in memory, lost if the process ends.
    `is_shared`: other machines may have the data folder; the write-ahead log's index is in the memory of one machine.
    `first`, `drop`, `expire` and `waiting` raise RecordsUnavailableError.
    """

    def __init__(
        self, path: Path, most_rows: int = MOST_ROWS, most_bytes: int = MOST_BYTES, is_shared: bool = False
    ) -> None:
        self.path, self.most_rows, self.most_bytes = path, most_rows, most_bytes
        self.journal, self.quickly = ("TRUNCATE", "OFF") if is_shared else ("WAL", "NORMAL")
        self.held: list[Item] = []
        self.finished: set[str] = set()
        """Keys of written records that could not be deleted from the file."""
        self.connection: sqlite3.Connection | None = None
        self.lock = threading.RLock()

    def append(self, item: Item, is_to_stay: bool = True) -> None:
        """Adds a record that outlives the process, and with `is_to_stay` a power failure.

        Raises SpoolFullError if no more records can wait, in the file (then it is counted) or in memory.
        """
        with self.lock:
            try:
                self.connect().execute(f"PRAGMA synchronous = {'FULL' if is_to_stay else self.quickly}")
                with self.begin() as file:
                    is_full = self.is_full(file, 2 if item.kind == DELETION else 1)
                    if is_full:
                        self.count_dropped(file)
                    else:
                        insert(file, [*self.held, item])
            except (sqlite3.Error, OSError) as error:
                self.hold(item, error)
                return
            if is_full:
                raise SpoolFullError(message("spool.full"))
            self.held.clear()

    def hold(self, item: Item, error: Exception) -> None:
        """Raises SpoolFullError if MOST_HELD records are in memory; else adds one to them."""
        if len(self.held) >= MOST_HELD:
            raise SpoolFullError(message("spool.disk_full")) from None
        if not self.held:
            log.error("The spool cannot be written (%s): records wait in memory. Check the disk.", error)
        self.held.append(item)

    def is_full(self, file: sqlite3.Connection, times: int) -> bool:
        """Checks that the file has reached `times` its limit of rows or of bytes."""
        rows, pages, free, size = (int(file.execute(each).fetchone()[0]) for each in MEASURES)
        return rows >= times * self.most_rows or (pages - free) * size >= times * self.most_bytes

    def count_dropped(self, file: sqlite3.Connection) -> None:
        """Counts a refused record; logs it at most once an hour."""
        last = file.execute("SELECT max(at) FROM dropped").fetchone()[0]
        added = "INSERT INTO dropped VALUES (1, 1, ?1) ON CONFLICT (one) DO UPDATE SET count = count + 1, at = ?1"
        file.execute(added, (stamp(now()),))
        if not last or last < stamp(now() - timedelta(hours=1)):
            log.error("The spool is full: records are refused until the database is back. Check the database now.")

    def first(self) -> Item | None:
        """None if no record waits; otherwise the oldest one."""
        with self.lock, self.reachable() as file:
            oldest = f"SELECT key, kind, about, at, content FROM waiting ORDER BY number LIMIT {len(self.finished) + 1}"
            for key, kind, about, at, content in file.execute(oldest).fetchall() if file else ():
                if key not in self.finished:
                    return Item(kind, about, datetime.fromisoformat(at), content, key)
            return self.held[0] if self.held else None

    def remove(self, item: Item) -> None:
        """Deletes a written record; on a full disk, that is done later."""
        with self.lock:
            self.finished.add(item.key)
            self.held = [each for each in self.held if each.key not in self.finished]
            try:
                with self.begin() as file:
                    file.executemany("DELETE FROM waiting WHERE key = ?", [(key,) for key in self.finished])
            except (sqlite3.Error, OSError) as error:
                log.warning("The spool cannot be written (%s).", error)
            else:
                self.finished.clear()
            if item.kind == DELETION:
                self.wipe()

    def drop(self, ids: Sequence[str]) -> int:
        """Deletes all records about some exchanges; returns the number of exchanges."""
        wanted, removing = set(ids), "DELETE FROM waiting WHERE about = ? RETURNING kind"
        with self.lock:
            self.held = [each for each in self.held if each.about not in wanted]
            with self.reachable() as file:
                rows = [row for each in wanted for row in (file.execute(removing, (each,)).fetchall() if file else ())]
            self.wipe()
        return rows.count((EXCHANGE,))

    def expire(self, oldest: datetime) -> None:
        """Deletes records older than a moment."""
        with self.lock:
            self.held = [each for each in self.held if each.at >= oldest]
            with self.reachable() as file:
                if file:
                    file.execute("DELETE FROM waiting WHERE at < ?", (stamp(oldest),))
                    file.execute("DELETE FROM dropped WHERE at < ?", (stamp(now() - timedelta(DROPPED_DAYS)),))
            self.wipe()

    def waiting(self) -> Waiting:
        """Returns the number of waiting records, for staff and monitoring."""
        with self.lock, self.reachable() as file:
            count, since = file.execute("SELECT count(*), min(at) FROM waiting").fetchone() if file else (0, None)
            dropped, at = (file and file.execute("SELECT count, at FROM dropped").fetchone()) or (0, None)
            first = moment(since) or min((each.at for each in self.held), default=None)
            return Waiting(count + len(self.held), first, dropped, moment(at))

    def close(self) -> None:
        """Closes the file."""
        with self.lock:
            if self.connection is not None:
                self.connection.close()
                self.connection = None

    @contextmanager
    def reachable(self) -> Iterator[sqlite3.Connection | None]:
        """Raises RecordsUnavailableError if the file fails; without a file it yields None."""
        try:
            if not self.path.exists():
                yield None
                return
            with self.begin() as file:
                yield file
        except (sqlite3.Error, OSError) as error:
            raise RecordsUnavailableError(message("spool.unusable", error=error)) from None

    @contextmanager
    def begin(self) -> Iterator[sqlite3.Connection]:
        """One transaction; after a failure the file is reopened, or set aside if damaged."""
        try:
            file = self.connect()
            file.execute("BEGIN IMMEDIATE")
            try:
                yield file
            finally:
                file.execute("COMMIT" if sys.exc_info()[0] is None else "ROLLBACK")
        except (sqlite3.Error, OSError) as error:
            self.close()
            if is_damage(error, self.path):
                self.begin_anew()
            raise

    def connect(self) -> sqlite3.Connection:
        """Returns the connection; opens the file, or makes it, if that has to be done."""
        if self.connection is None or not self.path.exists():
            self.close()
            make_file(self.path)
            self.connection = sqlite3.connect(
                self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            self.connection.executescript(TABLES)
            with suppress(sqlite3.OperationalError):  # others have it open in the former way
                self.connection.execute(f"PRAGMA journal_mode = {self.journal}")
        return self.connection

    def wipe(self) -> None:
        """Removes deleted data from SQLite's log too."""
        with suppress(sqlite3.Error, OSError):
            if self.path.exists():
                self.connect().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def begin_anew(self) -> None:
        """Sets the damaged file aside, so that the next use makes a new one."""
        kept = set_aside(self.path)
        log.error("The spool was damaged and is kept as %s; the records in it were not written to the database.", kept)


def insert(file: sqlite3.Connection, items: Sequence[Item]) -> None:
    """Adds records to the file, without those that are there already."""
    rows = [(each.key, each.kind, each.about, stamp(each.at), each.content) for each in items]
    file.executemany("INSERT OR IGNORE INTO waiting (key, kind, about, at, content) VALUES (?, ?, ?, ?, ?)", rows)


def stamp(when: datetime) -> str:
    """A time as text that sorts correctly."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def moment(kept: str | None) -> datetime | None:
    """None without a stored time; otherwise the time, as `stamp` wrote it."""
    return datetime.fromisoformat(kept) if kept else None
