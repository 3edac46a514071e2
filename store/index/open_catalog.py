"""Opens the catalog of an index; replaces a damaged one by an empty one."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from store.index import integrity_check
from store.index.connections import Connections
from store.index.damaged_files import CatalogDamagedError, read_error, set_aside
from store.messages import message, to_text

REBUILDING = "rebuilding"
"""Key in the table `recipe`: why something is being rebuilt, until that is done."""

log = logging.getLogger(__name__)


class RecipeChangedError(Exception):
    """The index was built with another embedding model or other chunking rules."""


def open_catalog(path: Path, recipe: str) -> Connections:
    """Opens the catalog of an index; starts an empty one if it is damaged.

    Raises RecipeChangedError, DiskFullError and CatalogUnavailableError.
    """
    try:
        integrity_check.check_pages(path)
        return begin(path, recipe)
    except (sqlite3.DatabaseError, CatalogDamagedError) as error:
        fault = read_fault(error, path)
    return begin_anew(path, recipe, fault)


def read_fault(error: Exception, path: Path) -> str:
    """Damage of a catalog, in one line.

    If the error means something else, raises that.
    """
    meant = error if isinstance(error, CatalogDamagedError) else read_error(error, path)
    if not isinstance(meant, CatalogDamagedError):
        raise meant from error
    return " ".join(str(error).split())


def begin(path: Path, recipe: str) -> Connections:
    if not path.exists():
        set_aside(path)  # an orphaned write-ahead log would fill the new catalog with parts of the old one
    connections = Connections(path)
    try:
        keep_recipe(connections.writer, recipe)
    except BaseException:
        connections.close()
        raise
    return connections


def begin_anew(path: Path, recipe: str, fault: str) -> Connections:
    """Starts an empty catalog that says that it is being refilled, and why."""
    reason = message("catalog.rebuilt", fault=fault)
    log.error("%s: %s", path, reason)
    try:
        set_aside(path)
        connections = begin(path, recipe)
        connections.writer.execute("INSERT OR REPLACE INTO recipe VALUES (?, ?)", (REBUILDING, to_text(reason)))
    except sqlite3.DatabaseError as error:
        raise read_error(error, path) from error
    return connections


def keep_recipe(connection: sqlite3.Connection, recipe: str) -> None:
    """Stores the recipe of a new index; rejects an index built with another recipe.

    Raises RecipeChangedError, or CatalogDamagedError if the recipe itself was lost.
    """
    row = connection.execute("SELECT value FROM recipe WHERE name = 'recipe'").fetchone()
    if row is None and not connection.execute("SELECT EXISTS (SELECT 1 FROM documents)").fetchone()[0]:
        connection.execute("INSERT INTO recipe VALUES ('recipe', ?)", (recipe,))
        return
    kept = row[0] if row else ""
    if not isinstance(kept, str) or not kept or not kept.isprintable():
        raise CatalogDamagedError("it does not say how it was made")
    if kept != recipe:
        raise RecipeChangedError(
            f"The index was made with {kept}, the settings now say {recipe}."
            " Run `python -m ingest sync --rebuild` to make it anew, or restore the former setting."
        )
