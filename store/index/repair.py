"""Finds out what was damaged, sets it aside, and lets it be made anew: vectors from the texts of the catalog, the
catalog from the folder."""

from __future__ import annotations

import logging
import sqlite3

from pydantic import ValidationError

from store.index import integrity_check
from store.index.damaged_files import CatalogDamagedError, read_error
from store.index.open_catalog import REBUILDING, begin_anew, read_fault
from store.index.state import IndexState
from store.messages import NOTHING, Message, from_text, message, message_of, to_text

log = logging.getLogger(__name__)


def rebuilding(index: IndexState) -> Message:
    """Why something is being made anew; empty where nothing is."""
    try:
        row = index.reader().execute("SELECT value FROM recipe WHERE name = ?", (REBUILDING,)).fetchone()
    except sqlite3.DatabaseError as error:
        return message_of(read_error(error, index.path))
    return from_text(row[0]) if row else NOTHING


def mend_catalog(index: IndexState) -> None:
    """Checks the whole catalog once in the life of a process, and whenever something has gone wrong with it; where it
    is damaged, begins a new one. Called by the one thread that writes."""
    if index.is_mended and not index.is_suspect:
        return
    if fault := "it was removed or replaced" if not index.connections.is_still_there() else find_fault(index):
        index.connections = begin_anew(index.path, index.recipe, fault)
        index.generation += 1
        index.is_mended = False
    index.is_suspect = False


def find_fault(index: IndexState) -> str:
    """What is wrong with the catalog; empty where nothing is. Raises DiskFullError and CatalogUnavailableError where
    that cannot be told now."""
    try:
        integrity_check.check_pages(index.path)
        integrity_check.check_content(index.path)
    except (sqlite3.DatabaseError, ValidationError, CatalogDamagedError) as error:
        return read_fault(error, index.path)
    return ""


# The vectors


def mend_vectors(index: IndexState) -> None:
    """Checks the vectors where something has gone wrong with them, and once in the life of a process; where they are
    damaged, begins anew: all documents are found by words until they are embedded again. Raises
    VectorsUnavailableError."""
    if index.is_mended and not index.vectors.is_suspect:
        return
    if fault := index.vectors.check():
        reason = message("vectors.rebuilt", fault=fault.rstrip("."))
        index.vectors.begin_anew()
        log.error("%s: %s Questions are answered by words until then.", index.vectors.folder, reason)
        with index.transaction() as connection:
            connection.execute("UPDATE documents SET embedded = 0 WHERE source IN (SELECT source FROM chunks)")
            connection.execute("INSERT OR REPLACE INTO recipe VALUES (?, ?)", (REBUILDING, to_text(reason)))
    index.vectors.note_opened()


def compare(index: IndexState) -> None:
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
