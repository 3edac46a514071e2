"""Detects damage, sets the damaged files aside and starts the rebuild.

Vectors are rebuilt from the texts of the catalog, the catalog from the folder.
"""

from __future__ import annotations

import logging

from store.index.damaged_files import CatalogDamagedError
from store.index.open_catalog import REBUILDING, begin_anew, read_fault
from store.index.state import IndexState
from store.index.tables.catalog import note
from text.messages import NOTHING, Message, from_text, message, message_of, to_text

log = logging.getLogger(__name__)


def rebuilding(index: IndexState) -> Message:
    """Reason for a rebuild; empty if nothing is being rebuilt."""
    try:
        with index.single_reads.admit():
            row = index.reader().execute("SELECT value FROM recipe WHERE name = ?", (REBUILDING,)).fetchone()
    except index.connections.errors as error:
        return message_of(index.connections.meaning(error))
    return from_text(row[0]) if row else NOTHING


def mend_catalog(index: IndexState) -> None:
    """Checks the catalog and starts an empty one if it is damaged.

    Runs once per process, and again after each error of the catalog. Called by the one thread that writes.
    """
    if index.is_mended and not index.is_suspect:
        return
    if fault := find_fault(index):
        former = index.connections
        index.connections = begin_anew(index.path, index.recipe, fault, index.database)
        index.changes += 1  # caches of the old catalog are outdated
        index.is_mended = False
        for readers in (index.gate, index.single_reads):
            readers.wait_for_those_inside()  # they may read with the old connections
        former.close()
    index.is_suspect = False


def find_fault(index: IndexState) -> Message:
    """Damage of the catalog; empty if there is none.

    Raises DiskFullError and CatalogUnavailableError if this cannot be checked now.
    """
    if not index.connections.is_still_there():
        return message("fault.replaced")
    try:
        index.connections.check()
    except CatalogDamagedError as error:
        return read_fault(error, index.connections.meaning)
    except index.connections.errors as error:
        return read_fault(error, index.connections.meaning)
    return NOTHING


# Vectors


def mend_vectors(index: IndexState) -> None:
    """Checks the vectors and starts an empty store if they are damaged.

    Runs once per process, and again after each error of the vectors. All documents are then found by full text
    only, until they are embedded again.
    Raises VectorsUnavailableError if they cannot be checked or stored now.
    """
    if index.is_mended and not index.vectors.is_suspect:
        return
    if fault := index.vectors.check():
        reason = message("vectors.rebuilt", fault=fault)
        index.vectors.begin_anew()
        log.error("%s: %s Questions are answered by words until then.", index.vectors.folder, reason)
        with index.transaction() as connection:
            connection.execute("UPDATE documents SET embedded = FALSE WHERE source IN (SELECT source FROM chunks)")
            note(connection, REBUILDING, to_text(reason))
    index.vectors.note_opened()


def compare(index: IndexState) -> None:
    """Compares vectors with the catalog: keys once per process, later only the number.

    While another process reads a state from before, the next call compares them again.
    """
    embedded = "FROM chunks c JOIN documents d USING (source) WHERE embedded"
    (count,) = index.writer.execute(f"SELECT count(*) {embedded}").fetchone()
    if index.is_mended and count == index.vectors.count():
        return
    rows = index.writer.execute(f"SELECT source, c.revision || ':' || ordinal {embedded}").fetchall()
    there = index.vectors.keys()
    # Lost vectors, after a crash of the machine: their documents are embedded again.
    if lost := {source for source, key in rows if key not in there}:
        with index.transaction() as connection:
            connection.executemany("UPDATE documents SET embedded = FALSE WHERE source = ?", [(name,) for name in lost])
    # Vectors without a chunk: left by a revision that was replaced while it was embedded.
    if orphans := sorted(there - {key for _, key in rows}):
        index.require_room(0)
        if not index.wait_for_readers():
            return
        index.require_lead()  # another process may have added vectors since these were listed
        if rows:
            index.vectors.remove(orphans)
        else:  # A store that deleted all that it held sometimes does not find what is added later.
            index.vectors.begin_anew()
            index.vectors.note_opened()
    # Only now: after an error above, the next call checks everything again.
    index.is_mended = True
