"""Indexed documents with missing files: since when, and what happens next.

They are stored, so that a folder that empties bit by bit across restarts is still seen as one loss.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from store.index.tables.connection import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS absences (source TEXT PRIMARY KEY, since REAL NOT NULL, state TEXT NOT NULL);
"""

State = Literal["vanished", "withheld", "accepted"]


@dataclass(frozen=True)
class Absence:
    """A document whose file is missing.

    `since` is in seconds since 1970.
    `vanished`: not decided yet; the row stays for a while after the document is removed.
    `withheld`: it keeps answering until the file is back or a person confirms the removal.
    `accepted`: a person confirmed the removal.
    """

    source: str
    since: float
    state: State


def read_absences(connection: Connection) -> list[Absence]:
    """All absences, ordered by source."""
    return [Absence(*row) for row in connection.execute("SELECT source, since, state FROM absences ORDER BY source")]


def note_absences(connection: Connection, vanished: Collection[str], withheld: Collection[str], at: float) -> None:
    """Records missing files. Accepted absences stay accepted.

    Absences dated after `at` were noted before the clock was put back; they are dated `at` from now on.
    """
    ahead = [(at, each.source) for each in read_absences(connection) if each.since > at]
    connection.executemany("UPDATE absences SET since = ? WHERE source = ?", ahead)
    rows = in_order({*vanished, *withheld}, at)
    connection.executemany("INSERT INTO absences VALUES (?, ?, 'vanished') ON CONFLICT (source) DO NOTHING", rows)
    connection.executemany(
        "UPDATE absences SET state = 'withheld' WHERE source = ? AND state = 'vanished'",
        [(source,) for source in sorted(withheld)],
    )


def accept(connection: Connection, sources: Collection[str], at: float) -> None:
    """Records that a person confirmed the removal of these documents."""
    connection.executemany(
        "INSERT INTO absences VALUES (?, ?, 'accepted')"
        " ON CONFLICT (source) DO UPDATE SET since = excluded.since, state = excluded.state",
        in_order(sources, at),
    )


def forget(connection: Connection, sources: Collection[str], before: float) -> None:
    """Deletes absences noted up to a moment: files are back, or documents long gone."""
    connection.executemany("DELETE FROM absences WHERE source = ? AND since <= ?", in_order(sources, before))


def in_order(sources: Collection[str], at: float) -> list[tuple[str, float]]:
    """Returns each source once, sorted, with the time.

    All processes write in this order: otherwise two could wait for each other.
    """
    return [(source, at) for source in sorted(set(sources))]
