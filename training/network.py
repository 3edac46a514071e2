"""The network that training starts with, as arrays of their own names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from store.embeddings.parameters import Parameters
from store.embeddings.weights import Weights, dequantise

PARTS = ("q", "k", "v", "ao", "fi", "fo")
SEGMENTS = "segments"
"""Tensor that only a network has which was trained to judge answers."""


def initial_arrays(
    weights: Weights, ids: NDArray[np.integer], last: Parameters | None = None
) -> dict[str, NDArray[np.generic]]:
    """Returns the initial network; of its word table only the rows in `ids`, in order.

    It is the answerability model that was trained `last`, or the embedding model.
    `ids` is `(n,)`, `words` `(n, width)` in float16. The others are float32: of `last` in their shape, else `(size,)`.
    """
    tensors, width = weights.tensors, weights.shape.width
    table = tensors.blocks("emb.word").reshape(weights.shape.words, -1)
    arrays: dict[str, NDArray[np.generic]] = {"ids": ids}
    arrays["words"] = dequantise(table[ids]).reshape(len(ids), width).astype(np.float16)
    names = ["emb.pos", "emb.type", "emb.ln.w", "emb.ln.b"]
    for layer in range(weights.shape.layers):
        names += [f"l{layer}.{part}.{kind}" for part in (*PARTS, "aln", "oln") for kind in "wb"]
    if last is None:
        return arrays | {name: tensors.floats(name).copy() for name in names}
    return arrays | {name: last.floats(name) for name in [*names, SEGMENTS, "score.w", "score.b"]}
