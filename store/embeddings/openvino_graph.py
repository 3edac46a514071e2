"""multilingual-e5-small as an OpenVINO graph.

It maps embedded tokens to the mean of the last layer and to the token states of an earlier layer.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import openvino as ov
import openvino.opset13 as ops
from numpy.typing import NDArray

from store.embeddings.priority import Priority
from store.embeddings.vectors import Floats
from store.embeddings.weights import BLOCK_WEIGHTS, Shape, Weights, dequantise

# Best of layers 6, 9 and 12 on XQuAD for matching tokens: in the last layer every token is about the whole text.
STATES_AFTER = 9
# Subtracted from the attention score of padding, so that its share becomes zero, also in half precision.
PENALTY = 10_000
OPTIONS = {"NUM_STREAMS": "1"}
"""One text after the other, each on all cores."""
CPU_INFO = Path("/proc/cpuinfo")
BuildGraph = Callable[["GraphParts", Shape], Any]
"""Function that builds a model; `Any` is a node of OpenVINO."""


def takes_whole_numbers() -> bool:
    """Checks that matrices are best multiplied in 8-bit whole numbers.

    That is so on x86-64 without units for bfloat16 (AMX). The hidden states are then rounded to 8 bits, each group of
    them with a scale of its own. With AVX-512 the embedding model takes 0.42, the answerability model 0.28 of the time
    that bfloat16 takes, which OpenVINO chooses there.
    """
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    try:
        return "amx_bf16" not in CPU_INFO.read_text(encoding="utf-8")
    except OSError:
        return True


def compile_network(build: BuildGraph, parameters: NamedParameters, shape: Shape, precision: str, group: int) -> Any:
    """Compiles a network for this processor and returns a request that runs it.

    `precision` is as in `Network`; `group` is how many states share a scale where they are rounded to 8 bits.
    """
    in_whole_numbers = not precision and takes_whole_numbers()
    options = {"INFERENCE_PRECISION_HINT": precision} if precision else {}
    if in_whole_numbers:
        options = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(group)}
    model = build(GraphParts(parameters, shape, in_whole_numbers), shape)
    return ov.Core().compile_model(model, "CPU", OPTIONS | options).create_infer_request()


class Network:
    """The encoder, compiled for this processor. Thread-safe; threads take turns.

    `precision` is a number format of OpenVINO such as `f32`, or "" for the fastest one of this processor.
    """

    def __init__(self, weights: Weights, precision: str = "") -> None:
        tensors, shape = weights.tensors, weights.shape
        self._words = tensors.blocks("emb.word").reshape(shape.words, -1)
        self._positions = tensors.floats("emb.pos").reshape(-1, shape.width) + tensors.floats("emb.type")[: shape.width]
        self._request = compile_network(build_encoder_graph, tensors, shape, precision, BLOCK_WEIGHTS)
        self._queue, self._engine = Lock(), Lock()
        self._courtesy = Priority()

    def run(
        self, tokens: NDArray[np.int64], lengths: NDArray[np.int64], background: bool = False
    ) -> tuple[Floats, Floats]:
        """Encodes a batch of padded token rows.

        `tokens` is `(n, longest)`; only the first `lengths` tokens of each row count, at least one.
        Returns the mean over the tokens of each row, `(n, width) float32`, not normalised, and the token states
        after layer 9, `(n, longest, width)`.
        """
        embedded = dequantise(self._words[tokens]).reshape(*tokens.shape, -1) + self._positions[: tokens.shape[1]]
        mask = (np.arange(tokens.shape[1]) < lengths[:, None]).astype(np.float32)
        with self._courtesy.turn(background):
            return self._infer(embedded, mask)

    def _infer(self, embedded: Floats, mask: Floats) -> tuple[Floats, Floats]:
        # The waiting thread holds the queue, so a thread with many batches cannot overtake a question.
        with self._queue:
            self._engine.acquire()
        try:
            means, states = self._request.infer([embedded, mask], share_inputs=True).values()
            return np.array(means), np.array(states)
        finally:
            self._engine.release()


def build_encoder_graph(parts: GraphParts, shape: Shape) -> Any:
    """Builds the model.

    Inputs: `(n, longest, width)` and `(n, longest)`. Outputs: `(n, width)` and `(n, longest, width)`.
    """
    embedded = ops.parameter([-1, -1, shape.width], np.float32)
    mask = ops.parameter([-1, -1], np.float32)
    penalty = ops.unsqueeze(ops.multiply(ops.subtract(mask, number(1)), number(PENALTY)), axes(1, 2))
    hidden = parts.normalise(embedded, "emb.ln")
    for layer in range(shape.layers):
        hidden = parts.layer(hidden, penalty, f"l{layer}")
        if layer + 1 == STATES_AFTER:
            states = hidden
    total = ops.reduce_sum(ops.multiply(hidden, ops.unsqueeze(mask, axes(2))), axes(1))
    return ov.Model([ops.divide(total, ops.reduce_sum(mask, axes(1), True)), states], [embedded, mask])


class NamedParameters(Protocol):
    """Parameters of a network by name."""

    def floats(self, name: str, /) -> Floats:
        """Returns a parameter as float32, in its own shape or flat as `(n,)`."""

    def whole_numbers(self, name: str, /) -> tuple[NDArray[np.int8], Floats]:
        """A matrix as `(rows, groups, n)` whole numbers and `(rows, groups, 1)` scales."""


class GraphParts:
    """Parts of the graph, built from the tensors of their names.

    `Any` is a node of the graph.
    """

    def __init__(self, tensors: NamedParameters, shape: Shape, in_whole_numbers: bool) -> None:
        self._tensors = tensors
        self._shape = shape
        self._in_whole_numbers = in_whole_numbers

    def layer(self, hidden: Any, penalty: Any, name: str) -> Any:
        """Attention, then the inner layer, each added to its input and normalised."""
        attended = self.linear(self.attention(hidden, penalty, name), f"{name}.ao")
        hidden = self.normalise(ops.add(hidden, attended), f"{name}.aln")
        inner = ops.gelu(self.linear(hidden, f"{name}.fi"), "erf")
        return self.normalise(ops.add(hidden, self.linear(inner, f"{name}.fo")), f"{name}.oln")

    def attention(self, hidden: Any, penalty: Any, name: str) -> Any:
        """Self-attention of the tokens of a row, all heads side by side."""
        query, key, value = (self.heads(self.linear(hidden, f"{name}.{part}")) for part in "qkv")
        attended = ops.transpose(ops.scaled_dot_product_attention(query, key, value, penalty), axes(0, 2, 1, 3))
        return ops.reshape(attended, axes(0, 0, self._shape.width), True)

    def heads(self, hidden: Any) -> Any:
        """Splits heads.

        `(n, longest, width)` becomes `(n, heads, longest, width / heads)`.
        """
        heads = self._shape.heads
        split = ops.reshape(hidden, axes(0, 0, heads, self._shape.width // heads), True)
        return ops.transpose(split, axes(0, 2, 1, 3))

    def linear(self, hidden: Any, name: str) -> Any:
        """Linear layer."""
        bias = self._tensors.floats(f"{name}.b")
        product = ops.matmul(hidden, self.matrix(f"{name}.w", len(bias)), False, True)
        return ops.add(product, ops.constant(bias))

    def matrix(self, name: str, rows: int) -> Any:
        """Weights as 8-bit numbers that OpenVINO recognises, or in half precision.

        Half precision is exact enough for them.
        """
        if not self._in_whole_numbers:
            weights = self._tensors.floats(name).reshape(rows, -1).astype(np.float16)
            return ops.convert(ops.constant(weights), np.float32)
        numbers, scales = self._tensors.whole_numbers(name)
        if scales.shape[1] == 1:  # without groups: the pattern has no axis of them
            numbers, scales = numbers[:, 0], scales[:, 0]
        weights = ops.multiply(ops.convert(ops.constant(numbers), np.float32), ops.constant(scales))
        return weights if numbers.ndim == 2 else ops.reshape(weights, axes(rows, numbers[0].size), False)

    def normalise(self, hidden: Any, name: str) -> Any:
        """Layer normalisation."""
        centred = ops.mvn(hidden, axes(-1), True, self._shape.epsilon, "inside_sqrt")
        weight, bias = (ops.constant(self._tensors.floats(f"{name}.{part}")) for part in "wb")
        return ops.add(ops.multiply(centred, weight), bias)


def axes(*numbers: int) -> Any:
    """Returns whole numbers, such as axes or a shape, as a constant of the graph."""
    return ops.constant(np.array(numbers, np.int64))


def number(value: float) -> Any:
    """Returns a number as a float32 constant of the graph."""
    return ops.constant(np.float32(value))
