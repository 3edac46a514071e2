"""The bundled model on OpenVINO: texts cut into windows, windows into batches of like length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.embeddings.e5 import Role
from store.embeddings.late_interaction import Signs, Tokens, packed
from store.embeddings.openvino_graph import Network
from store.embeddings.tokenizer import Tokenizer
from store.embeddings.vectors import Floats, normalised
from store.embeddings.weights import Weights

# Small enough that a question hardly waits, large enough to keep the processor busy.
BATCH_TOKENS = 512
# Each new length is compiled once and kept in memory, so there are few of them.
LENGTH_STEP = 16


@dataclass(frozen=True)
class Window:
    """A part of a text that the model reads at once: its tokens, with begin and end, the text's place among the texts
    and the part's place in the text."""

    text: int
    start: int
    tokens: list[int]


class OpenVinoEngine:
    """The fast engine. It may be used from several threads. `precision` is as in `Network`."""

    def __init__(self, weights: Weights, precision: str = "") -> None:
        self._vocabulary = weights.vocabulary
        self._shape = weights.shape
        self._tokenizer = Tokenizer(weights.vocabulary)
        self._network = Network(weights, precision)

    def passages(self, texts: Sequence[str], gives_way: bool = False) -> tuple[Floats, list[Signs]]:
        """The sums over the tokens of each text, which point where the means do, `(n, 384) float32`, and the signs of
        its tokens."""
        asked = [self._tokens("passage", text) for text in texts]
        sums, bits = self._read(asked, packed, gives_way)
        parts = [self._own("passage", text, ids) for text, ids in zip(texts, asked, strict=True)]
        return sums, [Signs(own[first:], ends) for own, (first, ends) in zip(bits, parts, strict=True)]

    def query(self, text: str) -> tuple[Floats, Tokens]:
        """The sum over the tokens of a question, `(384,) float32`, and its tokens."""
        ids = self._tokens("query", text)
        sums, (states,) = self._read([ids], normalised)
        first, _ = self._own("query", text, ids)
        weights = self._tokenizer.weights(ids[first:])
        return sums[0], Tokens(states[first:], weights / max(float(weights.sum()), 1.0))

    def _tokens(self, role: Role, text: str) -> list[int]:
        return self._tokenizer.ids(f"{role}: {text}")

    def _own(self, role: Role, text: str, ids: Sequence[int]) -> tuple[int, NDArray[np.uint32]]:
        """How many tokens the role takes, and where in the text the others end."""
        first = len(self._tokenizer.ids(f"{role}:"))
        before = len(f"{role}: ")
        ends = self._tokenizer.ends(f"{role}: {text}", ids)[first:]
        return first, np.maximum(ends, before) - np.uint32(before)

    def _read(
        self, texts: Sequence[Sequence[int]], keep: Callable[[Floats], NDArray[Any]], gives_way: bool = False
    ) -> tuple[Floats, list[NDArray[Any]]]:
        """The sums of texts, and of each what is kept of its tokens' states."""
        sums = np.zeros((len(texts), self._shape.width), np.float32)
        parts: list[dict[int, NDArray[Any]]] = [{} for _ in texts]
        for batch in batches([window for number, ids in enumerate(texts) for window in self._windows(number, ids)]):
            means, states = self._network.run(*self._padded(batch), gives_way)
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

    def _padded(self, batch: Sequence[Window]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The tokens of windows, filled up to the length of the first, and their lengths."""
        tokens = np.full((len(batch), padded(batch[0])), self._vocabulary.padding)
        for row, window in zip(tokens, batch, strict=True):
            row[: len(window.tokens)] = window.tokens
        return tokens, np.array([len(window.tokens) for window in batch])


def batches(windows: Sequence[Window]) -> Iterator[Sequence[Window]]:
    """The windows from the longest to the shortest, in batches that are full when padded to their first; what is at
    most half as long as the first waits for the next one."""
    ordered = sorted(windows, key=lambda window: len(window.tokens), reverse=True)
    start = 0
    while start < len(ordered):
        longest = padded(ordered[start])
        full = ordered[start : start + max(1, BATCH_TOKENS // longest)]
        batch = [window for window in full if 2 * padded(window) > longest]
        yield batch
        start += len(batch)


def padded(window: Window) -> int:
    """The length to which a window is filled up."""
    return -(-len(window.tokens) // LENGTH_STEP) * LENGTH_STEP
