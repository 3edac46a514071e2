"""The files that came in and how far each is, as long as somebody may want to see that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import RLock
from typing import Literal

from ingest.uploads.conflicts import Clash
from ingest.uploads.staging import Staged, Staging
from ingest.uploads.trash import Gone
from store.documents import Document, Unreadable

MOST_ROWS = 300
"""Rows that are kept of what is done, the last ones."""

State = Literal["waiting", "reading", "unreadable", "same", "clash", "stuck", "landed"]


@dataclass(frozen=True)
class Arrival:
    """A file that came in, and how far it is. `source` is where it is in the folder (landed, or the same content),
    `removed` the id in the bin of what it replaced; `trouble` says why it is stuck, or what did not go well. Only one
    that `is_free` lands by itself. `clash` may have left the folder since."""

    staged: Staged
    is_free: bool = False
    state: State = "waiting"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    document: Document | None = None
    unreadable: Unreadable | None = None
    clash: Clash | None = None
    source: str = ""
    removed: str = ""
    trouble: str = ""
    settled: bool = False

    @property
    def id(self) -> str:
        return self.staged.id


class Register:
    """All of them, by id. Safe from several threads: `knowing` is held while what is known here changes."""

    def __init__(self, staging: Staging) -> None:
        self.staging = staging
        self.arrivals: dict[str, Arrival] = {}
        self.knowing = RLock()

    def all(self) -> list[Arrival]:
        """The last that came first."""
        with self.knowing:  # the disk is listed within, or what is taken in meanwhile would count as gone
            lying = {staged.id for staged in self.staging.all()}
            for each in list(self.arrivals.values()):
                if each.state not in ("landed", "same") and each.id not in lying:
                    del self.arrivals[each.id]
            return sorted(self.arrivals.values(), key=lambda each: each.id, reverse=True)

    def find(self, arrival_id: str) -> Arrival:
        """Raises Gone."""
        with self.knowing:
            if arrival_id not in self.arrivals:
                raise Gone(arrival_id)
            return self.arrivals[arrival_id]

    def keep(self, arrival: Arrival) -> None:
        with self.knowing:
            self.arrivals[arrival.id] = arrival
            done = [each.id for each in self.arrivals.values() if each.state in ("landed", "same")]
            for old in done[:-MOST_ROWS]:
                del self.arrivals[old]

    def settle(self, arrival: Arrival) -> None:
        """Notes that a document is answered from, so that it need not be looked after any more."""
        with self.knowing:
            if arrival.id in self.arrivals:
                self.keep(replace(self.arrivals[arrival.id], settled=True))
