"""Copies of an index: the catalog as a SQLite file, the vectors as arrays."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from store.index import Index
from store.index.vector_store import Vector, Vectors
from store.transfer.catalogs import export_catalog
from store.vector_worker import ChromaServer, VectorsUnavailableError
from text.messages import message

CATALOG, VECTORS = "catalog.sqlite", "vectors.npz"
PAGE = 2_000
"""Vectors that are read or written at a time."""


def copy_index(index: Index, folder: Path) -> int:
    """Writes catalog and vectors of one moment into a folder.

    Returns the number of vectors. Questions go on meanwhile, a sync waits. Call it in the owner process.
    Raises VectorsUnavailableError if the vectors cannot be read, and OSError if the folder cannot be written.
    """
    with index.turn():
        if index.database:
            export_catalog(index, folder / CATALOG)
        else:
            copy_database(index.path, folder / CATALOG)
        keys = sorted(index.vectors.keys())
        rows = read_rows(index.vectors, keys)
    np.savez(folder / VECTORS, keys=np.array(keys, np.str_), vectors=rows)
    return len(keys)


def read_rows(stored: Vectors, keys: Sequence[str]) -> Vector:
    """Returns vectors in the order of their keys, `(n, dim)`, read in pages.

    Raises VectorsUnavailableError if some are missing or cannot be read.
    """
    rows = np.empty((0, 0), np.float32)
    for start in range(0, len(keys), PAGE):
        page = keys[start : start + PAGE]
        found = stored.read(page)
        if len(found) != len(page):
            raise VectorsUnavailableError(message("vectors.not_stored"))
        if not start:
            rows = np.empty((len(keys), len(found[page[0]])), np.float32)
        rows[start : start + PAGE] = [found[key] for key in page]
    return rows


def copy_database(database: Path, to: Path) -> None:
    """Copies a SQLite database that others may be writing, as of one moment.

    Raises sqlite3.Error if it cannot be read, or the copy cannot be written.
    """
    with (
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)


def restore_vectors(copy: Path, folder: Path, server: ChromaServer | None) -> int:
    """Puts the vectors of a copy into an index folder, or onto the server.

    Returns their number.
    Raises VectorsUnavailableError if they cannot be stored, and ValueError if the file is no copy.
    """
    with np.load(copy, allow_pickle=False) as data:
        keys, vectors = [str(key) for key in data["keys"]], data["vectors"].astype(np.float32)
    if len(keys) != len(vectors):
        raise ValueError(message("backup.vectors_differ", file=copy.name, names=len(keys), vectors=len(vectors)))
    with closing(Vectors(folder, server)) as stored:
        for start in range(0, len(keys), PAGE):
            stored.add(keys[start : start + PAGE], vectors[start : start + PAGE])
    return len(keys)
