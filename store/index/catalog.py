"""Catalog: documents, chunks and failures in one SQLite file.

The full-text table is in it too, so that one transaction swaps a document.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from store.basis_marks import BasisMark
from store.documents import Chunk, Document, Metadata, Page, Quality
from store.embeddings.late_interaction import BinaryTokenVectors
from store.index import absent_files, full_text
from store.messages import Message

SCHEMA = """
CREATE TABLE IF NOT EXISTS recipe (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    source TEXT PRIMARY KEY, revision TEXT NOT NULL, stamp TEXT NOT NULL, embedded INTEGER NOT NULL,
    text TEXT NOT NULL, metadata TEXT NOT NULL, pages TEXT NOT NULL, quality TEXT NOT NULL, problems TEXT NOT NULL,
    bases TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, revision TEXT NOT NULL, ordinal INTEGER NOT NULL,
    chunk TEXT NOT NULL, UNIQUE (revision, ordinal));
CREATE INDEX IF NOT EXISTS chunks_by_source ON chunks (source);
CREATE TABLE IF NOT EXISTS signs (chunk INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS garbage (revision TEXT PRIMARY KEY, chunks INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS failures (
    source TEXT PRIMARY KEY, stamp TEXT NOT NULL, reason TEXT NOT NULL, remedy TEXT NOT NULL);
"""

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
    stamp: str
    reason: Message
    remedy: Message


@dataclass(frozen=True)
class Revision:
    """One reading of a file, put into the index in one step; `stamp` is the file's fingerprint then."""

    document: Document
    chunks: list[Chunk]
    stamp: str
    problems: tuple[Message, ...] = ()

    def searched_texts(self) -> list[str]:
        """Searchable text of each chunk."""
        return [text_to_embed(self.document.metadata, chunk) for chunk in self.chunks]


@dataclass(frozen=True)
class Entry:
    """A document as `status` lists it; `embedded` is True once vector search can find it."""

    source: str
    metadata: Metadata
    quality: Quality
    problems: tuple[Message, ...]
    chunks: int
    embedded: bool


class Connection(sqlite3.Connection):
    """SQLite connection that allows weak references, unlike the base class."""


def connect(path: Path, is_new: bool = True) -> sqlite3.Connection:
    """Opens a connection for one thread.

    `is_new` creates missing files and tables.
    """
    address = f"{path.absolute().as_uri()}?mode={'rwc' if is_new else 'rw'}"
    connection = sqlite3.connect(
        address, isolation_level=None, timeout=60, check_same_thread=False, factory=Connection, uri=True
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if is_new:
        connection.executescript(SCHEMA + full_text.SCHEMA + absent_files.SCHEMA)
        add_bases(connection)
    return connection


def add_bases(connection: sqlite3.Connection) -> None:
    """Adds the column of the bases to a catalog that was made before there were any."""
    if not any(row[1] == "bases" for row in connection.execute("PRAGMA table_info(documents)")):
        connection.execute("ALTER TABLE documents ADD COLUMN bases TEXT NOT NULL DEFAULT '[]'")


def write_revision(
    connection: sqlite3.Connection,
    revision: Revision,
    name: str,
    embedded: bool,
    signs: Sequence[BinaryTokenVectors | None] = (),
) -> None:
    """Replaces a document, its chunks and their token signs.

    Call it inside a transaction.
    """
    document = revision.document
    remove_document(connection, document.source)
    note_change(connection)
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.source,
            name,
            revision.stamp,
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


def write_signs(connection: sqlite3.Connection, revision: str, signs: Sequence[BinaryTokenVectors | None]) -> None:
    """Stores the token signs of a revision's chunks, in order.

    None for chunks whose model shows no tokens.
    """
    rows = connection.execute("SELECT id FROM chunks WHERE revision = ? ORDER BY ordinal", (revision,)).fetchall()
    pairs = ((row, own.to_bytes()) for (row,), own in zip(rows, signs, strict=False) if own)
    connection.executemany("INSERT OR REPLACE INTO signs VALUES (?, ?)", pairs)


def write_chunks(connection: sqlite3.Connection, revision: Revision, name: str) -> Iterator[tuple[int, str]]:
    """Inserts the chunks; yields the id and the searchable text of each."""
    for ordinal, chunk in enumerate(revision.chunks):
        cursor = connection.execute(
            "INSERT INTO chunks (source, revision, ordinal, chunk) VALUES (?, ?, ?, ?)",
            (revision.document.source, name, ordinal, CHUNK.dump_json(chunk).decode()),
        )
        yield cursor.lastrowid or 0, text_to_embed(revision.document.metadata, chunk)


def remove_document(connection: sqlite3.Connection, source: str) -> None:
    """Removes a document and marks its vectors as garbage.

    Call it inside a transaction.
    """
    rows = [row for (row,) in connection.execute("SELECT id FROM chunks WHERE source = ?", (source,))]
    connection.execute(
        "INSERT OR REPLACE INTO garbage SELECT revision, ? FROM documents WHERE source = ?", (len(rows), source)
    )
    full_text.remove(connection, rows)
    connection.executemany("DELETE FROM signs WHERE chunk = ?", ((row,) for row in rows))
    connection.execute("DELETE FROM chunks WHERE source = ?", (source,))
    if connection.execute("DELETE FROM documents WHERE source = ?", (source,)).rowcount:
        note_change(connection)
    connection.execute("DELETE FROM failures WHERE source = ?", (source,))


def note_change(connection: sqlite3.Connection) -> None:
    """Records the current time as the last change of the content.

    Call it inside the transaction that changes it.
    """
    connection.execute("INSERT OR REPLACE INTO recipe VALUES ('updated', ?)", (datetime.now(UTC).isoformat(),))


def text_to_embed(metadata: Metadata, chunk: Chunk) -> str:
    """Searchable text of a chunk: title, headings, in the first chunk what else people ask, then the span."""
    own = chunk.text.lstrip("#* ")
    above = [title for title in dict.fromkeys([metadata.title, *chunk.headings]) if title and not own.startswith(title)]
    asked = "" if chunk.start else " ".join(metadata.also_asked)
    return "\n".join(part for part in (" > ".join(above), asked, chunk.table_header, chunk.text) if part)


def read_updated(connection: sqlite3.Connection) -> datetime | None:
    """Time when a document was last put or removed, in UTC.

    None if the last change was before this was recorded.
    """
    row = connection.execute("SELECT value FROM recipe WHERE name = 'updated'").fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def read_document(connection: sqlite3.Connection, source: str) -> Document | None:
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


def read_revision(connection: sqlite3.Connection, source: str) -> Revision | None:
    row = connection.execute("SELECT stamp, problems FROM documents WHERE source = ?", (source,)).fetchone()
    document = read_document(connection, source)
    if row is None or document is None:
        return None
    chunks = connection.execute("SELECT chunk FROM chunks WHERE source = ? ORDER BY ordinal", (source,))
    return Revision(
        document, [CHUNK.validate_json(chunk) for (chunk,) in chunks], row[0], PROBLEMS.validate_json(row[1])
    )


def read_entries(connection: sqlite3.Connection) -> list[Entry]:
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
