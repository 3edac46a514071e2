"""The index: one folder with a catalog, keywords and vectors, and the rules that keep them together.

A document's new version is written beside the old one (vectors first), then one SQLite transaction
swaps catalog and keywords. What the swap left behind is garbage, removed when no question is reading.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from uuid import uuid4

from store.embeddings.late_interaction import Signs
from store.index import absent_files, catalog, repair
from store.index.absent_files import Absence
from store.index.catalog import Failure, Revision
from store.index.condition import WHOLE, Condition
from store.index.open_catalog import REBUILDING
from store.index.reader import IndexReader
from store.index.vector_store import Vector, keys
from store.messages import to_text


class Index(IndexReader):
    """The documents of one folder, searchable. Only a sync writes."""

    def put(
        self, revisions: Sequence[Revision], vectors: Vector | None = None, signs: Sequence[Signs | None] = ()
    ) -> None:
        """Puts documents, new or changed, at one moment; `vectors` and `signs` have one for each of their chunks, in
        order.

        Without vectors they are found by words until `embed`.
        """
        self.require_room(sum(len(revision.chunks) for revision in revisions))
        names = [uuid4().hex for _ in revisions]
        if vectors is not None:
            with self.transaction() as connection:
                sizes = [len(revision.chunks) for revision in revisions]
                connection.executemany("INSERT INTO garbage VALUES (?, ?)", zip(names, sizes, strict=True))
            self.add_vectors(dict(zip(names, sizes, strict=True)), vectors)
        own = iter(signs)
        with self.transaction() as connection:
            for name, revision in zip(names, revisions, strict=True):
                tokens = list(islice(own, len(revision.chunks)))
                catalog.write_revision(connection, revision, name, vectors is not None, tokens)

    def embed(self, sizes: Mapping[str, int], vectors: Vector, signs: Sequence[Signs | None]) -> None:
        """Adds the vectors of revisions that were put without, and the signs, one for each of their chunks in order.

        What a revision that was replaced meanwhile leaves behind is mended by `tidy`.
        """
        self.add_vectors(sizes, vectors)
        own = iter(signs)
        with self.transaction() as connection:
            for revision, size in sizes.items():
                catalog.write_signs(connection, revision, list(islice(own, size)))
            connection.executemany("UPDATE documents SET embedded = 1 WHERE revision = ?", [(each,) for each in sizes])

    def add_vectors(self, sizes: Mapping[str, int], vectors: Vector) -> None:
        """Adds the vectors of revisions, one for each of their chunks in order."""
        self.require_room(len(vectors))
        with self.turn():
            self.vectors.add([key for revision, size in sizes.items() for key in keys(revision, size)], vectors)

    def remove(self, source: str) -> None:
        with self.transaction() as connection:
            catalog.remove_document(connection, source)

    def restamp(self, source: str, stamp: str) -> None:
        """Notes that a file was touched but not changed."""
        self.execute("UPDATE documents SET stamp = ? WHERE source = ?", (stamp, source))

    def note_failure(self, failure: Failure) -> None:
        """Keeps why a file could not be read; an older version of it stays answerable."""
        self.execute(
            "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
            (failure.source, failure.stamp, to_text(failure.reason), to_text(failure.remedy)),
        )

    def forget_failure(self, source: str) -> None:
        self.execute("DELETE FROM failures WHERE source = ?", (source,))

    def note_absences(
        self, vanished: Collection[str], withheld: Collection[str], forgotten: Collection[str], at: float
    ) -> None:
        """Notes which documents miss their files, and forgets those of which that was true before `at`."""
        with self.transaction() as connection:
            absent_files.note(connection, vanished, withheld, at)
            absent_files.forget(connection, forgotten, at)

    def accept_absences(self, sources: Collection[str], at: float) -> None:
        """Notes that somebody decided to do without these documents: the next sync removes those without a file."""
        with self.transaction() as connection:
            absent_files.accept(connection, sources, at)

    def tidy(self) -> None:
        """Looks after what was damaged, removes the vectors of old revisions, and finds out vectors that a crash of the
        machine lost. Raises VectorsUnavailableError and DiskFullError."""
        with self.turn():
            repair.mend_catalog(self)
            repair.mend_vectors(self)
            rows = self.writer.execute("SELECT revision, chunks FROM garbage").fetchall()
            if rows:
                self.require_room(0)
                self.gate.wait_for_those_inside()
                self.vectors.remove([key for name, size in rows for key in keys(name, size)])
                with self.transaction() as connection:
                    connection.executemany("DELETE FROM garbage WHERE revision = ?", [(name,) for name, _ in rows])
            repair.compare(self)

    def note_rebuilt(self) -> None:
        """Notes that what was damaged has been made anew. Called when a sync has come to its end."""
        if repair.rebuilding(self):
            self.execute("DELETE FROM recipe WHERE name = ?", (REBUILDING,))

    def condition(self, is_patient: bool = False) -> Condition:
        """In what condition the index is now; who is patient waits until the vectors have been opened."""
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
        """Whether something has to be checked, or to be embedded, though the folder may look the same."""
        self.is_suspect |= not self.connections.is_still_there()
        return self.is_suspect or (self.is_mended and self.vectors.is_suspect) or self.has_backlog()


def peek(folder: Path) -> tuple[dict[str, str], list[Absence]]:
    """The stamps and absences of an index that nobody owns, whatever its recipe; nothing where none can be read."""
    if not (path := folder / "catalog.sqlite").exists():
        return {}, []
    try:
        with closing(catalog.connect(path, is_new=False)) as connection:
            return dict(connection.execute("SELECT source, stamp FROM documents")), absent_files.read(connection)
    except sqlite3.DatabaseError:
        return {}, []
