"""Progress and result of a sync."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.sync.plan import Failed
from store.index import WHOLE, Condition
from text.messages import NOTHING, Message

Stage = Literal["reading", "embedding", "ready", "failed"]


@dataclass(frozen=True)
class Progress:
    """Progress of a sync.

    `seconds_left`: None while it cannot be estimated.
    `message`: reason of a failure.
    `missing`: documents that keep answering although their files are gone.
    `condition`: health of the index.
    """

    stage: Stage = "reading"
    files_done: int = 0
    files: int = 0
    chunks_done: int = 0
    chunks: int = 0
    seconds_left: float | None = None
    message: Message = NOTHING
    missing: tuple[str, ...] = ()
    condition: Condition = WHOLE


@dataclass(frozen=True)
class Report:
    """Result of a sync.

    It has the numbers of files, the failed files, the chunks now in the index, and seconds.
    `waiting`: left to the next sync: files still being copied, documents whose files have just vanished.
    `missing`: documents that keep answering although their files are gone, because too many vanished at once.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[Failed, ...] = ()
    waiting: tuple[str, ...] = ()
    chunks: int = 0
    seconds: float = 0.0
    missing: tuple[str, ...] = ()
