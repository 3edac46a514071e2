"""Moves the vectors of an index between files and a Chroma server.

Nothing is embedded again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing

import numpy as np

from store.index import Index
from store.index.vector_store import Vectors
from store.vector_worker import ChromaServer, VectorsUnavailableError
from text.messages import message

PAGE = 2_000
"""Vectors that are read and written at a time."""


def move_vectors(index: Index, to: ChromaServer | None, tell: Callable[[int, int], None] = lambda *_: None) -> int:
    """Copies all vectors to a server, or to files if None, and uses that copy.

    Call it in the owner process while nothing is written; afterwards the index must be opened with the settings of the
    new place. Returns the number of vectors. `tell` is called with the number copied and that of all. Before the last
    step, a failure or a kill leaves everything as it was.
    Raises VectorsUnavailableError if vectors cannot be read or stored.
    """
    own = index.vectors
    place = own.folder.with_name("moving")
    shutil.rmtree(place, ignore_errors=True)
    keys = sorted(own.keys())
    with closing(Vectors(place, to)) as there:
        for start in range(0, len(keys), PAGE):
            found = own.read(keys[start : start + PAGE])
            there.add(list(found), np.stack(list(found.values())))
            tell(min(start + PAGE, len(keys)), len(keys))
        if there.count() != len(keys):
            raise VectorsUnavailableError(message("vectors.not_stored"))
    own.close()
    left = own.folder.with_name("left")
    shutil.rmtree(left, ignore_errors=True)
    own.folder.rename(left)
    place.rename(own.folder)
    shutil.rmtree(left)
    return len(keys)
