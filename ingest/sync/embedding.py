"""Embedding during a sync: new files in parallel, changed ones before the swap."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from ingest.sync.plan import Failed
from ingest.sync.progress import Progress
from settings import Settings
from store.embeddings import Embedder
from store.embeddings.late_interaction import BinaryTokenVectors
from store.index import Index, Vector

BATCH_CHUNKS = 256
"""Chunks embedded and written together.

Enough for speed, few enough for frequent progress and low memory.
"""
WORDS_FIRST_SECONDS = 15.0
"""Seconds that embedding waits for the reading to end.

Both need the whole processor, and full-text search already answers.
"""
BATCH_SECONDS = 0.5
"""New files read within this many seconds are put into the index together."""


class SyncOverError(Exception):
    """The sync has failed or was interrupted meanwhile."""


class EmbeddingStage:
    """Embedding part of a sync, with the state that all its parts share.

    `watch` is called with each progress.
    """

    def __init__(
        self, settings: Settings, index: Index, embedder: Embedder, watch: Callable[[Progress], None] = lambda _: None
    ) -> None:
        self.settings, self.index, self.embedder, self.watch = settings, index, embedder, watch
        self.progress = Progress()
        self.failed: list[Failed] = []
        self.vanished: list[str] = []
        self.embedding_seconds = 0.0
        self.telling, self.embedding = threading.Lock(), threading.Lock()
        self.is_read, self.is_over = threading.Event(), threading.Event()

    def tell(self, **changes: object) -> None:
        """Changes fields of the progress and calls `watch` with it, one thread at a time."""
        with self.telling:
            self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]
            self.watch(self.progress)

    @contextmanager
    def embedding_beside(self) -> Iterator[None]:
        """Embeds in a thread during the block, and waits for it at the end.

        Raises the errors of the embedding.
        """
        embedding: Future[None] = Future()
        threading.Thread(target=settle, args=(embedding, self.embed_backlog), name="embedding", daemon=True).start()
        try:
            yield
            self.is_read.set()
            self.tell(stage="embedding", chunks=self.progress.chunks_done + self.backlog_size())
            embedding.result()
        except Exception:
            self.is_over.set()
            self.is_read.set()
            wait([embedding])
            raise
        finally:  # an interrupted sync does not wait for the current chunks
            self.is_over.set()

    def embed_backlog(self) -> None:
        """Embeds documents without vectors until all files are read.

        This includes those that an interrupted sync left.
        """
        self.is_read.wait(WORDS_FIRST_SECONDS)
        while not self.is_over.is_set():
            is_last = self.is_read.is_set()
            backlog = self.index.without_vectors()
            sizes_of = dict(backlog)
            for revisions in batches(backlog):
                if self.is_over.is_set():
                    return
                self.index.require_room(sum(sizes_of[revision] for revision in revisions))
                texts = {revision: self.index.list_searched_texts(revision) for revision in revisions}
                sizes = {revision: len(own) for revision, own in texts.items()}
                self.index.embed(
                    sizes, *self.embed([text for own in texts.values() for text in own], self.tell_embedded)
                )
            if is_last:
                return
            if not backlog:
                self.is_read.wait(BATCH_SECONDS)

    def embedded(self, texts: Sequence[str]) -> dict[str, tuple[Vector, BinaryTokenVectors | None]]:
        """Returns the vector, `(dim,)`, and the token signs of each text."""
        distinct = list(dict.fromkeys(texts))
        return dict(zip(distinct, zip(*self.embed(distinct), strict=True), strict=True))

    def embed(
        self, texts: Sequence[str], tell: Callable[[int, float], None] = lambda *_: None
    ) -> tuple[Vector, list[BinaryTokenVectors | None]]:
        """Returns vectors, `(n, dim)` and float32, and the token signs of `n` texts.

        None for signs if the model shows no tokens.
        `tell` is called after each part with its size and its seconds.
        Two threads take turns, so that a question waits for one part at most.
        Raises SyncOverError between two parts once the sync is over.
        """
        vectors: list[Vector] = [np.empty((0, 0), np.float32)]
        signs: list[BinaryTokenVectors | None] = []
        for start in range(0, len(texts), BATCH_CHUNKS):
            if self.is_over.is_set():
                raise SyncOverError
            part = texts[start : start + BATCH_CHUNKS]
            with self.embedding:
                started = time.monotonic()
                own, tokens = self.embedder.embed_passages(part, background=True)
            vectors.append(own)
            signs += tokens or [None] * len(part)
            tell(len(part), time.monotonic() - started)
        return np.concatenate(vectors[1:] or vectors), signs

    def tell_embedded(self, count: int, seconds: float) -> None:
        """Reports the progress of the backlog. Called by the embedding thread only."""
        done = self.progress.chunks_done + count
        self.embedding_seconds += seconds
        left = self.embedding_seconds / done * max(0, self.progress.chunks - done)
        self.tell(chunks_done=done, seconds_left=round(left, 1) if self.is_read.is_set() else None)

    def backlog_size(self) -> int:
        """Number of chunks that are not embedded yet."""
        return sum(size for _, size in self.index.without_vectors())


def settle(future: Future[None], work: Callable[[], None]) -> None:
    """Runs a function and passes its outcome to the future."""
    try:
        work()
        future.set_result(None)
    except BaseException as error:
        future.set_exception(error)


def batches(backlog: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Groups revisions into batches of at most BATCH_CHUNKS chunks.

    A larger revision is a batch of its own.
    """
    batch: list[str] = []
    chunks = 0
    for revision, size in backlog:
        if batch and chunks + size > BATCH_CHUNKS:
            yield batch
            batch, chunks = [], 0
        batch.append(revision)
        chunks += size
    if batch:
        yield batch
