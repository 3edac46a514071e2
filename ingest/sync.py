"""Makes the index mirror the knowledge folder: the only way in.

New files are answerable by words as soon as they are read, by meaning once they are embedded. A changed
file is read and embedded first and then swapped, so that a question sees its old or its new version.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from ingest import folder
from ingest.agreement import Signs
from ingest.documents import Unreadable
from ingest.embedding import Embedder
from ingest.index import Failure, Index, Revision, Vector
from ingest.planning import Failed, failed, make_plan, marked, means
from ingest.reading import read
from settings import Settings

READERS = 2
BATCH_CHUNKS = 256
"""Chunks embedded and written together: enough for speed, few enough for progress and memory."""
BATCH_SECONDS = 0.5
"""New files that were read within this time are put together."""

Stage = Literal["reading", "embedding", "ready", "failed"]


@dataclass(frozen=True)
class Progress:
    """How far a sync has come. `seconds_left` is None while it cannot be told; `message` says why one failed."""

    stage: Stage = "reading"
    files_done: int = 0
    files: int = 0
    chunks_done: int = 0
    chunks: int = 0
    seconds_left: float | None = None
    message: str = ""


@dataclass(frozen=True)
class Report:
    """What a sync did: numbers of files, the files that failed, the chunks now in the index, seconds."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[Failed, ...] = ()
    waiting: tuple[str, ...] = ()
    chunks: int = 0
    seconds: float = 0.0


class Sync:
    """A sync of one folder into one index. `watch` is told how far it has come."""

    def __init__(
        self, settings: Settings, index: Index, embedder: Embedder, watch: Callable[[Progress], None] = lambda _: None
    ) -> None:
        self.settings, self.index, self.embedder, self.watch = settings, index, embedder, watch
        self.progress = Progress()
        self.failed: list[Failed] = []
        self.embedding_since = time.monotonic()

    def run(self, allow_empty: bool = False) -> Report:
        """Raises FolderUnreadable and EmptyFolder before anything is touched."""
        started = time.monotonic()
        self.index.tidy()
        plan = make_plan(self.settings, self.index, allow_empty)
        self.failed = list(plan.failed)
        self.tell(files=len(plan.new) + len(plan.changed))
        for source in plan.gone:
            self.index.remove(source)
        added = self.put_new(plan.new)
        updated = self.put_changed(plan.changed)
        self.embed_backlog()
        self.index.tidy()
        self.tell(stage="ready", seconds_left=None)
        return Report(
            added, updated, plan.unchanged, len(plan.gone), tuple(self.failed), plan.waiting,
            self.index.chunk_count(), round(time.monotonic() - started, 3),
        )  # fmt: skip

    def put_new(self, files: dict[str, Path]) -> int:
        """Puts new files as soon as they are read, without vectors; none waits for a slower one."""
        batch: list[Revision] = []
        count, since = 0, time.monotonic()
        for revisions in self.read_all(files):
            batch += revisions
            count += len(revisions)
            if batch and time.monotonic() - since > BATCH_SECONDS:
                self.index.put(batch)
                batch, since = [], time.monotonic()
        self.index.put(batch)
        return count

    def put_changed(self, files: dict[str, Path]) -> int:
        """Reads and embeds changed files, then swaps them; none waits for a slower one."""
        batch: list[Revision] = []
        count = 0
        for revisions in self.read_all(files):
            batch += revisions
            count += len(revisions)
            if not revisions or sum(len(each.chunks) for each in batch) >= BATCH_CHUNKS:
                self.swap(batch)
                batch = []
        self.swap(batch)
        return count

    def swap(self, batch: Sequence[Revision]) -> None:
        texts = [text for revision in batch for text in revision.searched_texts()]
        if batch:
            self.index.put(batch, *self.embed(texts))

    def embed_backlog(self) -> None:
        """Embeds what is found by words only, also what an interrupted sync left."""
        backlog = self.index.without_vectors()
        self.embedding_since = time.monotonic()
        self.tell(stage="embedding", chunks_done=0, chunks=sum(len(texts) for _, texts in backlog))
        for sources, texts in batches(backlog):
            self.index.embed(sources, *self.embed(texts))

    def embed(self, texts: Sequence[str]) -> tuple[Vector, list[Signs] | None]:
        """The vectors of texts and the signs of their tokens (None where the model shows none), telling the progress
        as they come."""
        vectors: list[Vector] = []
        signs: list[Signs] = []
        for start in range(0, len(texts), BATCH_CHUNKS):
            part = texts[start : start + BATCH_CHUNKS]
            own, tokens = self.embedder.read(part)
            vectors.append(own)
            signs += tokens or []
            self.tell_embedded(len(part))
        return np.concatenate(vectors) if vectors else np.empty((0, 0), np.float32), signs or None

    def tell_embedded(self, count: int) -> None:
        done = self.progress.chunks_done + count
        left = (time.monotonic() - self.embedding_since) / done * max(0, self.progress.chunks - done)
        self.tell(chunks_done=done, seconds_left=round(left, 1) if self.progress.chunks else None)

    def read_all(self, files: dict[str, Path]) -> Iterator[list[Revision]]:
        """The revisions of files that could be read, as they come; nothing where none came within BATCH_SECONDS.

        No more files are in hand than twice the readers, so that memory does not grow with the folder.
        """
        waiting = iter(files.items())
        pool = ThreadPoolExecutor(READERS, "reading")
        try:
            running = {pool.submit(self.read_one, *each) for each in islice(waiting, 2 * READERS)}
            while running:
                done, running = wait(running, BATCH_SECONDS, FIRST_COMPLETED)
                running |= {pool.submit(self.read_one, *each) for each in islice(waiting, len(done))}
                self.tell(files_done=self.progress.files_done + len(done))
                yield [revision for future in done if (revision := future.result()) is not None]
        finally:  # who interrupts a sync does not wait for the files in hand
            pool.shutdown(wait=False, cancel_futures=True)

    def read_one(self, source: str, path: Path) -> Revision | None:
        """The revision of a file; None where it cannot be read, which is noted."""
        try:
            return marked(read(path, source, self.settings), self.settings)
        except Unreadable as error:
            self.note(Failure(source, means(self.settings) + folder.stamp(path), error.reason, error.remedy))
        except OSError as error:
            self.note(Failure(source, "", f"It cannot be read: {error.strerror}.", "Check that it may be read."))
        except Exception as error:  # a file that no reader foresaw must not keep the others from being read
            logging.exception("%s could not be read", source)
            reason = f"Reading it failed ({type(error).__name__})."
            self.note(Failure(source, "", reason, "Tell the developers and send them the file."))
        return None

    def note(self, failure: Failure) -> None:
        """Keeps a failure. Without a stamp the file is read again at the next sync."""
        self.failed.append(failed(failure))
        self.index.note_failure(failure)

    def tell(self, **changes: object) -> None:
        self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]
        self.watch(self.progress)


def batches(backlog: Sequence[tuple[str, list[str]]]) -> Iterator[tuple[list[str], list[str]]]:
    """Groups documents into batches of about BATCH_CHUNKS chunks: `(sources, texts)`."""
    sources: list[str] = []
    texts: list[str] = []
    for source, own in backlog:
        sources.append(source)
        texts.extend(own)
        if len(texts) >= BATCH_CHUNKS:
            yield sources, texts
            sources, texts = [], []
    if sources:
        yield sources, texts
