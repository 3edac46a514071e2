"""A trained network as an OpenVINO graph, for this processor."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset13 as ops

from store.embeddings.openvino_graph import PENALTY, GraphParts, axes, compile_network, number
from store.embeddings.parameters import Parameters
from store.embeddings.vectors import Floats
from store.embeddings.weights import Shape

GROUP = 128
"""Number of hidden states that share a scale if they are rounded to 8 bits.

The width is a multiple of it.
"""


class OpenVinoNetwork:
    """A trained network on OpenVINO. Thread-safe; threads take turns.

    `precision` is as in `store.embeddings.openvino_graph.Network`.
    """

    def __init__(self, parameters: Parameters, shape: Shape, precision: str = "") -> None:
        self._request = compile_network(build_trained_graph, parameters, shape, precision, GROUP)
        self._turn = Lock()

    def run(self, embedded: Floats, mask: Floats, pools: Floats) -> Floats:
        """Returns the outputs for spans, `(n, spans, outputs)`.

        That is one score of the answerability model, or the vector of a question.
        `embedded` is `(n, longest, width)`, `mask` `(n, longest)` with 1 for tokens and 0 for padding, `pools`
        `(n, spans, longest)` the share of each token in the mean of each span.
        """
        with self._turn:
            (found,) = self._request.infer([embedded, mask, pools], share_inputs=True).values()
            return np.array(found)


def build_trained_graph(parts: GraphParts, shape: Shape) -> Any:
    """Builds the model; inputs and output are those of `OpenVinoNetwork.run`."""
    embedded = ops.parameter([-1, -1, shape.width], np.float32)
    mask, pools = ops.parameter([-1, -1], np.float32), ops.parameter([-1, -1, -1], np.float32)
    penalty = ops.unsqueeze(ops.multiply(ops.subtract(mask, number(1)), number(PENALTY)), axes(1, 2))
    hidden = parts.normalise(embedded, "emb.ln")
    for layer in range(shape.layers):
        hidden = parts.layer(hidden, penalty, f"l{layer}")
    found = parts.linear(ops.matmul(pools, hidden, False, False), "score")
    return ov.Model([found], [embedded, mask, pools])
