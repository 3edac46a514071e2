"""Files of networks whose training began with the embedding model.

Matrices are in 8 bits with one scale a row, the rest is as it was.
Names are those of the embedding model (`store.embeddings.weights`). New is `score`, the layer over the mean of a span,
and for the answerability model `segments`, `(2, width)`, added to the tokens of question and passage.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from store.embeddings.vectors import Floats
from text.messages import message

SCALE = ".scale"
"""Ending of the name of a matrix's scales."""
LARGEST = 127


@dataclass(frozen=True)
class Parameters:
    """Parameters by name."""

    arrays: Mapping[str, NDArray[np.generic]]

    def floats(self, name: str) -> Floats:
        """A parameter in its own shape, as float32."""
        values = self.arrays[name].astype(np.float32)
        scale = self.arrays.get(name + SCALE)
        return values if scale is None else values * scale.astype(np.float32)

    def whole_numbers(self, name: str) -> tuple[NDArray[np.int8], Floats]:
        """A matrix as stored: `(rows, 1, n)` whole numbers and `(rows, 1, 1)` scales."""
        numbers, scales = self.arrays[name], self.arrays[name + SCALE]
        return numbers.astype(np.int8)[:, None], scales.astype(np.float32).reshape(-1, 1, 1)


def read_parameters(path: Path) -> Parameters:
    """Reads a file of arrays as `quantise` made them.

    Raises OSError if the file cannot be read, and ValueError if it is no file of arrays or is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return Parameters({name: file[name] for name in file.files})
    except (BadZipFile, zlib.error, EOFError) as error:
        raise ValueError(message("embedding.parameters_damaged", file=path, error=error)) from error


def quantise(name: str, values: Floats) -> dict[str, NDArray[np.generic]]:
    """Returns a parameter by name as it is stored, with its scales if it has any.

    A matrix whose name ends in `.w` is `(rows, n)` int8, with `(rows, 1)` float16 scales. Other matrices are float16,
    and vectors float32, in their own shape.
    """
    if values.ndim < 2 or not name.endswith(".w"):
        return {name: values.astype(np.float16 if values.ndim > 1 else np.float32)}
    scale = (np.abs(values).max(axis=1, keepdims=True) / LARGEST).astype(np.float16)
    scaled = np.round(values / np.maximum(scale.astype(np.float32), np.finfo(np.float16).tiny))
    return {name: np.clip(scaled, -LARGEST, LARGEST).astype(np.int8), name + SCALE: scale}
