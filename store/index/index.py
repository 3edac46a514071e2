"""Index: one folder with catalog, full text and vectors, kept consistent.

A new version of a document is written beside the old one (vectors first), then one transaction swaps catalog
and full text.
The vectors of the old version become garbage, which is removed when no question is reading.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from pathlib import Path
from uuid import uuid4

from database_address import PostgresServer
from store.embeddings.late_interaction import BinaryTokenVectors
from store.index import repair
from store.index.condition import WHOLE, Condition
from store.index.damaged_files import CatalogDamagedError, CatalogUnavailableError
from store.index.open_catalog import REBUILDING, looking_into
from store.index.reader import IndexReader
from store.index.tables import absent_files, catalog
from store.index.tables.absent_files import Absence
from store.index.tables.catalog import Failure, Revision
from store.index.vector_store import Vector, keys
from text.messages import to_text

ASKED = "asked"
"""Name in the table `recipe`: another process asked for a sync."""


class Index(IndexReader):
    """Searchable documents of one folder. Only a sync writes."""

    def put(
        self,
        revisions: Sequence[Revision],
        vectors: Vector | None = None,
        signs: Sequence[BinaryTokenVectors | None] = (),
    ) -> None:
        """Puts new or changed documents, all in one step.

        `vectors` and `signs` have one row for each chunk of all revisions, in order.
        Without vectors the documents are found by full text only, until `embed`.
        """
        self.require_lead()
        self.require_room(sum(len(revision.chunks) for revision in revisions))
        names = [uuid4().hex for _ in revisions]
        if vectors is not None:
            with self.transaction() as connection:
                sizes = [len(revision.chunks) for revision in revisions]
                # The new vectors count as garbage until the swap below. After a crash in between, `tidy` deletes them.
                connection.executemany("INSERT INTO garbage VALUES (?, ?)", zip(names, sizes, strict=True))
            self.add_vectors(dict(zip(names, sizes, strict=True)), vectors)
        own = iter(signs)
        self.require_lead()  # adding vectors may have taken long
        # The swap: a question sees the old versions before this transaction, and the new ones after it.
        with self.transaction() as connection:
            for name, revision in zip(names, revisions, strict=True):
                tokens = list(islice(own, len(revision.chunks)))
                catalog.write_revision(connection, revision, name, vectors is not None, tokens)

    def embed(self, sizes: Mapping[str, int], vectors: Vector, signs: Sequence[BinaryTokenVectors | None]) -> None:
        """Adds the vectors and token signs of revisions that were put without them.

        Both have one row for each chunk, in order.
        Vectors of a revision that was replaced meanwhile are removed by `tidy`.
        """
        self.add_vectors(sizes, vectors)
        self.require_lead()
        own = iter(signs)
        with self.transaction() as connection:
            for revision, size in sizes.items():
                catalog.write_signs(connection, revision, list(islice(own, size)))
            connection.executemany(
                "UPDATE documents SET embedded = TRUE WHERE revision = ?", [(each,) for each in sizes]
            )

    def add_vectors(self, sizes: Mapping[str, int], vectors: Vector) -> None:
        """Adds the vectors of revisions, one for each chunk, in order."""
        self.require_lead()
        self.require_room(len(vectors))
        with self.turn():
            self.vectors.add([key for revision, size in sizes.items() for key in keys(revision, size)], vectors)

    def remove(self, source: str) -> None:
        """Removes a document; `tidy` removes its vectors."""
        self.require_lead()
        with self.transaction() as connection:
            catalog.remove_document(connection, source)

    def set_fingerprint(self, source: str, fingerprint: str) -> None:
        """Records the new fingerprint of a file that was touched but not changed."""
        self.execute("UPDATE documents SET stamp = ? WHERE source = ?", (fingerprint, source))

    def note_failure(self, failure: Failure) -> None:
        """Records why a file could not be read; its older version stays searchable."""
        self.execute(
            "INSERT INTO failures VALUES (?, ?, ?, ?) ON CONFLICT (source) DO UPDATE"
            " SET stamp = excluded.stamp, reason = excluded.reason, remedy = excluded.remedy",
            (failure.source, failure.fingerprint, to_text(failure.reason), to_text(failure.remedy)),
        )

    def forget_failure(self, source: str) -> None:
        """Deletes the record that a file could not be read."""
        self.execute("DELETE FROM failures WHERE source = ?", (source,))

    def note_absences(
        self, vanished: Collection[str], withheld: Collection[str], forgotten: Collection[str], at: float
    ) -> None:
        """Records documents with missing files; deletes `forgotten` ones noted up to `at`."""
        with self.transaction() as connection:
            absent_files.note_absences(connection, vanished, withheld, at)
            absent_files.forget(connection, forgotten, at)

    def accept_absences(self, sources: Collection[str], at: float) -> None:
        """Records that a person confirmed the removal of these documents.

        The next sync removes those that have no file.
        """
        with self.transaction() as connection:
            absent_files.accept(connection, sources, at)

    def tidy(self) -> None:
        """Repairs damage, removes old vectors, and detects vectors lost in a crash.

        While another process reads a state from before, old vectors stay until the next call.
        Raises VectorsUnavailableError if vectors cannot be read or written now, and DiskFullError if the disk is full.
        """
        self.require_lead()
        with self.turn():
            repair.mend_catalog(self)
            repair.mend_vectors(self)
            rows = self.writer.execute("SELECT revision, chunks FROM garbage").fetchall()
            if rows:
                self.require_room(0)
                # Questions that started before the swap may still read the old vectors.
                if not self.wait_for_readers():
                    return
                self.vectors.remove([key for name, size in rows for key in keys(name, size)])
                with self.transaction() as connection:
                    connection.executemany("DELETE FROM garbage WHERE revision = ?", [(name,) for name, _ in rows])
            repair.compare(self)

    def ask_sync(self) -> None:
        """Asks the process that syncs for a sync, also if the folder has not changed."""
        with self.transaction() as connection:
            catalog.note(connection, ASKED, "1")

    def take_wish(self) -> bool:
        """True if another process asked for a sync since the last call."""
        if self.database is None:
            return False
        with self.noting():
            return self.reader().execute("DELETE FROM recipe WHERE name = ?", (ASKED,)).rowcount > 0

    def note_rebuilt(self) -> None:
        """Ends the state "rebuilding". Called when a sync has finished."""
        if repair.rebuilding(self):
            self.execute("DELETE FROM recipe WHERE name = ?", (REBUILDING,))

    def condition(self, is_patient: bool = False) -> Condition:
        """Current health of the index.

        `is_patient` waits until the vectors have been opened.
        """
        if reason := repair.rebuilding(self):
            return Condition("rebuilding", reason)
        if is_patient:
            self.vectors.worker.wait_until_decided()
        if trouble := self.vectors.worker.trouble():
            return Condition("words only", trouble)
        if self.shortage:
            return Condition("words only" if self.has_backlog() else "whole", self.shortage)
        return WHOLE

    def needs_sync(self) -> bool:
        """True if a check or an embedding is due even if the folder is unchanged."""
        self.is_suspect |= not self.connections.is_still_there()
        return self.is_suspect or (self.is_mended and self.vectors.is_suspect) or self.has_backlog()


def peek(folder: Path, server: PostgresServer | None = None) -> tuple[dict[str, str], list[Absence]]:
    """Fingerprints and absences of an index without an owner, whatever its recipe.

    Both are empty if the catalog is missing or cannot be read.
    """
    path = folder / "catalog.sqlite"
    if server is None and not path.exists():
        return {}, []
    try:
        with looking_into(path, server) as connection:
            fingerprints = dict(connection.execute("SELECT source, stamp FROM documents"))
            return fingerprints, absent_files.read_absences(connection)
    except (sqlite3.DatabaseError, CatalogDamagedError, CatalogUnavailableError):
        return {}, []
