"""Outbox of alerts: a file in which they wait until their receiver has taken them."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from records.damaged_files import is_damage, set_aside
from web.letter import Letter

FILE = "alerts.sqlite"
"""Name of the file in the data folder."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3_600.0
"""Seconds until a failed delivery is tried again; the pause doubles each time."""
KEPT_DAYS = 30
"""Days for which an alert waits for its receiver; what is older helps nobody."""
KNOWN_DAYS = 400
"""Days for which alerts are remembered: longer than any deadline is ahead."""
DAY = 86_400
TABLES = """
CREATE TABLE IF NOT EXISTS known (key TEXT PRIMARY KEY, at REAL);
CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT, subject TEXT, body TEXT, at REAL, due REAL,
    tries INTEGER DEFAULT 0);
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alert:
    """A message to the staff, about things that are told once.

    `keys`: identify these things. `body`: lines of plain text, with links.
    """

    keys: tuple[str, ...]
    subject: str
    body: str


@dataclass(frozen=True)
class Undelivered:
    """Number of undelivered letters; `since` is the time of the oldest."""

    count: int
    since: datetime


class Outbox:
    """Alerts in a file that survive restarts and outages of receivers. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def begin(self) -> Iterator[sqlite3.Connection]:
        """One transaction. Makes the file where it is missing.

        A damaged file is kept under another name: if it cannot be opened, a new one takes its place at once; if the
        damage is met later, the error is raised, and the next transaction has a new file.
        """
        try:
            file = self.connect()
        except sqlite3.DatabaseError as error:
            self.set_damaged_aside(error)
            file = self.connect()
        with closing(file):
            try:
                with file:
                    yield file
            except sqlite3.DatabaseError as error:
                self.set_damaged_aside(error)
                raise

    def connect(self) -> sqlite3.Connection:
        """Opens the file and creates missing tables; waits up to 10 seconds for a lock.

        Raises sqlite3.Error if the file cannot be opened, or is damaged.
        """
        file = sqlite3.connect(self.path, timeout=10)
        try:
            file.executescript(TABLES)
        except sqlite3.Error:
            file.close()
            raise
        return file

    def set_damaged_aside(self, error: sqlite3.DatabaseError) -> None:
        """Renames a damaged file; the alerts that waited in it are lost.

        Raises sqlite3.DatabaseError, the given one, if the file is not damaged.
        """
        if not is_damage(error, self.path):
            raise error
        kept = set_aside(self.path)
        log.error("%s is damaged (%s) and kept as %s. Alerts that waited in it are lost.", self.path.name, error, kept)

    def unknown(self, keys: Iterable[str]) -> list[str]:
        """Returns the keys of things that have not been told yet."""
        with self.begin() as file:
            known = {row[0] for row in file.execute("SELECT key FROM known")}
        return [key for key in keys if key not in known]

    def put(self, alert: Alert, receivers: Collection[str], now: float) -> None:
        """Adds an alert for each receiver, and remembers what it tells: both or neither."""
        with self.begin() as file:
            file.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", [(key, now) for key in alert.keys])
            rows = [(receiver, alert.subject, alert.body, now, now) for receiver in receivers]
            file.executemany("INSERT INTO waiting (receiver, subject, body, at, due) VALUES (?, ?, ?, ?, ?)", rows)

    def due(self, now: float) -> Sequence[Letter]:
        """Returns what is to be delivered now, oldest first."""
        query = "SELECT number, receiver, subject, body, at FROM waiting WHERE due <= ? ORDER BY number"
        with self.begin() as file:
            return [Letter(*row) for row in file.execute(query, (now,))]

    def remove(self, letter: Letter) -> None:
        """Deletes a letter that is delivered, or that nobody is there to take."""
        with self.begin() as file:
            file.execute("DELETE FROM waiting WHERE number = ?", (letter.number,))

    def postpone(self, letter: Letter, now: float) -> None:
        """Keeps a letter for a later try."""
        with self.begin() as file:
            ((tries,),) = file.execute("SELECT tries FROM waiting WHERE number = ?", (letter.number,)).fetchall()
            due = now + min(FIRST_PAUSE * 2 ** min(tries, 20), LONGEST_PAUSE)
            file.execute("UPDATE waiting SET tries = tries + 1, due = ? WHERE number = ?", (due, letter.number))

    def find_undelivered(self) -> Undelivered | None:
        """Returns what waits although it was tried. Makes no file.

        None if all was taken.
        """
        if not self.path.exists():
            return None
        with self.begin() as file:
            count, at = file.execute("SELECT count(*), min(at) FROM waiting WHERE tries > 0").fetchone()
        return Undelivered(count, datetime.fromtimestamp(at, UTC)) if count else None

    def expire(self, now: float) -> int:
        """Deletes letters after KEPT_DAYS, and old keys; returns the number of letters."""
        with self.begin() as file:
            file.execute("DELETE FROM known WHERE at < ?", (now - KNOWN_DAYS * DAY,))
            return file.execute("DELETE FROM waiting WHERE at < ?", (now - KEPT_DAYS * DAY,)).rowcount

    def count(self) -> int:
        """Returns the number of waiting letters."""
        with self.begin() as file:
            return int(file.execute("SELECT count(*) FROM waiting").fetchone()[0])
