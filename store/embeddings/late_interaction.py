"""Late interaction: how well each token of a question agrees with its best match among the tokens of a text.

What the model makes of every single token tells more than the one vector of the whole text (Khattab and Zaharia,
ColBERT, 2020). Of a text's tokens only the signs are kept, 48 bytes each: on XQuAD they rank as well as the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
RULES = "tokens-1"
"""Part of the index's recipe: raise it when what is kept of a token changes."""
WIDTH = 384
BITS = WIDTH // 8
LENGTH = WIDTH**0.5
"""Of a vector of signs."""
END = np.dtype("<u4")


@dataclass(frozen=True, eq=False)
class Signs:
    """The tokens of a text: `bits` are the signs of their states, `(n, 48) uint8`; `ends` says where in the text, in
    characters, each of them ends, `(n,) uint32`."""

    bits: NDArray[np.uint8]
    ends: NDArray[np.uint32]

    def to_bytes(self) -> bytes:
        return self.ends.astype(END).tobytes() + self.bits.tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> Signs:
        count = len(content) // (BITS + END.itemsize)
        ends = np.frombuffer(content, END, count)
        return cls(np.frombuffer(content, np.uint8, offset=ends.nbytes).reshape(count, BITS), ends)


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of a question: their states at length 1, `(q, 384) float32`, and their weights, `(q,)`, 1 in all."""

    states: Floats
    weights: Floats

    @cached_property
    def doubled(self) -> Floats:
        """Twice the states, over the length of a vector of signs."""
        return self.states * np.float32(2 / LENGTH)

    @cached_property
    def sums(self) -> Floats:
        """The sum of each state, `(q, 1)`, over the same."""
        return np.asarray(self.states.sum(axis=1, keepdims=True) / np.float32(LENGTH))


@dataclass(frozen=True, eq=False)
class Agreement:
    """The cosines of a question's tokens (rows) with those of a text (columns), `(q, n) float32`."""

    cosines: Floats
    weights: Floats
    ends: NDArray[np.uint32]

    @cached_property
    def whole(self) -> float:
        """How well the question agrees with the text, -1 to 1."""
        return self._best(self.cosines)

    def within(self, *spans: tuple[int, int]) -> float:
        """The same with parts of the text, given as `(start, end)` in its characters; 0 where they hold no token."""
        starts = np.concatenate([[0], self.ends[:-1]])
        inside = np.logical_or.reduce([(self.ends > start) & (starts < end) for start, end in spans])
        return self._best(self.cosines[:, inside]) if inside.any() else 0.0

    def _best(self, cosines: Floats) -> float:
        return float(self.weights @ cosines.max(axis=1)) if cosines.size else 0.0


def agreement(question: Tokens, text: Signs) -> Agreement:
    """How a question's tokens agree with those of a text."""
    positive = np.unpackbits(text.bits, axis=1).astype(np.float32)
    # The cosine with a vector of signs s is 2 q·(s > 0) - q·1, over the length of s.
    return Agreement(question.doubled @ positive.T - question.sums, question.weights, text.ends)


def packed(states: Floats) -> NDArray[np.uint8]:
    """The signs of tokens' states, `(…, 384)` as `(…, 48)`."""
    return np.packbits(states > 0, axis=-1)
