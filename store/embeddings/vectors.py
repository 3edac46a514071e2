"""Vectors as numpy arrays, and the choice of the engine that makes them."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Role = Literal["query", "passage"]
EngineChoice = Literal["auto", "float32", "portable"]
"""Engine that runs the model.

`auto`: OpenVINO in the precision that suits the processor, or the portable engine without OpenVINO.
`float32`: OpenVINO in float32, with nearly equal results on all processors.
`portable`: the portable engine.
"""

SMALLEST_LENGTH = 1e-12


def normalise(vectors: Floats) -> Floats:
    """Scales each vector of the last axis to length 1; zero vectors stay zero."""
    lengths: Floats = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, np.maximum(lengths, SMALLEST_LENGTH), dtype=np.float32)
