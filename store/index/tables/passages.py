"""Reads chunks found by a search, and spans of documents, from the catalog."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from store.documents import Chunk
from store.embeddings.late_interaction import BinaryTokenVectors
from store.index.tables.catalog import CHUNK
from store.index.tables.connection import Connection, marks

CHUNKS = "SELECT c.id, c.revision || ':' || c.ordinal, c.source, c.chunk FROM chunks c"
CHUNKS_KEPT = 8_192
"""Number of chunks that are kept parsed: questions find the same ones again and again."""
Rows = dict[int, tuple[str, str, str]]
"""Chunks by id: `(key, source, chunk)`."""


@lru_cache(maxsize=CHUNKS_KEPT)
def parse_chunk(stored: str) -> Chunk:
    """A chunk as the catalog stores it."""
    return CHUNK.validate_json(stored)


def read_chunks(connection: Connection, ids: Sequence[int]) -> Rows:
    """Returns the chunks with these ids, lowest first; unknown ids are left out."""
    found = connection.execute(f"{CHUNKS} WHERE id IN ({marks(ids)}) ORDER BY id", list(ids))
    return {row: (key, source, chunk) for row, key, source, chunk in found}


def read_ids(connection: Connection, sources: Collection[str]) -> list[int]:
    """Ids of all chunks of documents as they are now."""
    current = "SELECT c.id FROM chunks c JOIN documents d ON d.revision = c.revision"
    rows = connection.execute(f"{current} WHERE d.source IN ({marks(sources)}) ORDER BY c.id", list(sources))
    return [int(row) for (row,) in rows]


def read_near(connection: Connection, near: Collection[str]) -> Rows:
    """Chunks with these keys; keys unknown to the catalog are skipped."""
    if not near:
        return {}
    named = [part for key in near for part in key.rpartition(":")[::2]]
    pairs = ",".join(["(?, CAST(? AS INTEGER))"] * len(near))
    wanted = f"{CHUNKS} WHERE (revision, ordinal) IN (VALUES {pairs}) ORDER BY revision, ordinal"
    found = connection.execute(wanted, named)
    return {row: (key, source, chunk) for row, key, source, chunk in found}


def read_sources(connection: Connection, near: Collection[str]) -> dict[str, str]:
    """Source of each revision that has one of these keys."""
    revisions = list({key.rpartition(":")[0] for key in near})
    first = f"SELECT revision, source FROM chunks WHERE ordinal = 0 AND revision IN ({marks(revisions)})"
    return dict(connection.execute(first, revisions).fetchall())


def rank_above_baseline(
    near: Mapping[str, float], sources: Mapping[str, str], usual: Mapping[str, float], limit: int
) -> list[str]:
    """Keys of the `limit` chunks with the highest similarity above the baseline.

    That is, above what is usual for their source. A question is nearer to all texts of its own language than to the
    best one of another, so the nearest alone would be those of one language. `sources`: by revision. Sources without a
    usual similarity are left out.
    """
    above = {
        key: similarity - usual[source]
        for key, similarity in near.items()
        if (source := sources.get(key.rpartition(":")[0], "")) in usual
    }
    return sorted(above, key=lambda key: -above[key])[:limit]


def read_signs(connection: Connection, chunks: Collection[int]) -> dict[int, BinaryTokenVectors]:
    """Token signs of chunks, by chunk id."""
    rows = connection.execute(f"SELECT chunk, content FROM signs WHERE chunk IN ({marks(chunks)})", list(chunks))
    return {chunk: BinaryTokenVectors.from_bytes(content) for chunk, content in rows}


def read_text_at(connection: Connection, source: str, start: int, end: int) -> str | None:
    """Part of a document's text, between two character offsets.

    None if the document does not exist.
    """
    row = connection.execute(
        "SELECT substr(text, ?, ?) FROM documents WHERE source = ?", (start + 1, end - start, source)
    ).fetchone()
    return None if row is None else str(row[0])
