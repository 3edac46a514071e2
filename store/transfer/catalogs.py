"""Moves a catalog between a SQLite file and PostgreSQL; no file is read again."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from database_address import PostgresServer
from sqlite_files import parts
from store.index import Index, IndexLockedError
from store.index.damaged_files import remove_file_or_folder
from store.index.database.sqlite import SqliteCatalog
from store.index.open_catalog import connect_catalog, note_place
from store.index.tables.catalog import COLUMNS
from store.index.tables.connection import CatalogDatabase, Connection, marks
from text.messages import message

OWN = ("generation", "asked")
"""Names in the table `recipe` that belong to one database."""
WHOLE = {
    "garbage": "revision, chunks",
    "failures": "source, stamp, reason, remedy",
    "absences": "source, since, state",
}
"""Small tables and their columns."""
PAGE = 200
"""Chunks that are read at a time; each may have 50 kB of token signs."""


def export_catalog(index: Index, file: Path) -> None:
    """Writes the catalog of an index into a new SQLite file, as of one moment.

    Raises CatalogUnavailableError if the server is away, and errors of the databases if the copy fails.
    """
    with closing(SqliteCatalog(file)) as target:
        copy_catalog(index.connections, target)


def import_catalog(file: Path, server: PostgresServer) -> None:
    """Puts the catalog of a SQLite file onto a server.

    A catalog that was there is kept there under another name; a failure leaves it in its place.
    Raises CatalogUnavailableError if the server is away, and errors of the databases if the copy fails.
    """
    with closing(SqliteCatalog(file)) as source, closing(connect_catalog(file, server)) as target:
        copy_catalog(source, target)


def others_at(server: PostgresServer) -> int:
    """Number of other processes that have the catalog on a server open.

    Raises CatalogUnavailableError if the server is away.
    """
    with closing(connect_catalog(Path(), server)) as database:
        return database.others()


def refuse_others(index: Index, to: PostgresServer | None = None) -> None:
    """Raises IndexLockedError while other processes have a server's catalog open.

    That is the catalog of the index, or the one at `to`.
    """
    if index.connections.others() or (to and others_at(to)):
        raise IndexLockedError(message("index.others_use_database"))


def stage_catalog(index: Index, to: PostgresServer | None) -> int:
    """Copies the catalog to a server, or beside its later place if `to` is None.

    Returns the number of documents.
    Call it in the only process that has the index open. The catalog that the index uses stays as it is.
    Raises CatalogUnavailableError if the server is away, and errors of the databases if the copy fails.
    """
    if to is None:
        place = locate_staged_file(index)
        for each in parts(place):
            remove_file_or_folder(each)
        export_catalog(index, place)
    else:
        with closing(connect_catalog(index.path, to)) as target:
            copy_catalog(index.connections, target)
    return len(index.documents())


def leave_former_place(index: Index, to: PostgresServer | None) -> None:
    """Removes the former file, as the last step of a move.

    Afterwards the index must be opened with the new settings. A note says where the catalog went, so that a command
    without these settings does not begin an empty index.
    """
    index.connections.close()
    for each in parts(index.path):
        remove_file_or_folder(each)
    if to is None:
        locate_staged_file(index).rename(index.path)
    note_place(index.path, to)


def locate_staged_file(index: Index) -> Path:
    """Returns the file into which `stage_catalog` copies, beside the later place."""
    return index.path.with_name("moving.sqlite")


def copy_catalog(source: CatalogDatabase, target: CatalogDatabase) -> None:
    """Copies all rows, as of one moment and in one transaction.

    The rows that the target has are set aside in the same transaction.
    """
    with source.reading() as read, target.emptying() as write:
        notes = [row for row in read.execute("SELECT name, value FROM recipe") if row[0] not in OWN]
        write.executemany("INSERT INTO recipe VALUES (?, ?)", notes)
        for table, columns in WHOLE.items():
            rows = read.execute(f"SELECT {columns} FROM {table}").fetchall()
            write.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks(columns.split(','))})", rows)
        for (each,) in read.execute("SELECT source FROM documents ORDER BY source").fetchall():
            copy_document(read, write, each)
        target.note_ids(write)


def copy_document(read: Connection, write: Connection, source: str) -> None:
    """Copies a document with its chunks, their terms and their token signs."""
    row = read.execute(f"SELECT {COLUMNS} FROM documents WHERE source = ?", (source,)).fetchone()
    write.execute(f"INSERT INTO documents ({COLUMNS}) VALUES ({marks(row)})", row)
    chunks = read.execute(
        "SELECT id, source, revision, ordinal, chunk FROM chunks WHERE source = ? ORDER BY id", (source,)
    ).fetchall()
    write.executemany("INSERT INTO chunks (id, source, revision, ordinal, chunk) VALUES (?, ?, ?, ?, ?)", chunks)
    terms: list[tuple[int, list[str]]] = []
    for start in range(0, len(chunks), PAGE):
        ids = [chunk[0] for chunk in chunks[start : start + PAGE]]
        wanted = marks(ids)
        words = read.execute(f"SELECT rowid, terms FROM words WHERE rowid IN ({wanted}) ORDER BY rowid", ids)
        terms += [(each, found.split(" ") if found else []) for each, found in words]
        signs = read.execute(f"SELECT chunk, content FROM signs WHERE chunk IN ({wanted})", ids)
        write.executemany("INSERT INTO signs VALUES (?, ?)", signs.fetchall())
    write.words.add(write, terms)
