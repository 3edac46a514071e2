"""Full text in SQLite: an FTS5 table, which sees only terms separated by spaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from store.index.database.telling_terms import choose_telling
from store.index.tables.connection import Connection, marks

SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(terms, tokenize="ascii tokenchars '.,%-'");
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(words, row);
"""


class Fts5:
    """Full text by SQLite; see `FullText`."""

    def add(self, connection: Connection, rows: Iterable[tuple[int, list[str]]]) -> None:
        """Adds a row for each chunk: its terms, separated by spaces."""
        connection.executemany(
            "INSERT INTO words (rowid, terms) VALUES (?, ?)", ((row, " ".join(terms)) for row, terms in rows)
        )

    def remove(self, connection: Connection, rows: Sequence[int]) -> None:
        """Removes chunks by their ids."""
        connection.executemany("DELETE FROM words WHERE rowid = ?", ((row,) for row in rows))

    def search(self, connection: Connection, asked: Sequence[str], limit: int) -> list[int]:
        """Returns the ids of the best chunks for any of the terms, best first.

        Of many chunks, only those with telling terms.
        """
        telling = choose_telling(asked, self.holding(connection, asked))
        # "+rowid": without the sign SQLite would search anew for each of these chunks
        among = "" if len(telling) == len(asked) else "AND +rowid IN (SELECT rowid FROM words WHERE words MATCH ?)"
        statement = f"SELECT rowid FROM words WHERE words MATCH ? {among} ORDER BY bm25(words) LIMIT ?"
        chosen = [any_of(telling)] if among else []
        return [row for (row,) in connection.execute(statement, [any_of(asked), *chosen, limit])]

    def holding(self, connection: Connection, asked: Sequence[str]) -> Mapping[str, int]:
        """Returns the number of chunks with each term; terms of no chunk are left out."""
        statement = f"SELECT term, doc FROM vocabulary WHERE term IN ({marks(asked)})"
        return dict(connection.execute(statement, list(asked)))

    def total(self, connection: Connection) -> int:
        """Returns the number of all chunks."""
        return int(connection.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def check(self, connection: Connection) -> None:
        """Lets FTS5 compare the terms with its index of them.

        Raises sqlite3.DatabaseError if they are damaged.
        """
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 0)")


def any_of(terms: Sequence[str]) -> str:
    """Returns the query of FTS5 for chunks with any of the terms."""
    return " OR ".join(f'"{term}"' for term in terms)
