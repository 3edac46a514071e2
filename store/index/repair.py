"""Finds out what was damaged, sets it aside, and lets it be made anew: vectors from the texts of the catalog, the
catalog from the folder."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from store.index import integrity_check
from store.index.connections import Connections
from store.index.damaged_files import CatalogDamagedError, read_error, set_aside

if TYPE_CHECKING:
    from store.index.index import Index

REBUILDING = "rebuilding"
"""Where the catalog keeps why something is being made anew, until it is."""

log = logging.getLogger(__name__)


class RecipeChanged(Exception):
    """The index was made with another embedding model or other chunking rules."""


# The catalog


def open_catalog(path: Path, recipe: str) -> Connections:
    """The catalog of an index; a new one where it is damaged. Raises RecipeChanged, DiskFullError and
    CatalogUnavailableError."""
    try:
        integrity_check.check_pages(path)
        return begin(path, recipe)
    except (sqlite3.DatabaseError, CatalogDamagedError) as error:
        fault = read_fault(error, path)
    return begin_anew(path, recipe, fault)


def read_fault(error: Exception, path: Path) -> str:
    """What is wrong with a damaged catalog, in a line. Raises what else an error means."""
    meant = error if isinstance(error, CatalogDamagedError) else read_error(error, path)
    if not isinstance(meant, CatalogDamagedError):
        raise meant from error
    return " ".join(str(error).split())


def begin(path: Path, recipe: str) -> Connections:
    if not path.exists():
        set_aside(path)  # a log without its catalog would fill a new one with parts of the old
    connections = Connections(path)
    try:
        keep_recipe(connections.writer, recipe)
    except BaseException:
        connections.close()
        raise
    return connections


def begin_anew(path: Path, recipe: str, fault: str) -> Connections:
    """A new catalog, which says that it is being filled again, and why."""
    reason = f"The catalog of the index was damaged ({fault}). It is made anew from the folder."
    log.error("%s: %s", path, reason)
    try:
        set_aside(path)
        connections = begin(path, recipe)
        connections.writer.execute("INSERT OR REPLACE INTO recipe VALUES (?, ?)", (REBUILDING, reason))
    except sqlite3.DatabaseError as error:
        raise read_error(error, path) from error
    return connections


def keep_recipe(connection: sqlite3.Connection, recipe: str) -> None:
    """Writes the recipe of a new index; refuses an index that was made with another. Raises CatalogDamagedError where
    the recipe itself was lost."""
    row = connection.execute("SELECT value FROM recipe WHERE name = 'recipe'").fetchone()
    if row is None and not connection.execute("SELECT EXISTS (SELECT 1 FROM documents)").fetchone()[0]:
        connection.execute("INSERT INTO recipe VALUES ('recipe', ?)", (recipe,))
        return
    kept = row[0] if row else ""
    if not isinstance(kept, str) or not kept or not kept.isprintable():
        raise CatalogDamagedError("it does not say how it was made")
    if kept != recipe:
        raise RecipeChanged(
            f"The index was made with {kept}, the settings now say {recipe}."
            " Run `python -m ingest sync --rebuild` to make it anew, or restore the former setting."
        )


def rebuilding(index: Index) -> str:
    """Why something is being made anew; empty where nothing is."""
    try:
        row = index.reader().execute("SELECT value FROM recipe WHERE name = ?", (REBUILDING,)).fetchone()
    except sqlite3.DatabaseError as error:
        return str(read_error(error, index.path))
    return str(row[0]) if row else ""


def mend_catalog(index: Index) -> None:
    """Checks the whole catalog once in the life of a process, and whenever something has gone wrong with it; where it
    is damaged, begins a new one. Called by the one thread that writes."""
    if index.is_mended and not index.is_suspect:
        return
    if fault := "it was removed or replaced" if not index.connections.is_still_there() else find_fault(index):
        index.connections = begin_anew(index.path, index.recipe, fault)
        index.generation += 1
        index.is_mended = False
    index.is_suspect = False


def find_fault(index: Index) -> str:
    """What is wrong with the catalog; empty where nothing is. Raises DiskFullError and CatalogUnavailableError where
    that cannot be told now."""
    try:
        integrity_check.check_pages(index.path)
        integrity_check.check_content(index.path)
    except (sqlite3.DatabaseError, ValidationError, CatalogDamagedError) as error:
        return read_fault(error, index.path)
    return ""


# The vectors


def mend_vectors(index: Index) -> None:
    """Checks the vectors where something has gone wrong with them, and once in the life of a process; where they are
    damaged, begins anew: all documents are found by words until they are embedded again. Raises
    VectorsUnavailableError."""
    if index.is_mended and not index.vectors.is_suspect:
        return
    if fault := index.vectors.check():
        reason = f"The vectors were damaged ({fault.rstrip('.')}). They are made anew."
        index.vectors.begin_anew()
        log.error("%s: %s Questions are answered by words until then.", index.vectors.folder, reason)
        with index.transaction() as connection:
            connection.execute("UPDATE documents SET embedded = 0 WHERE source IN (SELECT source FROM chunks)")
            connection.execute("INSERT OR REPLACE INTO recipe VALUES (?, ?)", (REBUILDING, reason))
    index.vectors.note_opened()


def compare(index: Index) -> None:
    """Compares vectors with the catalog: all once in the life of a process, then only their number."""
    rows = index.writer.execute(
        "SELECT source, c.revision || ':' || ordinal FROM chunks c JOIN documents d USING (source) WHERE embedded"
    ).fetchall()
    if index.is_mended and len(rows) == index.vectors.count():
        return
    there = index.vectors.keys()
    if lost := {source for source, key in rows if key not in there}:
        with index.transaction() as connection:
            connection.executemany("UPDATE documents SET embedded = 0 WHERE source = ?", [(name,) for name in lost])
    if orphans := sorted(there - {key for _, key in rows}):
        index.require_room(0)
        index.gate.wait_for_those_inside()
        index.vectors.remove(orphans)
    index.is_mended = True
