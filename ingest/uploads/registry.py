"""Registry of uploads and their states, while people may want to see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import RLock
from typing import Literal

from ingest.uploads.conflicts import Conflict
from ingest.uploads.staging import Staged, Staging
from ingest.uploads.trash import NotInTrashError
from store.documents import Document, UnreadableFileError

MOST_ROWS = 300
"""Number of finished uploads that are kept, the latest ones."""

Decision = Literal["replace", "keep_both"]
Asks = Callable[[], bool]
Note = Callable[[str, str, str, Mapping[str, str]], None]
"""Writes an audit entry: who, action, source, details. Raises DecisionNotNotedError."""
State = Literal["waiting", "reading", "unreadable", "same", "clash", "stuck", "landed"]


def never() -> bool:
    """Says no: a queue without approval."""
    return False


@dataclass(frozen=True)
class Upload:
    """An upload and its state.

    `is_free`: it may be published without a decision.
    `clash`: its conflict; that document may have left the folder since.
    `source`: published document, or the document with identical content.
    `removed`: id of the replaced document in the trash.
    `trouble`: key of the problem, if it is stuck or was published with a problem.
    """

    staged: Staged
    is_free: bool = False
    state: State = "waiting"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    document: Document | None = None
    unreadable: UnreadableFileError | None = None
    clash: Conflict | None = None
    source: str = ""
    removed: str = ""
    trouble: str = ""
    settled: bool = False

    @property
    def id(self) -> str:
        return self.staged.id

    @property
    def is_done(self) -> bool:
        """True if nothing is left to decide: it is in the folder."""
        return self.state in ("landed", "same")


class Register:
    """All uploads by id. Thread-safe: `knowing` is locked while the state changes."""

    def __init__(self, staging: Staging) -> None:
        self.staging = staging
        self.arrivals: dict[str, Upload] = {}
        self.knowing = RLock()

    def all(self) -> list[Upload]:
        """All uploads, latest first."""
        with self.knowing:  # lists the disk inside the lock, or an upload taken in meanwhile would count as gone
            lying = {staged.id for staged in self.staging.all()}
            for each in list(self.arrivals.values()):
                if not each.is_done and each.id not in lying:
                    del self.arrivals[each.id]
            return sorted(self.arrivals.values(), key=lambda each: each.id, reverse=True)

    def find(self, arrival_id: str) -> Upload:
        """Finds an upload. Raises NotInTrashError."""
        with self.knowing:
            if arrival_id not in self.arrivals:
                raise NotInTrashError(arrival_id)
            return self.arrivals[arrival_id]

    def keep(self, arrival: Upload) -> None:
        with self.knowing:
            self.arrivals[arrival.id] = arrival
            done = [each.id for each in self.arrivals.values() if each.is_done]
            for old in done[:-MOST_ROWS]:
                del self.arrivals[old]

    def give_back(self, arrival_id: str, reason: str, who: str) -> None:
        """Returns a waiting file to its author with a reason; without one it waits for approval again.

        It stays so after a restart. Raises NotInTrashError if it does not wait, and OSError.
        """
        with self.knowing:
            arrival = self.find(arrival_id)
            if arrival.state != "clash":
                raise NotInTrashError(arrival_id)
            staged = replace(arrival.staged, returned=reason, returned_by=who)
            self.staging.write(staged)
            self.keep(replace(arrival, staged=staged))

    def settle(self, arrival: Upload) -> None:
        """Records that a document is searchable, so that its state is no longer polled."""
        with self.knowing:
            if arrival.id in self.arrivals:
                self.keep(replace(self.arrivals[arrival.id], settled=True))
