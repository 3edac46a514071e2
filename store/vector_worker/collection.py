"""Vectors of the chunks in a Chroma collection (cosine), local or on a server.

Only the worker imports this.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from numpy.typing import NDArray

from store.atomic_file import replace
from store.vector_worker.server import NAME_FILE, ChromaServer
from text.messages import NOTHING, Message, message

BATCH = 5_000
"""Rows per call; Chroma refuses more than 5,461."""
SAMPLE = 200
"""Vectors in the self-search check: each must find itself."""
MOST_CHECKED = 5_000
"""Vectors checked when the folder is opened, which takes about half a second."""
FOUND = 0.9
"""Share of the sample that must find itself; a graph search may miss a few."""
SAME = 1e-2
"""Tolerance for a stored vector: its length 1, and its distance 0 from itself."""

Floats = NDArray[np.float32]


class Collection:
    """Vectors of one index by key. Distances are cosine distances, 0 to 2."""

    def __init__(self, folder: Path, server: ChromaServer | None = None) -> None:
        settings = Settings(anonymized_telemetry=False)
        if server is None:
            client, name = chromadb.PersistentClient(str(folder), settings), "chunks"
        else:
            client, name = connect_to_server(server, settings), name_on_server(folder)
        self.rows = client.get_or_create_collection(
            name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )

    def add(self, keys: Sequence[str], vectors: Floats) -> None:
        """Stores vectors by key, in batches; replaces those that the keys have."""
        for start in range(0, len(keys), BATCH):
            stop = start + BATCH
            self.rows.upsert(ids=list(keys[start:stop]), embeddings=vectors[start:stop])

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes vectors by key, in batches."""
        for start in range(0, len(keys), BATCH):
            self.rows.delete(ids=list(keys[start : start + BATCH]))

    def nearest(self, vector: Floats, limit: int, others: Sequence[str] = ()) -> tuple[list[str], list[float]]:
        """Keys and distances of the nearest vectors, nearest first, then of `others`.

        Others without a vector are left out. A distance is NaN if the stored vector is damaged.
        """
        found = self.rows.query(query_embeddings=cast(Any, [vector]), n_results=limit, include=["distances"])
        near, distances = found["ids"][0], list((found["distances"] or [[]])[0])
        keys, vectors = self.read(sorted(set(others).difference(near)))
        distances += [1 - float(own @ vector) if is_one(own) else math.nan for own in vectors]
        return [*near, *keys], distances

    def read(self, wanted: Sequence[str]) -> tuple[list[str], Floats]:
        """Keys that have a vector, and these vectors, `(n, dim)`, in the same order."""
        pages = [
            self.rows.get(ids=list(wanted[start : start + BATCH]), include=["embeddings"])
            for start in range(0, len(wanted), BATCH)
        ]
        found = [np.asarray(page["embeddings"], np.float32) for page in pages if page["ids"]]
        keys = [key for page in pages for key in page["ids"]]
        return keys, np.concatenate(found) if found else np.empty((0, 0), np.float32)

    def count(self) -> int:
        """Returns the number of all vectors."""
        return self.rows.count()

    def keys(self) -> list[str]:
        """Keys of all vectors, in one read: pages would each pass by all before them."""
        return self.rows.get(include=[])["ids"]

    def check(self, most: int | None = MOST_CHECKED) -> Message:
        """Damage of the stored vectors, or NOTHING.

        Checks that vectors have length 1 (at most `most` of them; None for all) and that nearly all of a sample
        find themselves.
        """
        keys = self.keys()
        if len(keys) != self.rows.count():
            return message("fault.vectors_listed", counted=self.rows.count(), listed=len(keys))
        some = keys[:: max(1, len(keys) // most)] if most else keys
        for start in range(0, len(some), BATCH):
            wanted = some[start : start + BATCH]
            found, vectors = self.read(wanted)
            if len(found) != len(wanted):
                return message("fault.vectors_unread")
            if not all(map(is_one, vectors)):
                return message("fault.vectors_overwritten")
        sample = keys[:: max(1, len(keys) // SAMPLE)]
        is_whole = sum(self.find_themselves(sample)) >= FOUND * len(sample)
        return NOTHING if is_whole else message("fault.vectors_lost")

    def find_themselves(self, keys: Sequence[str]) -> Iterator[bool]:
        """For each key: True if its vector finds itself, or an equal one, as the nearest."""
        _, vectors = self.read(keys)
        if len(vectors):
            found = self.rows.query(
                query_embeddings=[row.tolist() for row in vectors], n_results=1, include=["distances"]
            )
            yield from (bool(own) and abs(own[0]) < SAME for own in found["distances"] or [])


def connect_to_server(server: ChromaServer, settings: Settings) -> ClientAPI:
    """Connects to a server.

    Raises the errors of Chroma if the server is away or refuses.
    """
    return chromadb.HttpClient(
        server.host, server.port, server.is_encrypted, server.headers, settings, server.tenant, server.database
    )


def name_on_server(folder: Path) -> str:
    """Returns the name of this index's collection, made once and kept in its folder.

    Indexes that share a server do not see each other's vectors. Where the folder is set aside after damage, the next
    collection has a new name.
    """
    file = folder / NAME_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        own = file.with_name(uuid4().hex)
        replace(own, f"qiantang-{uuid4().hex}".encode())
        with suppress(FileExistsError):  # another process was first
            os.link(own, file)
        own.unlink()
    return file.read_text("utf-8")


def is_one(vector: Floats) -> bool:
    """True for a vector of length 1; False if a component is not a number."""
    return bool(abs(np.linalg.norm(vector) - 1) < SAME)
