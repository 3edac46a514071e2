"""Sync: makes the index mirror the knowledge folder; the only way into the index.

New files are searchable by full text as soon as they are read, and by vectors once they are embedded. A slow read
does not delay the embedding of other files.
A changed file is read and embedded first and then swapped, so that a question sees its old or its new version.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import nullcontext, suppress
from itertools import islice
from pathlib import Path

import numpy as np

from ingest.sync.embedding import BATCH_CHUNKS, BATCH_SECONDS, EmbeddingStage
from ingest.sync.ocr_cache import forget
from ingest.sync.plan import ASKS, Allowed, make_plan, reader_settings, to_failed, with_rules_version
from ingest.sync.progress import Report
from ingest.sync.read_file import read_revision
from store import folder
from store.documents import UnreadableFileError
from store.index import Failure, Revision, VectorsUnavailableError
from text.messages import message, system_reason

READERS = 2
"""Files read at the same time."""


class Sync(EmbeddingStage):
    """One sync of a folder into an index."""

    def run(self, allowed: Allowed = ASKS, embeds_new: bool = True) -> Report:
        """Runs the sync; without `embeds_new`, vectors of new documents wait for the next.

        Raises FolderUnreadableError and EmptyFolderError before anything is changed.
        """
        started = time.monotonic()
        with suppress(VectorsUnavailableError):  # full-text search needs no vectors; embedding raises it again
            self.index.tidy()
        plan = make_plan(self.settings, self.index, allowed)
        missing = plan.missing.withheld
        self.failed = list(plan.failed)
        self.tell(files=len(plan.new) + len(plan.changed), missing=missing)
        self.remove(plan.missing.going)
        with self.embedding_beside() if embeds_new else nullcontext():
            added = self.put_new(plan.new)
            updated = self.put_changed(plan.changed)
        moved = self.find_arrived(plan.moved)
        self.remove(moved)
        self.index.tidy()  # again, for the vectors of the versions that were replaced
        self.index.note_rebuilt()
        self.tell(stage="ready", seconds_left=None)
        return Report(
            added, updated, plan.unchanged, len(plan.missing.going) + len(moved), tuple(self.failed),
            (*plan.waiting, *plan.missing.settling, *self.vanished), self.index.chunk_count(),
            round(time.monotonic() - started, 3), missing,
        )  # fmt: skip

    def remove(self, sources: Iterable[str]) -> None:
        """Removes documents from the index, and their OCR results from the cache."""
        for source in sources:
            self.index.remove(source)
            forget(source, self.settings)

    def find_arrived(self, moved: Mapping[str, Collection[str]]) -> list[str]:
        """Renamed documents that are searchable under a new name by now.

        A document that could not be read under its new name stays under the old one.
        """
        fingerprints = self.index.fingerprints()
        there = {source: folder.content_of_fingerprint(fingerprint) for source, fingerprint in fingerprints.items()}
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
        texts = [text for revision in batch for text in revision.list_searched_texts()]
        try:
            kept = {
                text: own for each in batch for text, own in self.index.vectors_by_text(each.document.source).items()
            }
        except VectorsUnavailableError:
            self.index.put(batch)  # the new text in full-text search is worth more than the old one in vector search
            return
        known = self.embedded([text for text in texts if text not in kept])
        known |= kept
        if len({signs is None for _, signs in known.values()}) > 1:
            known = self.embedded(texts)  # the engine has changed; a document has all its token signs or none
        vectors = np.array([known[text][0] for text in texts], np.float32)
        self.index.put(batch, vectors, [known[text][1] for text in texts])

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
        """Reads a file as a new revision of its document.

        None if it cannot be read; the failure is then recorded.
        """
        try:
            return with_rules_version(read_revision(path, source, self.settings), self.settings)
        except UnreadableFileError as error:
            fingerprint = reader_settings(self.settings) + folder.fingerprint(path)
            self.note(Failure(source, fingerprint, error.reason, error.remedy), path)
        except OSError as error:
            reason = message("file.not_read", error=system_reason(error))
            self.note(Failure(source, "", reason, message("file.check_right_to_read")), path)
        except Exception as error:  # a file that no reader foresaw must not keep the others from being read
            logging.exception("%s could not be read", source)
            reason = message("file.failed", error=type(error).__name__)
            self.note(Failure(source, "", reason, message("file.tell_developers")), path)
        return None

    def note(self, failure: Failure, path: Path) -> None:
        """Records a failure. Without a fingerprint the next sync reads the file again.

        A file that is gone by now is only reported: if the whole folder went, the next sync says that once.
        """
        self.failed.append(to_failed(failure))
        if folder.read_status(path):
            self.index.note_failure(failure)
        else:
            self.vanished.append(failure.source)
