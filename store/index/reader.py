"""Reads the index: candidates for a question, documents, and the status of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from database_address import PostgresServer
from store import validity
from store.documents import Document, Metadata, Validity
from store.embeddings.late_interaction import BinaryTokenVectors
from store.index.candidates import Candidate, Scope
from store.index.language_centroids import LanguageCentroids
from store.index.state import IndexState, reads
from store.index.tables import absent_files, catalog, full_text
from store.index.tables.absent_files import Absence
from store.index.tables.catalog import Entry, Failure, Revision
from store.index.tables.connection import Connection
from store.index.tables.passages import (
    parse_chunk,
    rank_above_baseline,
    read_chunks,
    read_ids,
    read_near,
    read_signs,
    read_sources,
    read_text_at,
)
from store.index.vector_store import Vector, keys
from store.vector_worker import ChromaServer, VectorsUnavailableError
from text.messages import from_text

REACH = 10
"""Nearest chunks looked at for each one taken, when languages are compared."""
OF_OTHERS, TAKEN_OF_OTHERS = 20, 10
"""Chunks of each other language that are compared with its own, and always taken."""


class IndexReader(IndexState):
    """Reads an index; each method sees one state, whatever is written meanwhile."""

    def __init__(
        self, folder: Path, recipe: str, server: ChromaServer | None = None, database: PostgresServer | None = None
    ) -> None:
        super().__init__(folder, recipe, server, database)
        self.centroids = LanguageCentroids()

    @reads
    def candidates(
        self, asked: Sequence[str], vector: Vector | None, limit: int, scope: Scope | None = None
    ) -> list[Candidate]:
        """Returns the chunks nearest by vector and best by full text, in no order.

        At most `limit` of each, and all of the sources taken whole. With a scope, those nearest are the chunks that
        stand out most from what is usual, and the first ones of each other language.
        """
        with self.snapshot() as connection:
            found = full_text.search(connection, asked, limit)
            rows = read_chunks(connection, [*found, *(read_ids(connection, scope.whole) if scope else ())])
            others, taken = [key for key, *_ in rows.values()], list[str]()
            if vector is not None and scope:
                for own in self.nearest_in_other_languages(connection, vector, scope):
                    others += own
                    taken += own[:TAKEN_OF_OTHERS]
            near = self.nearest(vector, REACH * limit if scope else limit, others) if vector is not None else {}
            chosen = rank_above_baseline(near, read_sources(connection, near), scope.usual, limit) if scope else near
            rows |= read_near(connection, {*chosen, *near.keys() & taken})
            weights = full_text.weights(connection, asked)
            held = full_text.match_terms(connection, list(rows), asked)
            signs = read_signs(connection, rows)
        total = sum(weights.values()) or 1.0
        return [
            Candidate(
                source,
                parse_chunk(chunk),
                near.get(key),
                sum(weights[term] for term in held[row]) / total,
                held[row],
                signs.get(row),
            )
            for row, (key, source, chunk) in rows.items()
        ]

    def nearest_in_other_languages(self, connection: Connection, vector: Vector, scope: Scope) -> Iterator[list[str]]:
        """Yields keys of the chunks nearest to the question as asked in their language.

        Nearest first, at most OF_OTHERS of each other language in scope.
        """
        language_of = {source: each.language for source, each in self.documents().items() if source in scope.usual}
        for language in sorted({*language_of.values()} - {scope.language}):
            if (moved := self.centroids.translate_vector(vector, scope.language, language)) is not None:
                near = self.nearest(moved, REACH * OF_OTHERS, ())
                sources = read_sources(connection, near)
                own = [key for key in near if language_of.get(sources.get(key.rpartition(":")[0], "")) == language]
                yield own[:OF_OTHERS]

    def nearest(self, vector: Vector, limit: int, others: Sequence[str]) -> dict[str, float]:
        """Similarity of the nearest chunks and of the named others.

        Empty while the vectors cannot be read.
        """
        with suppress(VectorsUnavailableError):
            return self.vectors.nearest(vector, limit, others)
        return {}

    @reads
    def documents(self) -> dict[str, Metadata]:
        """Metadata of every document, by source."""
        generation, known = self.metadata_of
        if generation != self.generation:
            generation = self.generation
            rows = self.reader().execute("SELECT source, metadata FROM documents ORDER BY source").fetchall()
            known = {source: catalog.METADATA.validate_json(metadata) for source, metadata in rows}
            self.metadata_of = generation, known
        return known

    def validities(self, on: date) -> dict[str, tuple[Validity, str]]:
        """Validity of each document on a day, and the source of its replacement."""
        key = (self.generation, on)
        if self.valid[0] != key:
            self.valid = key, validity.validities(self.documents(), on)
        return self.valid[1]

    @reads
    def centres(self) -> dict[str, Vector]:
        """Centroid of each language; see `LanguageCentroids`."""
        return self.centroids.find(self, self.documents())

    @reads
    def last_update(self) -> datetime | None:
        """Time when a document was last put or removed, in UTC.

        None for an index built before this was recorded and unchanged since.
        """
        return catalog.read_updated(self.reader())

    @reads
    def document(self, source: str) -> Document | None:
        """Returns a document as it was read.

        None if the source is unknown.
        """
        return catalog.read_document(self.reader(), source)

    @reads
    def text_at(self, source: str, start: int, end: int) -> str | None:
        """Part of a document's text, between two character offsets.

        None if the document does not exist.
        Takes a fraction of a millisecond.
        """
        return read_text_at(self.reader(), source, start, end)

    @reads
    def revision(self, source: str) -> Revision | None:
        """Returns a document with its chunks, from one consistent state.

        None if the source is unknown.
        """
        with self.snapshot() as connection:
            return catalog.read_revision(connection, source)

    @reads
    def is_embedded(self, source: str) -> bool:
        """True once vector search can find the document."""
        row = self.reader().execute("SELECT embedded FROM documents WHERE source = ?", (source,)).fetchone()
        return row is not None and bool(row[0])

    @reads
    def entries(self) -> list[Entry]:
        """Returns an entry for each document, ordered by source."""
        return catalog.read_entries(self.reader())

    @reads
    def failures(self) -> list[Failure]:
        """Returns the files that could not be read, ordered by source."""
        rows = self.reader().execute("SELECT source, stamp, reason, remedy FROM failures ORDER BY source")
        return [Failure(source, seen, from_text(reason), from_text(remedy)) for source, seen, reason, remedy in rows]

    @reads
    def absences(self) -> list[Absence]:
        """Documents with missing files, and those removed for that a short while ago."""
        return absent_files.read_absences(self.reader())

    @reads
    def fingerprints(self) -> dict[str, str]:
        """Fingerprint of each document's file when it was read, by source."""
        return dict(self.reader().execute("SELECT source, stamp FROM documents").fetchall())

    @reads
    def chunk_count(self) -> int:
        """Returns the number of all chunks, also of those without a vector."""
        return int(self.reader().execute("SELECT count(*) FROM chunks").fetchone()[0])

    @reads
    def weights(self, asked: Sequence[str]) -> dict[str, float]:
        """Idf weight of each term."""
        return full_text.weights(self.reader(), asked)

    @reads
    def uses(self, terms: Sequence[str]) -> bool:
        """True if the documents use all of these terms themselves."""
        return full_text.are_common(self.reader(), terms)

    @reads
    def without_vectors(self) -> list[tuple[str, int]]:
        """Revisions that are not embedded yet, each with its number of chunks."""
        return self.reader().execute(
            "SELECT d.revision, count(*) FROM documents d JOIN chunks USING (source) WHERE NOT embedded"
            " GROUP BY d.revision ORDER BY min(id)"
        ).fetchall()  # fmt: skip

    @reads
    def list_searched_texts(self, revision: str) -> list[str]:
        """Searchable text of each chunk of a revision, in order; empty if it is gone."""
        rows = self.reader().execute(
            "SELECT metadata, chunk FROM chunks c JOIN documents USING (source) WHERE c.revision = ? ORDER BY ordinal",
            (revision,),
        )
        return [
            catalog.text_to_embed(catalog.METADATA.validate_json(metadata), catalog.CHUNK.validate_json(chunk))
            for metadata, chunk in rows
        ]

    @reads
    def vectors_by_text(self, source: str) -> dict[str, tuple[Vector, BinaryTokenVectors | None]]:
        """Vectors and token signs of a document's chunks, by their searchable text."""
        row = self.reader().execute(
            "SELECT revision FROM documents WHERE source = ? AND embedded", (source,)
        ).fetchone()  # fmt: skip
        if row is None:
            return {}
        texts = self.list_searched_texts(row[0])
        rows = self.reader().execute(
            "SELECT content FROM chunks LEFT JOIN signs ON signs.chunk = id WHERE revision = ? ORDER BY ordinal", row
        )
        vectors = self.vectors.read(names := keys(row[0], len(texts)))
        return {
            text: (vectors[name], BinaryTokenVectors.from_bytes(content) if content else None)
            for text, name, (content,) in zip(texts, names, rows, strict=True)
            if name in vectors
        }

    @reads
    def has_backlog(self) -> bool:
        """True if a document is not embedded yet."""
        return bool(self.reader().execute("SELECT EXISTS (SELECT 1 FROM documents WHERE NOT embedded)").fetchone()[0])
