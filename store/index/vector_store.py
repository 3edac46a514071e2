"""Vector search; a separate process holds the vectors (see `store.vector_worker`)."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from circuit_breaker import count_failure
from store.free_space import has_room
from store.index.damaged_files import set_aside
from store.vector_worker import (
    NAME_FILE,
    ChromaServer,
    Supervisor,
    VectorsDamagedError,
    VectorsFailedError,
    VectorsUnavailableError,
    WorkerEndedError,
)
from text.messages import NOTHING, Message, message, system_reason

SAME = 1e-2
"""Tolerance for the length 1 of a vector, and for a distance of 0 to 2."""

Vector = np.ndarray
"""float32, L2-normalised: `(dim,)`, or `(n, dim)` for several."""


class Vectors:
    """Vectors of one index, in files or on a Chroma server.

    Keys are `revision:ordinal`; a similarity is a cosine, -1 to 1.
    `is_suspect`: what is stored must be checked.
    All methods raise VectorsUnavailableError.
    """

    def __init__(self, folder: Path, server: ChromaServer | None = None) -> None:
        self.folder, self.server, self.worker = folder, server, Supervisor(folder, server)
        self.is_suspect, self.is_new = False, False
        self.collection, self.following = name_file(folder), threading.Lock()

    def add(self, keys: Sequence[str], vectors: Vector) -> None:
        """Stores vectors by key.

        Raises ValueError for vectors that are not of length 1: the index could not tell them from damaged ones.
        """
        if len(keys) and not are_vectors(vectors):
            raise ValueError(message("embedding.no_length"))
        with self.suspecting():
            self.worker.work("add", keys, vectors)

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes vectors by key."""
        with self.suspecting():
            self.worker.work("remove", keys)

    def nearest(self, vector: Vector, limit: int, others: Sequence[str] = ()) -> dict[str, float]:
        """Similarity of the `limit` nearest chunks, nearest first, then of the `others`.

        Others without a vector are left out. For questions: it does not wait long.
        Raises VectorsDamagedError for distances that cannot be.
        """
        with self.suspecting():
            keys, distances = self.worker.ask("nearest", vector, limit, others)
            if len(keys) != len(distances) or not all(is_distance(each) for each in distances):
                raise VectorsDamagedError(message("vectors.wrong_distances"))
        return {key: 1 - distance for key, distance in zip(keys, distances, strict=True)}

    def read(self, keys: Sequence[str]) -> dict[str, Vector]:
        """Vectors of the named chunks; chunks without one are left out."""
        return self.read_checked(self.worker.work, keys)

    def mean(self, keys: Sequence[str]) -> Vector:
        """Mean vector of the named chunks, `(dim,)`, not normalised.

        `(1,)` with 0 if none of them has a vector. For questions: it does not wait long.
        """
        found = list(self.read_checked(self.worker.ask, keys).values())
        return np.asarray(np.mean(found, axis=0)) if found else np.zeros(1, np.float32)

    def keys(self) -> set[str]:
        """Keys of all vectors."""
        with self.suspecting():
            return set(self.worker.work("keys"))

    def count(self) -> int:
        """Returns the number of all vectors."""
        with self.suspecting():
            return int(self.worker.work("count"))

    def check(self) -> Message:
        """Damage of the stored vectors; NOTHING if they can be used.

        Raises VectorsUnavailableError if this cannot be checked now.
        """
        try:
            return self.check_twice()
        except (VectorsDamagedError, VectorsFailedError, WorkerEndedError) as error:
            if self.server and isinstance(error, WorkerEndedError):
                raise
            if not has_room(self.folder.parent):
                raise VectorsUnavailableError(message("vectors.checked_later", error=error.message)) from None
            return find_fault_in(error)

    def check_twice(self) -> Message:
        """Repeats a check once if the worker process ends meanwhile.

        One end may be chance, such as too little memory. The worker checks the folder when it starts, so only what
        became suspect later is checked again.
        """
        try:
            return self.check_once()
        except WorkerEndedError:
            return self.check_once()

    def check_once(self) -> Message:
        """Returns the damage of the stored vectors; NOTHING if there is none.

        Unless they are suspect, they only have to be opened and counted.
        """
        if self.is_suspect:
            damage: Message = self.worker.work("check", None)
            return damage
        self.worker.work("count")
        return NOTHING

    def begin_anew(self) -> None:
        """Sets the stored vectors aside and starts with none.

        Raises VectorsUnavailableError if this was tried before without success: then the stored vectors are not the
        cause.
        """
        if self.is_new:
            raise VectorsUnavailableError(self.worker.trouble() or message("vectors.not_stored"))
        self.worker.close()
        try:
            set_aside(self.folder)
        except OSError as error:
            reason = message("vectors.not_set_aside", file=self.folder, error=system_reason(error))
            raise VectorsUnavailableError(reason) from None
        self.worker, self.is_new, self.collection = Supervisor(self.folder, self.server), True, ""

    def note_opened(self) -> None:
        """Records that vectors can be stored.

        Raises VectorsUnavailableError if they cannot.
        """
        self.count()
        self.is_suspect = self.is_new = False

    def follow(self) -> None:
        """Opens the collection that another process began in place of a damaged one.

        Only on a server.
        """
        if self.server is None or (now := name_file(self.folder)) in ("", self.collection):
            return
        with self.following:
            if now != self.collection:
                is_other, self.collection = bool(self.collection), now
                if is_other:
                    self.worker.close()
                    self.worker = Supervisor(self.folder, self.server)

    def close(self) -> None:
        """Stops the worker process; nothing can be read or written afterwards."""
        self.worker.close()

    def read_checked(self, call: Any, keys: Sequence[str]) -> dict[str, Vector]:
        """Vectors by key, as `call` gives them.

        Raises VectorsDamagedError if they are overwritten.
        """
        if not keys:
            return {}
        with self.suspecting():
            found, vectors = call("read", keys)
            if not are_vectors(vectors):
                raise VectorsDamagedError(message("vectors.overwritten"))
        return dict(zip(found, vectors, strict=True))

    @contextmanager
    def suspecting(self) -> Iterator[None]:
        """Marks the vectors as suspect after a wrong or missing answer, and counts it."""
        try:
            yield
        except VectorsUnavailableError:
            count_failure("chroma")
            self.is_suspect = True
            raise


def find_fault_in(error: VectorsUnavailableError) -> Message:
    """Returns the fault that an error names, or else its whole message."""
    if isinstance(error, WorkerEndedError):
        return message("fault.worker_ends")
    named = error.message.params.get("fault")
    return named if isinstance(named, Message) else error.message


def name_file(folder: Path) -> str:
    """Name of the collection of a folder on its server; "" if there is none yet."""
    try:
        return (folder / NAME_FILE).read_text("utf-8")
    except OSError:
        return ""


def are_vectors(vectors: Vector) -> bool:
    """True if each vector has length 1; False if a component is not a number."""
    return not len(vectors) or bool(np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < SAME))


def is_distance(distance: float) -> bool:
    """Checks that a number can be a cosine distance: 0 to 2, with tolerance."""
    return math.isfinite(distance) and -SAME <= distance <= 2 + SAME


def keys(revision: str, chunks: int) -> list[str]:
    """Keys of a revision's vectors."""
    return [f"{revision}:{ordinal}" for ordinal in range(chunks)]
