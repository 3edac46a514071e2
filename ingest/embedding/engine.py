"""The bundled model on OpenVINO: texts cut into windows, windows into batches of like length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.embedding.e5 import Role
from ingest.embedding.network import Network
from ingest.embedding.tokens import Tokenizer
from ingest.embedding.vectors import Floats
from ingest.embedding.weights import Weights

# Small enough that a question hardly waits, large enough to keep the processor busy.
BATCH_TOKENS = 1024
# Each new length is compiled once and kept in memory, so there are few of them.
LENGTH_STEP = 16


@dataclass(frozen=True)
class Window:
    """A part of a text that the model reads at once: its tokens, with begin and end, and the text's place."""

    text: int
    tokens: list[int]


class OpenVinoEngine:
    """The fast engine. It may be used from several threads."""

    def __init__(self, weights: Weights) -> None:
        self._vocabulary = weights.vocabulary
        self._shape = weights.shape
        self._tokenizer = Tokenizer(weights.vocabulary)
        self._network = Network(weights)

    def vectors(self, role: Role, texts: Sequence[str]) -> Floats:
        """The sums over the tokens of each text, which point where the means do: `(n, 384) float32`."""
        sums = np.zeros((len(texts), self._shape.width), np.float32)
        windows = [window for number, text in enumerate(texts) for window in self._windows(number, f"{role}: {text}")]
        for batch in batches(windows):
            weights = np.array([len(window.tokens) - 2 for window in batch], np.float32)
            np.add.at(sums, [window.text for window in batch], self._means(batch) * weights[:, None])
        return sums

    def _windows(self, number: int, text: str) -> Iterator[Window]:
        ids = self._tokenizer.ids(text)
        size = self._shape.positions - 2
        for start in range(0, len(ids), size):
            yield Window(number, [self._vocabulary.begin, *ids[start : start + size], self._vocabulary.end])

    def _means(self, batch: Sequence[Window]) -> Floats:
        tokens = np.full((len(batch), padded(batch[0])), self._vocabulary.padding)
        for row, window in zip(tokens, batch, strict=True):
            row[: len(window.tokens)] = window.tokens
        return self._network.means(tokens, np.array([len(window.tokens) for window in batch]))


def batches(windows: Sequence[Window]) -> Iterator[Sequence[Window]]:
    """The windows from the longest to the shortest, in batches that are full when padded to their first."""
    ordered = sorted(windows, key=lambda window: len(window.tokens), reverse=True)
    start = 0
    while start < len(ordered):
        size = max(1, BATCH_TOKENS // padded(ordered[start]))
        yield ordered[start : start + size]
        start += size


def padded(window: Window) -> int:
    """The length to which a window is filled up."""
    return -(-len(window.tokens) // LENGTH_STEP) * LENGTH_STEP
