"""Vectors as numpy arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SMALLEST_LENGTH = 1e-12


def normalised(vectors: Floats) -> Floats:
    """Scales each vector of the last axis to length 1; zero vectors stay zero."""
    lengths: Floats = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, np.maximum(lengths, SMALLEST_LENGTH), dtype=np.float32)
