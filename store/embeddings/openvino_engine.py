"""Bundled model on OpenVINO: texts cut into windows, windows batched by length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.embeddings.late_interaction import BinaryTokenVectors, QueryTokenVectors, sign_bits
from store.embeddings.openvino_graph import Network
from store.embeddings.tokenizer import tokenizer_of
from store.embeddings.vectors import Floats, Role, normalise
from store.embeddings.weights import Weights

# Small enough for a short wait of a question, large enough to keep the processor busy.
BATCH_TOKENS = 512
# OpenVINO compiles each new length and keeps it in memory, so lengths are rounded up to few values.
LENGTH_STEP = 16


@dataclass(frozen=True)
class Window:
    """Part of a text that the model reads in one pass.

    `text`: position of the text among the texts.
    `start`: position of the window in the text, in tokens.
    `tokens`: with begin and end token.
    """

    text: int
    start: int
    tokens: list[int]


class OpenVinoEngine:
    """The fast engine. Thread-safe. `precision` is as in `Network`."""

    def __init__(self, weights: Weights, precision: str = "") -> None:
        self._vocabulary = weights.vocabulary
        self._shape = weights.shape
        self._tokenizer = tokenizer_of(weights.vocabulary)
        self._network = Network(weights, precision)

    def passages(self, texts: Sequence[str], background: bool = False) -> tuple[Floats, list[BinaryTokenVectors]]:
        """Returns sums over the tokens of each text, `(n, 384) float32`, and token signs.

        A sum points in the direction of the mean.
        """
        asked = [self._tokens("passage", text) for text in texts]
        sums, bits = self._read(asked, sign_bits, background)
        parts = [self._own("passage", text, ids) for text, ids in zip(texts, asked, strict=True)]
        return sums, [BinaryTokenVectors(own[first:], ends) for own, (first, ends) in zip(bits, parts, strict=True)]

    def query(self, text: str) -> tuple[Floats, QueryTokenVectors]:
        """Sum over the tokens of a question, `(384,) float32`, and its tokens."""
        ids = self._tokens("query", text)
        sums, (states,) = self._read([ids], normalise)
        first, _ = self._own("query", text, ids)
        weights = self._tokenizer.weights(ids[first:])
        return sums[0], QueryTokenVectors(states[first:], weights / max(float(weights.sum()), 1.0))

    def _tokens(self, role: Role, text: str) -> list[int]:
        return self._tokenizer.ids(f"{role}: {text}")

    def _own(self, role: Role, text: str, ids: Sequence[int]) -> tuple[int, NDArray[np.uint32]]:
        """Number of tokens of the role prefix, and the ends of the others in the text."""
        first = len(self._tokenizer.ids(f"{role}:"))
        before = len(f"{role}: ")
        ends = self._tokenizer.ends(f"{role}: {text}", ids)[first:]
        return first, np.maximum(ends, before) - np.uint32(before)

    def _read(
        self, texts: Sequence[Sequence[int]], keep: Callable[[Floats], NDArray[Any]], background: bool = False
    ) -> tuple[Floats, list[NDArray[Any]]]:
        """Sums of texts, and for each text what `keep` makes of its token states."""
        sums = np.zeros((len(texts), self._shape.width), np.float32)
        parts: list[dict[int, NDArray[Any]]] = [{} for _ in texts]
        for batch in window_batches(
            [window for number, ids in enumerate(texts) for window in self._windows(number, ids)]
        ):
            means, states = self._network.run(*self._pad(batch), background)
            weights = np.array([len(window.tokens) - 2 for window in batch], np.float32)
            np.add.at(sums, [window.text for window in batch], means * weights[:, None])
            for window, kept in zip(batch, keep(states), strict=True):
                parts[window.text][window.start] = kept[1 : len(window.tokens) - 1]
        return sums, [np.concatenate([own[start] for start in sorted(own)]) for own in parts]

    def _windows(self, number: int, ids: Sequence[int]) -> Iterator[Window]:
        size = self._shape.positions - 2
        for start in range(0, len(ids), size):
            tokens = [self._vocabulary.begin, *ids[start : start + size], self._vocabulary.end]
            yield Window(number, start, tokens)

    def _pad(self, batch: Sequence[Window]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tokens of windows, padded to the length of the first, and their real lengths."""
        tokens = np.full((len(batch), window_length(batch[0])), self._vocabulary.padding)
        for row, window in zip(tokens, batch, strict=True):
            row[: len(window.tokens)] = window.tokens
        return tokens, np.array([len(window.tokens) for window in batch])


def window_batches(windows: Sequence[Window]) -> Iterator[Sequence[Window]]:
    """Batches of windows, longest first, full when padded to their first window.

    A window of at most half that length waits for the next batch, which wastes less padding.
    """
    ordered = sorted(windows, key=lambda window: len(window.tokens), reverse=True)
    start = 0
    while start < len(ordered):
        longest = window_length(ordered[start])
        full = ordered[start : start + max(1, BATCH_TOKENS // longest)]
        batch = [window for window in full if 2 * window_length(window) > longest]
        yield batch
        start += len(batch)


def window_length(window: Window) -> int:
    """Length to which a window is padded, in tokens."""
    return -(-len(window.tokens) // LENGTH_STEP) * LENGTH_STEP
