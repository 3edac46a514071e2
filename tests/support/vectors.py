"""Vectors kept in memory: an index over a few files needs no process of its own that holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store.index import vector_store

Vector = np.ndarray


class MemoryVectors:
    """What `store.vector_worker.Supervisor` does, in this process and gone with it."""

    def __init__(self, folder: Path, server: object = None) -> None:
        self.vectors: dict[str, Vector] = {}

    def ask(self, name: str, *arguments: Any) -> Any:
        return getattr(self, name)(*arguments)

    work = ask

    def wait_until_decided(self) -> None:
        """There is nothing to wait for."""

    def trouble(self) -> str:
        return ""

    def close(self) -> None:
        self.vectors = {}

    # The calls of `store.vector_worker.collection.Collection`

    def add(self, keys: Sequence[str], vectors: Vector) -> None:
        self.vectors = self.vectors | dict(zip(keys, np.asarray(vectors, np.float32), strict=True))

    def remove(self, keys: Sequence[str]) -> None:
        gone = set(keys)
        self.vectors = {key: vector for key, vector in self.vectors.items() if key not in gone}

    def nearest(self, vector: Vector, limit: int, others: Sequence[str] = ()) -> tuple[list[str], list[float]]:
        distances = {key: 1 - float(own @ vector) for key, own in self.vectors.items()}
        near = sorted(distances, key=distances.__getitem__)[:limit]
        keys = [*near, *sorted(set(others).intersection(distances).difference(near))]
        return keys, [distances[key] for key in keys]

    def read(self, wanted: Sequence[str]) -> tuple[list[str], Vector]:
        known = self.vectors
        keys = [key for key in wanted if key in known]
        return keys, np.stack([known[key] for key in keys]) if keys else np.empty((0, 0), np.float32)

    def count(self) -> int:
        return len(self.vectors)

    def keys(self) -> list[str]:
        return list(self.vectors)

    def check(self, most: int | None = None) -> str:
        return ""


@contextmanager
def held_in(vectors: type) -> Iterator[None]:
    """Indexes that are opened meanwhile keep their vectors in this way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_store, "Supervisor", vectors)
        yield
