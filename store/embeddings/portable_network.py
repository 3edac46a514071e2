"""A trained network in NumPy: slower, for machines without OpenVINO."""

from __future__ import annotations

import numpy as np

from store.embeddings.parameters import Parameters
from store.embeddings.vectors import Floats
from store.embeddings.weights import Shape

PENALTY = np.float32(10_000)
"""Subtracted from the attention score of padding."""
ERF = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
"""Coefficients of the error function, to 1.5e-7 (Abramowitz and Stegun 7.1.26)."""
ERF_SCALE = 0.3275911


class PortableNetwork:
    """A trained network in NumPy. Thread-safe: it holds nothing that changes."""

    def __init__(self, parameters: Parameters, shape: Shape) -> None:
        self._shape = shape
        self._values = {name: parameters.floats(name) for name in parameters.arrays if not name.endswith(".scale")}

    def run(self, embedded: Floats, mask: Floats, pools: Floats) -> Floats:
        """Outputs for spans, as `openvino_network.OpenVinoNetwork.run`."""
        penalty = (1 - mask)[:, None, None, :] * PENALTY
        hidden = self._normalise(embedded, "emb.ln")
        for layer in range(self._shape.layers):
            name = f"l{layer}"
            attended = self._linear(self._attention(hidden, penalty, name), f"{name}.ao")
            hidden = self._normalise(hidden + attended, f"{name}.aln")
            inner = gelu(self._linear(hidden, f"{name}.fi"))
            hidden = self._normalise(hidden + self._linear(inner, f"{name}.fo"), f"{name}.oln")
        return self._linear(pools @ hidden, "score")

    def _attention(self, hidden: Floats, penalty: Floats, name: str) -> Floats:
        count, longest, width = hidden.shape
        heads = self._shape.heads
        query, key, value = (
            self._linear(hidden, f"{name}.{part}").reshape(count, longest, heads, -1).transpose(0, 2, 1, 3)
            for part in "qkv"
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(width // heads)) - penalty
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed: Floats = (shares @ value).transpose(0, 2, 1, 3).reshape(count, longest, width)
        return mixed

    def _linear(self, hidden: Floats, name: str) -> Floats:
        product: Floats = hidden @ self._values[f"{name}.w"].T + self._values[f"{name}.b"]
        return product

    def _normalise(self, hidden: Floats, name: str) -> Floats:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        deviation: Floats = np.sqrt(
            np.mean(centred * centred, axis=-1, keepdims=True, dtype=np.float32) + np.float32(self._shape.epsilon)
        )
        scaled: Floats = centred / deviation * self._values[f"{name}.w"] + self._values[f"{name}.b"]
        return scaled


def gelu(values: Floats) -> Floats:
    """Gaussian error linear unit."""
    scaled = np.abs(values) * np.float32(0.5**0.5)
    near = 1 / (1 + np.float32(ERF_SCALE) * scaled)
    total: Floats = np.zeros_like(values)
    for coefficient in reversed(ERF):
        total = np.asarray((total + np.float32(coefficient)) * near, np.float32)
    erf = np.sign(values) * (1 - total * np.exp(-scaled * scaled))
    result: Floats = np.asarray(values * (1 + erf) / 2, np.float32)
    return result
