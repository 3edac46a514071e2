"""Opens the catalog of an index; replaces a damaged one by an empty one."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from database_address import PostgresServer
from store.index.damaged_files import CatalogDamagedError, CatalogUnavailableError, read_error, set_aside
from store.index.database.sqlite import SqliteCatalog, check_pages, connect
from store.index.tables.catalog import note
from store.index.tables.connection import CatalogDatabase, Connection
from text.messages import AS_IT_IS, Message, MessageError, as_it_is, message, to_text

REBUILDING = "rebuilding"
"""Key in the table `recipe`: reason for a rebuild, until that is done."""

log = logging.getLogger(__name__)


class RecipeChangedError(MessageError):
    """The index was built with another embedding model or other chunking rules."""


def open_catalog(path: Path, recipe: str, server: PostgresServer | None = None) -> CatalogDatabase:
    """Opens the catalog of an index, a file or on a server.

    Starts an empty one if it is damaged.
    Raises RecipeChangedError if it was made with another recipe, and DiskFullError if the disk is full.
    Raises CatalogUnavailableError if it cannot be accessed now, or is on a server that is not set.
    """
    try:
        if server is None:
            check_pages(path)
        return begin(path, recipe, server)
    except (sqlite3.DatabaseError, CatalogDamagedError) as error:
        fault = read_fault(error, partial(read_error, path=path))
    return begin_anew(path, recipe, fault, server)


def read_fault(error: Exception, meaning: Callable[[Exception], Exception]) -> Message:
    """Returns the damage of a catalog that an error shows, in one line.

    Raises DiskFullError or CatalogUnavailableError if the error means that instead.
    """
    meant = error if isinstance(error, CatalogDamagedError) else meaning(error)
    if not isinstance(meant, CatalogDamagedError):
        raise meant from error
    if isinstance(error, CatalogDamagedError) and error.message.code != AS_IT_IS:
        return error.message
    return as_it_is(" ".join(str(error).split()))


def begin(path: Path, recipe: str, server: PostgresServer | None) -> CatalogDatabase:
    """Opens the catalog, or creates it if there is none, and notes where it is.

    Raises RecipeChangedError if it was made with another recipe, and CatalogDamagedError if it is damaged.
    Raises CatalogUnavailableError if its server cannot be reached, or the catalog is on a server that is not set.
    Raises sqlite3.DatabaseError if the file cannot be read or written.
    """
    if server is None and not path.exists():
        refuse_moved(path)
        set_aside(path)  # an orphaned write-ahead log would fill the new catalog with parts of the old one
    database = connect_catalog(path, server)
    try:
        keep_recipe(database.writer, recipe)
    except BaseException as error:
        database.close()
        if server and isinstance(error, database.errors):
            raise database.meaning(error) from error
        raise
    note_place(path, server)
    return database


def note_place(path: Path, server: PostgresServer | None) -> None:
    """Notes beside the place of the file if the catalog is on a server.

    Removes the note if it is not on a server any more.
    """
    with suppress(OSError):  # a folder that cannot be written has no file to begin anew either
        if server is None:
            locate_moved_note(path).unlink(missing_ok=True)
        elif not path.exists():
            locate_moved_note(path).write_text(str(message("catalog.moved_note")) + "\n", encoding="utf-8")


def locate_moved_note(path: Path) -> Path:
    """Returns the file that says that the catalog is on a server, not at `path`."""
    return path.with_suffix(".moved")


def refuse_moved(path: Path) -> None:
    """Raises CatalogUnavailableError if the catalog is on a server that is not set."""
    if locate_moved_note(path).exists() and not path.exists():
        raise CatalogUnavailableError(message("catalog.moved", file=locate_moved_note(path)))


def connect_catalog(path: Path, server: PostgresServer | None) -> CatalogDatabase:
    """Connects to the catalog as it is.

    Raises CatalogUnavailableError if its server is away, and sqlite3.DatabaseError if its file cannot be read.
    """
    if server is None:
        return SqliteCatalog(path)
    from store.index.database.pool import PostgresCatalog  # a driver that others need not load

    return PostgresCatalog(server)


@contextmanager
def looking_into(path: Path, server: PostgresServer | None) -> Iterator[Connection]:
    """Opens a connection for reading a catalog as it is: nothing is created.

    Raises sqlite3.DatabaseError if the file is missing or cannot be read.
    Raises CatalogUnavailableError if the server cannot be reached, and CatalogDamagedError if it has no catalog.
    """
    if server is None:
        with closing(connect(path, is_new=False)) as connection:
            yield connection
        return
    from store.index.database import postgresql

    try:
        with closing(postgresql.PostgresConnection(server, postgresql.LOOK_SECONDS)) as there:
            yield there
    except postgresql.ERRORS as error:
        raise postgresql.read_server_error(error) from error


def begin_anew(path: Path, recipe: str, fault: Message, server: PostgresServer | None = None) -> CatalogDatabase:
    """Starts an empty catalog, with a note that it is being refilled, and why.

    Raises DiskFullError, CatalogDamagedError or CatalogUnavailableError if it cannot be written.
    """
    reason = message("catalog.rebuilt", fault=fault)
    log.error("%s: %s", path if server is None else server.database, reason)
    try:
        remove_catalog(path, server)
        locate_moved_note(path).unlink(missing_ok=True)
        database = begin(path, recipe, server)
        note(database.writer, REBUILDING, to_text(reason))
    except sqlite3.DatabaseError as error:
        raise read_error(error, path) from error
    return database


def remove_catalog(path: Path, server: PostgresServer | None) -> None:
    """Sets a catalog aside.

    Raises CatalogUnavailableError if its server cannot be reached.
    """
    if server is None:
        set_aside(path)
        return
    from store.index.database.pool import PostgresCatalog

    with closing(PostgresCatalog(server)) as database:
        database.set_aside()


def keep_recipe(connection: Connection, recipe: str) -> None:
    """Stores the recipe of a new index; rejects an index built with another recipe.

    Raises RecipeChangedError if the index has another one, and CatalogDamagedError if the recipe itself was lost.
    """
    row = connection.execute("SELECT value FROM recipe WHERE name = 'recipe'").fetchone()
    if row is None and not connection.execute("SELECT EXISTS (SELECT 1 FROM documents)").fetchone()[0]:
        # another process may do the same at this moment
        connection.execute("INSERT INTO recipe VALUES ('recipe', ?) ON CONFLICT (name) DO NOTHING", (recipe,))
        return
    kept = row[0] if row else ""
    if not isinstance(kept, str) or not kept or not kept.isprintable():
        raise CatalogDamagedError(message("fault.no_recipe"))
    if kept != recipe:
        raise RecipeChangedError(message("index.recipe_changed", kept=kept, recipe=recipe))
