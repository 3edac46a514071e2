"""Vectors of two sample texts, by which endpoints are compared.

Endpoints of one model give nearly equal ones, others do not.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from threading import Lock

import numpy as np

from store import atomic_file
from store.embeddings.vectors import Floats, normalise

LOG = logging.getLogger(__name__)


class Sample:
    """The sample vectors that endpoints are compared with. Thread-safe.

    They are kept at `place` over restarts. Those of the endpoint that is asked first count, so that one that comes
    later, or after a start without the first, cannot mix other vectors into the index.
    """

    LEAST = 0.95
    """Least cosine of the vectors of one model.

    A model in eight bits has over 0.98, other models about 0.
    """

    def __init__(self, place: Path) -> None:
        self._place, self._lock = place, Lock()

    @staticmethod
    def texts() -> list[str]:
        """The sample texts."""
        return ["境外投资备案需要几个工作日？", "The general rate of value added tax is 22%."]

    def likeness(self, vectors: list[list[float]]) -> float:
        """Returns the least cosine of the vectors with those that are kept.

        1 if none are kept: then these are. 0 for vectors of another length.
        """
        given = normalise(np.array(vectors, np.float32))
        with self._lock:
            kept = self._read_kept()
            if kept is None:
                self._keep(vectors)
                return 1.0
        return float((given * kept).sum(axis=1).min()) if given.shape == kept.shape else 0.0

    def _read_kept(self) -> Floats | None:
        try:
            return normalise(np.array(json.loads(self._place.read_text("utf-8")), np.float32))
        except (OSError, ValueError):
            return None

    def _keep(self, vectors: list[list[float]]) -> None:
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            atomic_file.replace(self._place, json.dumps(vectors).encode())
        except OSError as error:
            LOG.warning("%s cannot be written (%s): endpoints are not compared.", self._place, error.strerror)
