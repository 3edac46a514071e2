"""Readiness: the service can answer questions; and its degraded parts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from records import Records, RecordsUnavailableError
from store.index import CatalogDamagedError, CatalogUnavailableError
from store.index.condition import State
from web.health import Health

if TYPE_CHECKING:
    from ingest.sync.progress import Progress

CHECK_CODES = {
    "search": "search_fails",
    "writing": "writing_fails",
    "folder": "folder_fails",
    "answers": "answers_fails",
}
"""Reasons by the name of the health check that fails."""
INDEX_CODES: dict[State, str] = {"words only": "index_words_only", "rebuilding": "index_rebuilding"}
"""Degraded parts by the state of the index."""
LEAST_DISK = 200_000_000
"""Bytes that the disk of the data folder must have free."""


@dataclass(frozen=True)
class Readiness:
    """State of the service in codes; none contains a path, a file or a version.

    `reasons` prevent answers; ready if empty. `degraded` are other problems. `stage` is the stage of reading.
    """

    reasons: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    stage: str = "ready"
    waiting: int = 0
    dropped: int = 0

    @property
    def is_ready(self) -> bool:
        """True if nothing prevents answers."""
        return not self.reasons


@dataclass(frozen=True)
class Watched:
    """Sources of the readiness check."""

    progress: Callable[[], Progress]
    chunks: Callable[[], int]
    records: Records
    knowledge_dir: Path
    data_dir: Path
    health: Health = field(default_factory=Health)

    def check(self) -> Readiness:
        """Returns the current readiness. It may wait for a disk: call it in a thread."""
        progress, degraded = self.progress(), list[str]()
        stage, state = progress.stage, progress.condition.state
        reasons = [CHECK_CODES[name] for name in self.health.troubles()]
        if state in INDEX_CODES:
            degraded.append(INDEX_CODES[state])
        if (chunks := self.count_chunks()) is None:
            reasons.append("search_fails")
        elif chunks == 0:
            reasons.append("nothing_is_read" if stage != "failed" else "folder_cannot_be_read")
        elif stage == "failed" or not self.knowledge_dir.is_dir():
            degraded.append("folder_cannot_be_read")
        if not has_room(self.data_dir):
            degraded.append("disk_is_full")
        waiting, dropped = self.count_spooled()
        if waiting is None:
            degraded.append("spool_cannot_be_read")
        if self.records.behind.is_away:
            degraded.append("records_are_away")
        if self.records.announcing.off is not None:
            degraded.append("paused_by_staff")
        return Readiness(tuple(dict.fromkeys(reasons)), tuple(degraded), stage, waiting or 0, dropped)

    def count_chunks(self) -> int | None:
        """Returns the number of chunks in the index.

        None while the catalog cannot be read.
        """
        try:
            return self.chunks()
        except (CatalogDamagedError, CatalogUnavailableError):
            return None

    def count_spooled(self) -> tuple[int | None, int]:
        """Returns the waiting records, None if unknown, and the lost records."""
        try:
            waiting = self.records.waiting()
        except RecordsUnavailableError:
            return None, 0
        return waiting.count, waiting.dropped


def has_room(folder: Path) -> bool:
    """Checks that the disk of a folder has LEAST_DISK bytes free; False if unknown."""
    try:
        return shutil.disk_usage(folder).free >= LEAST_DISK
    except OSError:
        return False
