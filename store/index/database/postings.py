"""Full text in PostgreSQL: postings by term and document, ranked as by FTS5.

PostgreSQL's own ranking knows neither how rare a term is nor how long a text is. So a row holds where a term stands in
one document, packed; a search reads the rows of its terms, and NumPy ranks the chunks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from store.index.damaged_files import CatalogDamagedError
from store.index.database.telling_terms import choose_telling
from store.index.tables.connection import Connection, marks
from text.messages import message

SCHEMA = """
CREATE TABLE IF NOT EXISTS words (rowid BIGINT PRIMARY KEY, terms TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS blocks (block BIGINT PRIMARY KEY, chunks BIGINT NOT NULL, terms BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS postings (
    term TEXT COLLATE "C" NOT NULL, block BIGINT NOT NULL, chunks BYTEA NOT NULL, PRIMARY KEY (term, block));
CREATE INDEX IF NOT EXISTS postings_by_block ON postings (block);
"""
POSTING = np.dtype([("chunk", "<u4"), ("hits", "<u4"), ("length", "<u4")])
"""A chunk with a term: its id, the hits of the term, and its number of terms."""
PAGE = 100
"""Chunks, or documents, that a check reads at a time.

One value holds at most 1 GB.
"""
LARGEST = 2**63 - 1
LONGEST = 500
"""Characters of a term that count: PostgreSQL's indexes refuse longer ones."""
APOSTROPHE = "'"
K1, B, LEAST = 1.2, 0.75, 1e-6
"""Constants of FTS5: saturation, weight of the length, least weight of a term."""

Postings = NDArray[np.void]


class PostingLists:
    """Full text by rows of postings; see `FullText`.

    A block is a document, named by its first chunk.
    """

    def add(self, connection: Connection, rows: Iterable[tuple[int, list[str]]]) -> None:
        """Adds the chunks of one document: its terms, its size and its postings."""
        chunks = [(row, [term[:LONGEST] for term in terms]) for row, terms in rows]
        if not chunks:
            return
        block = chunks[0][0]
        size = sum(len(words_of(terms)) for _, terms in chunks)
        connection.executemany(
            "INSERT INTO words (rowid, terms) VALUES (?, ?)", [(row, " ".join(terms)) for row, terms in chunks]
        )
        connection.execute("INSERT INTO blocks VALUES (?, ?, ?)", (block, len(chunks), size))
        connection.executemany("INSERT INTO postings VALUES (?, ?, ?)", list(pack_postings(block, chunks)))

    def remove(self, connection: Connection, rows: Sequence[int]) -> None:
        """Removes all chunks of one document by their ids."""
        for table, column in (("postings", "block"), ("blocks", "block"), ("words", "rowid")):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ANY(CAST(? AS BIGINT[]))", (list(rows),))

    def search(self, connection: Connection, asked: Sequence[str], limit: int) -> list[int]:
        """Returns the ids of the best chunks for any of the terms, best first.

        Of many chunks, only those with telling terms.
        """
        chunks, terms = connection.execute("SELECT sum(chunks), sum(terms) FROM blocks").fetchone()
        if not chunks:
            return []
        wanted = [term[:LONGEST] for term in asked]
        rows = connection.execute(
            "SELECT term, string_agg(chunks, CAST('' AS BYTEA) ORDER BY block) FROM postings"
            f" WHERE term IN ({marks(wanted)}) GROUP BY term",
            wanted,
        )
        found = {term: np.frombuffer(content, POSTING) for term, content in rows}
        holding = {term: len(each) for term, each in found.items() if APOSTROPHE not in term}
        telling = [found[term] for term in choose_telling(wanted, holding) if term in found]
        return rank([found[term] for term in wanted if term in found], int(chunks), int(terms), limit, telling)

    def holding(self, connection: Connection, asked: Sequence[str]) -> Mapping[str, int]:
        """Returns the number of chunks with each term.

        Left out are terms of no chunk, and those with an apostrophe, which FTS5 splits.
        """
        whole = {term[:LONGEST]: term for term in asked if APOSTROPHE not in term}
        rows = connection.execute(
            f"SELECT term, sum(octet_length(chunks)) / {POSTING.itemsize} FROM postings"
            f" WHERE term IN ({marks(whole)}) GROUP BY term",
            list(whole),
        )
        return {whole[term]: int(count) for term, count in rows}

    def total(self, connection: Connection) -> int:
        """Returns the number of all chunks."""
        return int(connection.execute("SELECT coalesce(sum(chunks), 0) FROM blocks").fetchone()[0])

    def check(self, connection: Connection) -> None:
        """Compares the postings with the terms of each chunk.

        Raises CatalogDamagedError if they differ in the number of hits.
        """
        wanted = sum(count_terms(terms.split()).total() for terms in all_terms(connection))
        blocks = [block for (block,) in connection.execute("SELECT block FROM blocks ORDER BY block")]
        ends = (-1, *blocks[PAGE - 1 :: PAGE], LARGEST)
        there = sum(hits_between(connection, *each) for each in pairwise(ends))
        if there != wanted:
            raise CatalogDamagedError(message("fault.terms", wanted=wanted, there=there))


def all_terms(connection: Connection) -> Iterator[str]:
    """Yields the terms of each chunk, with a page in memory at a time."""
    last, page = -1, "SELECT rowid, terms FROM words WHERE rowid > ? ORDER BY rowid LIMIT ?"
    while rows := connection.execute(page, (last, PAGE)).fetchall():
        yield from (terms for _, terms in rows)
        last = rows[-1][0]


def hits_between(connection: Connection, after: int, last: int) -> int:
    """Returns the hits of all terms in some documents, by the postings.

    Those are the documents from behind one block up to another.
    """
    whole = "SELECT string_agg(chunks, CAST('' AS BYTEA)) FROM postings WHERE block > ? AND block <= ?"
    (content,) = connection.execute(whole, (after, last)).fetchone()
    return int(np.frombuffer(content or b"", POSTING)["hits"].sum())


def words_of(terms: Sequence[str]) -> list[str]:
    """Terms as FTS5 separates them: at apostrophes too."""
    return [word for term in terms for word in term.split(APOSTROPHE) if word]


def count_terms(terms: Sequence[str]) -> Counter[str]:
    """Counts each word, and each term with an apostrophe, which is a phrase to FTS5."""
    return Counter(words_of(terms)) + Counter(term for term in terms if APOSTROPHE in term)


def pack_postings(block: int, chunks: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[str, int, bytes]]:
    """Yields the table rows of one document: term, block and postings.

    The postings are in the order of the chunks.
    """
    postings: dict[str, list[tuple[int, int, int]]] = {}
    for row, terms in chunks:
        length = len(words_of(terms))
        for term, hits in count_terms(terms).items():
            postings.setdefault(term, []).append((row, hits, length))
    for term, found in postings.items():
        yield term, block, np.array(found, POSTING).tobytes()


def rank(found: Sequence[Postings], chunks: int, terms: int, limit: int, telling: Sequence[Postings]) -> list[int]:
    """Returns the ids of the best chunks by BM25 as FTS5 calculates it, best first.

    Among equals, the first in the index comes first.
    `found`: postings of each term, in the order of the question. `chunks` and `terms`: numbers in the whole index.
    `telling`: postings of the terms of which a chunk must hold one.
    """
    if not telling:
        return []
    rows = np.concatenate([each["chunk"] for each in telling])
    rows.sort(kind="stable")  # the quick way for parts that are in order, as those of one term are
    rows = rows[np.diff(rows, prepend=rows[0] + 1) != 0]
    scores, average = np.zeros(len(rows)), terms / chunks
    for each in found:
        rarity = log((chunks - len(each) + 0.5) / (len(each) + 0.5))
        places = np.searchsorted(rows, each["chunk"]).clip(max=len(rows) - 1)
        is_among = rows[places] == each["chunk"]
        hits, length = (each[name][is_among].astype(float) for name in ("hits", "length"))
        share = (hits * (K1 + 1.0)) / (hits + K1 * (1 - B + B * length / average))
        scores[places[is_among]] += (rarity if rarity > 0 else LEAST) * share
    if len(rows) > limit:
        best = scores >= np.partition(scores, -limit)[-limit]
        rows, scores = rows[best], scores[best]
    return [int(row) for row in rows[np.lexsort((rows, -scores))][:limit]]
