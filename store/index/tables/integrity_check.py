"""Checks the content of a catalog."""

from __future__ import annotations

from store.index.damaged_files import CatalogDamagedError
from store.index.tables import catalog
from store.index.tables.connection import Connection
from text.messages import message


def check_content(connection: Connection) -> None:
    """Checks that each chunk is the stated span of its document and has its terms.

    The connection must see one state.
    Raises CatalogDamagedError, ValidationError or an error of the database if the content is damaged.
    """
    chunks, words = (count(connection, table) for table in ("chunks", "words"))
    if chunks != words:
        raise CatalogDamagedError(message("fault.words", chunks=chunks, words=words))
    connection.words.check(connection)
    sources = [source for (source,) in connection.execute("SELECT source FROM documents")]
    if sum(check_document(connection, source) for source in sources) != chunks:
        raise CatalogDamagedError(message("fault.no_document"))
    catalog.read_entries(connection)


def count(connection: Connection, table: str) -> int:
    """Returns the number of rows of a table."""
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def check_document(connection: Connection, source: str) -> int:
    """Checks a document; returns its number of chunks.

    Raises CatalogDamagedError if a chunk is not in its text, and the errors of `check_content`.
    """
    found = catalog.read_revision(connection, source)
    if found is None or any(found.document.text[each.start : each.end] != each.text for each in found.chunks):
        raise CatalogDamagedError(message("fault.text", source=source))
    return len(found.chunks)
