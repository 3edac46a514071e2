"""The index: one folder with a catalog, keywords and vectors, and the rules that keep them together.

A document's new version is written beside the old one (vectors first), then one SQLite transaction
swaps catalog and keywords. What the swap left behind is garbage, removed when no question is reading.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from pydantic import ValidationError

from store import validity
from store.documents import Chunk, Document, Metadata, Validity
from store.embeddings.late_interaction import Signs
from store.free_space import DiskFullError, require_free_space
from store.index import absent_files, catalog, full_text, repair
from store.index.absent_files import Absence
from store.index.catalog import Entry, Failure, Revision
from store.index.condition import WHOLE, Condition
from store.index.damaged_files import CatalogDamagedError, read_error
from store.index.language_centroids import Centres
from store.index.passages import read_chunks, read_near, read_signs
from store.index.read_lock import Gate
from store.index.repair import open_catalog
from store.index.vector_store import Vector, Vectors
from store.vector_worker import VectorsUnavailableError

ROOM_FOR_A_CHUNK = 48 << 10
"""Bytes of disk that a chunk may take while it is written: its text, terms, signs and vector, each several times."""


class GivenBack(Exception):
    """This process does not own the index any more."""


P = ParamSpec("P")
Result = TypeVar("Result")


def reads(method: Callable[Concatenate[Index, P], Result]) -> Callable[Concatenate[Index, P], Result]:
    """A method that reads the catalog: what goes wrong is noted (see `Index.noting`)."""

    @wraps(method)
    def reading(index: Index, /, *arguments: P.args, **named: P.kwargs) -> Result:
        with index.noting():
            return method(index, *arguments, **named)

    return reading


@dataclass(frozen=True)
class Candidate:
    """A chunk that may answer. `similarity` is a cosine (None without a vector), `coverage` the share, 0 to 1,
    of the question's idf weight that the chunk holds, `terms` the question's terms that it holds, `signs` those of
    its tokens (None where the model shows none, or while it is not embedded)."""

    source: str
    chunk: Chunk
    similarity: float | None
    coverage: float
    terms: frozenset[str]
    signs: Signs | None = None


class Index:
    """The documents of one folder, searchable. Safe from several threads of the one process that owns it."""

    def __init__(self, folder: Path, recipe: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.recipe = folder, recipe
        self.path = folder / "catalog.sqlite"
        self.vectors = Vectors(folder / "vectors")
        try:
            self.connections = open_catalog(self.path, recipe)
        except BaseException:
            self.vectors.close()
            raise
        self.writing, self.given_back, self.is_mended = threading.RLock(), False, False
        self.is_suspect, self.shortage = False, ""
        self.gate = Gate()
        self.generation = 0
        self.metadata_of: tuple[int, dict[str, Metadata]] = (-1, {})
        self.typical = Centres()
        self.valid: tuple[tuple[int, date], dict[str, tuple[Validity, str]]] = ((-1, date.min), {})

    # Writing: only ingest.sync.sync calls these

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

    @reads
    def without_vectors(self) -> list[tuple[str, int]]:
        """The revisions that are not yet found by meaning, each with the number of its chunks."""
        return self.reader().execute(
            "SELECT d.revision, count(*) FROM documents d JOIN chunks USING (source) WHERE NOT embedded"
            " GROUP BY d.revision ORDER BY d.rowid"
        ).fetchall()  # fmt: skip

    @reads
    def searched_texts(self, revision: str) -> list[str]:
        """What is searched for each chunk of a revision, in order; none if it is no longer there."""
        rows = self.reader().execute(
            "SELECT metadata, chunk FROM chunks c JOIN documents USING (source) WHERE c.revision = ? ORDER BY ordinal",
            (revision,),
        )
        return [
            catalog.searched_text(catalog.METADATA.validate_json(metadata), catalog.CHUNK.validate_json(chunk))
            for metadata, chunk in rows
        ]

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

    @reads
    def embedded(self, source: str) -> dict[str, tuple[Vector, Signs | None]]:
        """The vectors of a document's chunks and the signs of their tokens, by what is searched for each."""
        row = self.reader().execute(
            "SELECT revision FROM documents WHERE source = ? AND embedded", (source,)
        ).fetchone()  # fmt: skip
        if row is None:
            return {}
        texts = self.searched_texts(row[0])
        rows = self.reader().execute(
            "SELECT content FROM chunks LEFT JOIN signs ON signs.chunk = id WHERE revision = ? ORDER BY ordinal", row
        )
        vectors = self.vectors.read(names := keys(row[0], len(texts)))
        return {
            text: (vectors[name], Signs.from_bytes(content) if content else None)
            for text, name, (content,) in zip(texts, names, rows, strict=True)
            if name in vectors
        }

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
            (failure.source, failure.stamp, failure.reason, failure.remedy),
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

    def require_room(self, chunks: int) -> None:
        """Raises DiskFullError where the disk has no room for so many chunks."""
        try:
            require_free_space(self.folder, chunks * ROOM_FOR_A_CHUNK)
        except DiskFullError as error:
            self.shortage = str(error)
            raise
        self.shortage = ""

    def note_rebuilt(self) -> None:
        """Notes that what was damaged has been made anew. Called when a sync has come to its end."""
        if repair.rebuilding(self):
            self.execute("DELETE FROM recipe WHERE name = ?", (repair.REBUILDING,))

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

    @reads
    def has_backlog(self) -> bool:
        """Whether a document is not yet found by meaning."""
        return bool(self.reader().execute("SELECT EXISTS (SELECT 1 FROM documents WHERE NOT embedded)").fetchone()[0])

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One writer at a time. Raises GivenBack."""
        with self.writing:
            if self.given_back:
                raise GivenBack("The index was given back while it was being written. Run the command again.")
            yield

    def give_back(self) -> None:
        """Ends all writing: another process may own the folder from now on. What is being written is written first."""
        with self.writing:
            self.given_back = True

    def close(self) -> None:
        """Gives the index back and ends what it has started, once nobody reads a snapshot; nothing can be read then."""
        self.give_back()
        self.vectors.close()  # first: who waits for vectors is let go
        with self.writing:
            self.gate.wait_for_those_inside()
            self.connections.close()

    @property
    def writer(self) -> sqlite3.Connection:
        return self.connections.writer

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one writer at a time. Raises DiskFullError and CatalogDamagedError."""
        with self.turn(), self.noting():
            self.writer.execute("BEGIN IMMEDIATE")
            try:
                yield self.writer
                self.writer.execute("COMMIT")
            except BaseException:
                if self.writer.in_transaction:  # SQLite may have taken it back by itself
                    self.writer.execute("ROLLBACK")
                raise
            self.generation += 1

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Says what an error of the catalog means, and notes that it has to be checked where it may be damaged."""
        try:
            yield
        except (sqlite3.DatabaseError, ValidationError) as error:
            meant = read_error(error, self.path)
            self.is_suspect |= isinstance(meant, CatalogDamagedError)
            raise meant from error

    def execute(self, statement: str, values: tuple[object, ...]) -> None:
        with self.transaction() as connection:
            connection.execute(statement, values)

    # Reading

    def reader(self) -> sqlite3.Connection:
        """This thread's own connection, so that questions do not wait for each other."""
        return self.connections.reader()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """One state of the whole index: what is swapped meanwhile is not seen, and its vectors stay."""
        with self.gate.open():
            connection = self.reader()
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM recipe").fetchone()
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @reads
    def candidates(self, asked: Sequence[str], vector: Vector | None, limit: int) -> list[Candidate]:
        """The chunks nearest by meaning and those best by words, at most `limit` of each, in no order."""
        with self.snapshot() as connection:
            rows = read_chunks(connection, full_text.search(connection, asked, limit))
            near = self.nearest(vector, limit, [key for key, *_ in rows.values()]) if vector is not None else {}
            rows |= read_near(connection, near)
            weights = full_text.weights(connection, asked)
            held = full_text.held(connection, list(rows), asked)
            signs = read_signs(connection, rows)
        total = sum(weights.values()) or 1.0
        return [
            Candidate(
                source,
                catalog.CHUNK.validate_json(chunk),
                near.get(key),
                sum(weights[term] for term in held[row]) / total,
                held[row],
                signs.get(row),
            )
            for row, (key, source, chunk) in rows.items()
        ]

    def nearest(self, vector: Vector, limit: int, others: Sequence[str]) -> dict[str, float]:
        """The similarity of the nearest chunks and of the others named; none while the vectors cannot be read."""
        with suppress(VectorsUnavailableError):
            return self.vectors.nearest(vector, limit, others)
        return {}

    @reads
    def documents(self) -> dict[str, Metadata]:
        """The metadata of every document, by source."""
        generation, known = self.metadata_of
        if generation != self.generation:
            generation = self.generation
            rows = self.reader().execute("SELECT source, metadata FROM documents ORDER BY source").fetchall()
            known = {source: catalog.METADATA.validate_json(metadata) for source, metadata in rows}
            self.metadata_of = generation, known
        return known

    def validities(self, on: date) -> dict[str, tuple[Validity, str]]:
        """Whether each document applies on a day, and the source of the one that replaced it."""
        key = (self.generation, on)
        if self.valid[0] != key:
            self.valid = key, validity.validities(self.documents(), on)
        return self.valid[1]

    @reads
    def centres(self) -> dict[str, Vector]:
        """What is typical for each language; see `Centres`."""
        return self.typical.find(self)

    @reads
    def updated(self) -> datetime | None:
        """When the content last changed (a document was put or removed), in UTC; None for an index made before this
        was noted that has not changed since."""
        return catalog.read_updated(self.reader())

    @reads
    def document(self, source: str) -> Document | None:
        return catalog.read_document(self.reader(), source)

    @reads
    def text_at(self, source: str, start: int, end: int) -> str | None:
        """A part of a document's text; None where there is no such document. Takes a fraction of a millisecond."""
        return catalog.read_text_at(self.reader(), source, start, end)

    @reads
    def revision(self, source: str) -> Revision | None:
        """A document with its chunks, as both are at one moment."""
        with self.snapshot() as connection:
            return catalog.read_revision(connection, source)

    @reads
    def is_embedded(self, source: str) -> bool:
        """Whether a document is found by meaning already."""
        row = self.reader().execute("SELECT embedded FROM documents WHERE source = ?", (source,)).fetchone()
        return row is not None and bool(row[0])

    @reads
    def entries(self) -> list[Entry]:
        return catalog.read_entries(self.reader())

    @reads
    def failures(self) -> list[Failure]:
        return [Failure(*row) for row in self.reader().execute("SELECT * FROM failures ORDER BY source")]

    @reads
    def absences(self) -> list[Absence]:
        """The documents whose files are missing, and those that left for it a short while ago."""
        return absent_files.read(self.reader())

    @reads
    def stamps(self) -> dict[str, str]:
        """What each document's file looked like when it was read."""
        return dict(self.reader().execute("SELECT source, stamp FROM documents").fetchall())

    @reads
    def chunk_count(self) -> int:
        return int(self.reader().execute("SELECT count(*) FROM chunks").fetchone()[0])

    @reads
    def weights(self, asked: Sequence[str]) -> dict[str, float]:
        """The idf weight of each term."""
        return full_text.weights(self.reader(), asked)


def peek(folder: Path) -> tuple[dict[str, str], list[Absence]]:
    """The stamps and absences of an index that nobody owns, whatever its recipe; nothing where none can be read."""
    if not (path := folder / "catalog.sqlite").exists():
        return {}, []
    try:
        with closing(catalog.connect(path, is_new=False)) as connection:
            return dict(connection.execute("SELECT source, stamp FROM documents")), absent_files.read(connection)
    except sqlite3.DatabaseError:
        return {}, []


def keys(revision: str, chunks: int) -> list[str]:
    """The keys of a revision's vectors."""
    return [f"{revision}:{ordinal}" for ordinal in range(chunks)]
