"""Sync: makes the index mirror the knowledge folder; the only way into the index.

New files are searchable by full text as soon as they are read, and by vectors once they are embedded. A slow read
does not delay the embedding of other files.
A changed file is read and embedded first and then swapped, so that a question sees its old or its new version.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from ingest.sync.ocr_cache import forget
from ingest.sync.plan import ASKS, Allowed, Failed, failed, make_plan, marked, means
from ingest.sync.read_file import read
from settings import Settings
from store import folder
from store.documents import Unreadable
from store.embeddings import Embedder
from store.embeddings.late_interaction import Signs
from store.index import WHOLE, Condition, Failure, Index, Revision, Vector, VectorsUnavailableError
from store.messages import NOTHING, Message, message

READERS = 2
"""Files read at the same time."""
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


class Over(Exception):
    """The sync has failed or was interrupted meanwhile."""


class Sync:
    """One sync of a folder into an index. `watch` is called with each progress."""

    def __init__(
        self, settings: Settings, index: Index, embedder: Embedder, watch: Callable[[Progress], None] = lambda _: None
    ) -> None:
        self.settings, self.index, self.embedder, self.watch = settings, index, embedder, watch
        self.progress = Progress()
        self.failed: list[Failed] = []
        self.embedding_seconds = 0.0
        self.telling, self.embedding = threading.Lock(), threading.Lock()
        self.is_read, self.is_over = threading.Event(), threading.Event()

    def run(self, allowed: Allowed = ASKS) -> Report:
        """Runs the sync.

        Raises FolderUnreadable and EmptyFolder before anything is changed.
        """
        started = time.monotonic()
        with suppress(VectorsUnavailableError):  # full-text search needs no vectors; embedding raises it again
            self.index.tidy()
        plan = make_plan(self.settings, self.index, allowed)
        missing = plan.missing.withheld
        self.failed = list(plan.failed)
        self.tell(files=len(plan.new) + len(plan.changed), missing=missing)
        self.remove(plan.missing.going)
        with self.embedding_beside():
            added = self.put_new(plan.new)
            updated = self.put_changed(plan.changed)
        moved = self.arrived(plan.moved)
        self.remove(moved)
        self.index.tidy()  # again, for the vectors of the versions that were replaced
        self.index.note_rebuilt()
        self.tell(stage="ready", seconds_left=None)
        return Report(
            added, updated, plan.unchanged, len(plan.missing.going) + len(moved), tuple(self.failed),
            (*plan.waiting, *plan.missing.settling), self.index.chunk_count(), round(time.monotonic() - started, 3),
            missing,
        )  # fmt: skip

    def remove(self, sources: Iterable[str]) -> None:
        for source in sources:
            self.index.remove(source)
            forget(source, self.settings)

    def arrived(self, moved: Mapping[str, Collection[str]]) -> list[str]:
        """Renamed documents that are searchable under a new name by now.

        A document that could not be read under its new name stays under the old one.
        """
        stamps = self.index.stamps()
        there = {source: folder.stamped_content(stamp) for source, stamp in stamps.items()}
        return [old for old, names in moved.items() if any(there.get(new) == there.get(old) for new in names)]

    def put_new(self, files: dict[str, Path]) -> int:
        """Puts new files as soon as they are read, without vectors.

        No file waits for a slower one.
        """
        batch: list[Revision] = []
        count, since = 0, time.monotonic()
        for revisions in self.read_all(files):
            batch += revisions
            count += len(revisions)
            if batch and time.monotonic() - since > BATCH_SECONDS:
                self.index.put(batch)
                batch, since = [], time.monotonic()
        if batch:
            self.index.put(batch)
        return count

    def put_changed(self, files: dict[str, Path]) -> int:
        """Reads and embeds changed files, then swaps them.

        No file waits for a slower one.
        """
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
        """Replaces documents by their new versions; embeds only the changed chunks."""
        if not batch:
            return
        # unchanged chunks keep the vectors of the old version, found by their searchable text
        texts = [text for revision in batch for text in revision.searched_texts()]
        try:
            kept = {text: own for each in batch for text, own in self.index.embedded(each.document.source).items()}
        except VectorsUnavailableError:
            self.index.put(batch)  # the new text in full-text search is worth more than the old one in vector search
            return
        known = self.embedded([text for text in texts if text not in kept])
        known |= kept
        if len({signs is None for _, signs in known.values()}) > 1:
            known = self.embedded(texts)  # the engine has changed; a document has all its token signs or none
        vectors = np.array([known[text][0] for text in texts], np.float32)
        self.index.put(batch, vectors, [known[text][1] for text in texts])

    def embedded(self, texts: Sequence[str]) -> dict[str, tuple[Vector, Signs | None]]:
        """Vector and token signs of each text."""
        distinct = list(dict.fromkeys(texts))
        return dict(zip(distinct, zip(*self.embed(distinct), strict=True), strict=True))

    @contextmanager
    def embedding_beside(self) -> Iterator[None]:
        """Embeds in a thread during the block, and waits for it at the end.

        Raises the errors of the embedding.
        """
        embedding: Future[None] = Future()
        threading.Thread(target=resolve, args=(embedding, self.embed_backlog), name="embedding", daemon=True).start()
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
                texts = {revision: self.index.searched_texts(revision) for revision in revisions}
                sizes = {revision: len(own) for revision, own in texts.items()}
                self.index.embed(
                    sizes, *self.embed([text for own in texts.values() for text in own], self.tell_embedded)
                )
            if is_last:
                return
            if not backlog:
                self.is_read.wait(BATCH_SECONDS)

    def embed(
        self, texts: Sequence[str], tell: Callable[[int, float], None] = lambda *_: None
    ) -> tuple[Vector, list[Signs | None]]:
        """Vectors and token signs of texts; None for signs if the model shows no tokens.

        `tell` is called after each part with its size and its seconds.
        Two threads take turns, so that a question waits for one part at most.
        """
        vectors: list[Vector] = [np.empty((0, 0), np.float32)]
        signs: list[Signs | None] = []
        for start in range(0, len(texts), BATCH_CHUNKS):
            if self.is_over.is_set():
                raise Over
            part = texts[start : start + BATCH_CHUNKS]
            with self.embedding:
                started = time.monotonic()
                own, tokens = self.embedder.read(part, gives_way=True)
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

    def read_all(self, files: dict[str, Path]) -> Iterator[list[Revision]]:
        """Revisions of readable files as they come; an empty list every BATCH_SECONDS.

        At most twice as many files as readers are in progress, so that memory does not grow with the folder.
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
        finally:  # an interrupted sync does not wait for the current files
            pool.shutdown(wait=False, cancel_futures=True)

    def read_one(self, source: str, path: Path) -> Revision | None:
        """Revision of a file; None if it cannot be read, which is recorded."""
        try:
            return marked(read(path, source, self.settings), self.settings)
        except Unreadable as error:
            self.note(Failure(source, means(self.settings) + folder.stamp(path), error.reason, error.remedy))
        except OSError as error:
            reason = message("file.not_read", error=error.strerror)
            self.note(Failure(source, "", reason, message("file.check_right_to_read")))
        except Exception as error:  # a file that no reader foresaw must not keep the others from being read
            logging.exception("%s could not be read", source)
            reason = message("file.failed", error=type(error).__name__)
            self.note(Failure(source, "", reason, message("file.tell_developers")))
        return None

    def note(self, failure: Failure) -> None:
        """Records a failure. Without a fingerprint the next sync reads the file again."""
        self.failed.append(failed(failure))
        self.index.note_failure(failure)

    def tell(self, **changes: object) -> None:
        with self.telling:
            self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]
            self.watch(self.progress)


def resolve(future: Future[None], work: Callable[[], None]) -> None:
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
