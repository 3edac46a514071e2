"""Search by meaning: the vectors of the chunks, in an embedded Chroma collection (cosine)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings

BATCH = 5_000
"""Rows a call; Chroma refuses more than 5,461."""

Vector = np.ndarray
"""float32, L2-normalised: `(dim,)`, or `(n, dim)` for several."""


class Vectors:
    """The vectors of one index. Keys are `revision:ordinal`; a similarity is a cosine, -1 to 1."""

    def __init__(self, folder: Path) -> None:
        self.client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self.collection = self.client.get_or_create_collection(
            "chunks", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )

    def close(self) -> None:
        """Gives back files and threads. Chroma keeps both for each folder until it is told."""
        self.client.close()  # type: ignore[attr-defined]

    def add(self, keys: Sequence[str], vectors: Vector) -> None:
        for start in range(0, len(keys), BATCH):
            stop = start + BATCH
            self.collection.upsert(ids=list(keys[start:stop]), embeddings=vectors[start:stop])

    def remove(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), BATCH):
            self.collection.delete(ids=list(keys[start : start + BATCH]))

    def nearest(self, vector: Vector, limit: int) -> dict[str, float]:
        """The similarity of the `limit` nearest chunks, nearest first."""
        found = self.collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {key: 1 - distance for key, distance in zip(found["ids"][0], distances, strict=True)}

    def similarities(self, vector: Vector, keys: Sequence[str]) -> dict[str, float]:
        """The similarity of the named chunks; those without a vector are left out."""
        return {key: float(stored @ vector) for key, stored in self.read(keys).items()}

    def read(self, keys: Sequence[str]) -> dict[str, Vector]:
        """The vectors of the named chunks; those without one are left out."""
        found: dict[str, Vector] = {}
        for start in range(0, len(keys), BATCH):
            page = self.collection.get(ids=list(keys[start : start + BATCH]), include=["embeddings"])
            found |= zip(page["ids"], np.asarray(page["embeddings"], np.float32), strict=True)
        return found

    def mean(self, keys: Sequence[str]) -> Vector:
        """The mean of the vectors of the named chunks, not normalised; zero where there is none."""
        found = list(self.read(keys).values())
        return np.asarray(np.mean(found, axis=0)) if found else np.zeros(1, np.float32)

    def keys(self) -> set[str]:
        """The keys of all vectors, read in pages since Chroma refuses large ones."""
        found: set[str] = set()
        while page := self.collection.get(limit=BATCH, offset=len(found), include=[])["ids"]:
            found.update(page)
        return found
