"""Catalog: documents, chunks and failures, in one database.

The full-text table is in it too, so that one transaction swaps a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter

from store.basis_marks import BasisMark
from store.documents import Chunk, Document, Metadata, Page, Quality
from store.embeddings.late_interaction import BinaryTokenVectors
from store.index.tables import full_text
from store.index.tables.connection import Connection
from text.messages import Message

SCHEMA = """
CREATE TABLE IF NOT EXISTS recipe (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    source TEXT PRIMARY KEY, revision TEXT NOT NULL, stamp TEXT NOT NULL, embedded INTEGER NOT NULL,
    text TEXT NOT NULL, metadata TEXT NOT NULL, pages TEXT NOT NULL, quality TEXT NOT NULL, problems TEXT NOT NULL,
    bases TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS documents_by_revision ON documents (revision);
CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, revision TEXT NOT NULL, ordinal INTEGER NOT NULL,
    chunk TEXT NOT NULL, UNIQUE (revision, ordinal));
CREATE INDEX IF NOT EXISTS chunks_by_source ON chunks (source);
CREATE TABLE IF NOT EXISTS signs (chunk INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS garbage (revision TEXT PRIMARY KEY, chunks INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS failures (
    source TEXT PRIMARY KEY, stamp TEXT NOT NULL, reason TEXT NOT NULL, remedy TEXT NOT NULL);
"""
COLUMNS = "source, revision, stamp, embedded, text, metadata, pages, quality, problems, bases"

PAGES: TypeAdapter[tuple[Page, ...]] = TypeAdapter(tuple[Page, ...])
METADATA = TypeAdapter(Metadata)
QUALITY = TypeAdapter(Quality)
BASES: TypeAdapter[tuple[BasisMark, ...]] = TypeAdapter(tuple[BasisMark, ...])
CHUNK = TypeAdapter(Chunk)
PROBLEMS: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])


@dataclass(frozen=True)
class Failure:
    """A file that could not be read, with its fingerprint at that time."""

    source: str
    fingerprint: str
    reason: Message
    remedy: Message


@dataclass(frozen=True)
class Revision:
    """One reading of a file; `fingerprint` is that of the file at that time."""

    document: Document
    chunks: list[Chunk]
    fingerprint: str
    problems: tuple[Message, ...] = ()

    def list_searched_texts(self) -> list[str]:
        """Searchable text of each chunk."""
        return [text_to_embed(self.document.metadata, chunk) for chunk in self.chunks]


@dataclass(frozen=True)
class Entry:
    """A document as `status` lists it; `embedded` if vector search can find it."""

    source: str
    metadata: Metadata
    quality: Quality
    problems: tuple[Message, ...]
    chunks: int
    embedded: bool


def write_revision(
    connection: Connection,
    revision: Revision,
    name: str,
    embedded: bool,
    signs: Sequence[BinaryTokenVectors | None] = (),
) -> None:
    """Replaces a document, its chunks and their token signs; needs a transaction."""
    document = revision.document
    remove_document(connection, document.source)
    note_change(connection)
    connection.execute(
        f"INSERT INTO documents ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.source,
            name,
            revision.fingerprint,
            embedded or not revision.chunks,
            document.text,
            METADATA.dump_json(document.metadata).decode(),
            PAGES.dump_json(document.pages).decode(),
            QUALITY.dump_json(document.quality).decode(),
            PROBLEMS.dump_json(revision.problems).decode(),
            BASES.dump_json(document.bases).decode(),
        ),
    )
    full_text.add(connection, write_chunks(connection, revision, name))
    write_signs(connection, name, signs)
    # From here on the vectors of this revision are in use. Garbage collection must not delete them any more.
    connection.execute("DELETE FROM garbage WHERE revision = ?", (name,))


def write_signs(connection: Connection, revision: str, signs: Sequence[BinaryTokenVectors | None]) -> None:
    """Stores the token signs of a revision's chunks, in order.

    None for chunks whose model shows no tokens.
    """
    pairs = ((row, own.to_bytes()) for row, own in zip(chunk_ids(connection, revision), signs, strict=False) if own)
    connection.executemany(
        "INSERT INTO signs VALUES (?, ?) ON CONFLICT (chunk) DO UPDATE SET content = excluded.content", pairs
    )


def write_chunks(connection: Connection, revision: Revision, name: str) -> Iterator[tuple[int, str]]:
    """Inserts the chunks; returns the id and the searchable text of each."""
    connection.executemany(
        "INSERT INTO chunks (source, revision, ordinal, chunk) VALUES (?, ?, ?, ?)",
        (
            (revision.document.source, name, ordinal, CHUNK.dump_json(chunk).decode())
            for ordinal, chunk in enumerate(revision.chunks)
        ),
    )
    return zip(chunk_ids(connection, name), revision.list_searched_texts(), strict=True)


def chunk_ids(connection: Connection, revision: str) -> list[int]:
    """Returns the ids of a revision's chunks, in the order of the document."""
    rows = connection.execute("SELECT id FROM chunks WHERE revision = ? ORDER BY ordinal", (revision,))
    return [row for (row,) in rows]


def remove_document(connection: Connection, source: str) -> None:
    """Removes a document and marks its vectors as garbage; needs a transaction."""
    rows = [row for (row,) in connection.execute("SELECT id FROM chunks WHERE source = ?", (source,))]
    connection.execute(
        "INSERT INTO garbage SELECT revision, CAST(? AS INTEGER) FROM documents WHERE source = ?"
        " ON CONFLICT (revision) DO UPDATE SET chunks = excluded.chunks",
        (len(rows), source),
    )
    connection.words.remove(connection, rows)
    connection.execute("DELETE FROM signs WHERE chunk IN (SELECT id FROM chunks WHERE source = ?)", (source,))
    connection.execute("DELETE FROM chunks WHERE source = ?", (source,))
    if connection.execute("DELETE FROM documents WHERE source = ?", (source,)).rowcount:
        note_change(connection)
    connection.execute("DELETE FROM failures WHERE source = ?", (source,))


def note_change(connection: Connection) -> None:
    """Records the current time as the last change of the content.

    Call it inside the transaction that changes it.
    """
    note(connection, "updated", datetime.now(UTC).isoformat())


def note(connection: Connection, name: str, value: str) -> None:
    """Keeps a text about the whole catalog under a name, in the table `recipe`."""
    connection.execute(
        "INSERT INTO recipe VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
    )


def read_note(connection: Connection, name: str) -> str:
    """Text that `note` has kept under a name; "" if there is none."""
    row = connection.execute("SELECT value FROM recipe WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def text_to_embed(metadata: Metadata, chunk: Chunk) -> str:
    """Searchable text of a chunk: title, headings, `also_asked` in the first, span."""
    own = chunk.text.lstrip("#* ")
    above = [title for title in dict.fromkeys([metadata.title, *chunk.headings]) if title and not own.startswith(title)]
    asked = "" if chunk.start else " ".join(metadata.also_asked)
    return "\n".join(part for part in (" > ".join(above), asked, chunk.table_header, chunk.text) if part)


def read_updated(connection: Connection) -> datetime | None:
    """Time when a document was last put or removed, in UTC.

    None if the last change was before this was recorded.
    """
    found = read_note(connection, "updated")
    return datetime.fromisoformat(found) if found else None


def read_document(connection: Connection, source: str) -> Document | None:
    """Returns a document by its source.

    None if it is unknown.
    """
    row = connection.execute(
        "SELECT text, metadata, pages, quality, bases FROM documents WHERE source = ?", (source,)
    ).fetchone()
    if row is None:
        return None
    text, metadata, pages, quality, bases = row
    return Document(
        source,
        text,
        METADATA.validate_json(metadata),
        PAGES.validate_json(pages),
        QUALITY.validate_json(quality),
        BASES.validate_json(bases),
    )


def read_revision(connection: Connection, source: str) -> Revision | None:
    """Returns a document with chunks, fingerprint and problems.

    None if it is unknown.
    """
    row = connection.execute("SELECT stamp, problems FROM documents WHERE source = ?", (source,)).fetchone()
    document = read_document(connection, source)
    if row is None or document is None:
        return None
    chunks = connection.execute("SELECT chunk FROM chunks WHERE source = ? ORDER BY ordinal", (source,))
    return Revision(
        document, [CHUNK.validate_json(chunk) for (chunk,) in chunks], row[0], PROBLEMS.validate_json(row[1])
    )


def read_entries(connection: Connection) -> list[Entry]:
    """Returns an entry for each document, ordered by source."""
    rows = connection.execute(
        "SELECT source, metadata, quality, problems, embedded,"
        " (SELECT count(*) FROM chunks WHERE chunks.source = documents.source) FROM documents ORDER BY source"
    )
    return [
        Entry(
            source,
            METADATA.validate_json(metadata),
            QUALITY.validate_json(quality),
            PROBLEMS.validate_json(problems),
            chunks,
            bool(embedded),
        )
        for source, metadata, quality, problems, embedded, chunks in rows
    ]
