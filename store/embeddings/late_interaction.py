"""Late interaction: scores each token of a question by its best match in a text.

The states of single tokens tell more than one vector of the whole text (Khattab and Zaharia, ColBERT, 2020).
Of a text's tokens only the signs of the components are kept, 48 bytes per token. On XQuAD they rank as well as the
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
RULES = "tokens-1"
"""Part of the index's recipe: raise it when the stored form of a token changes."""
WIDTH = 384
BITS = WIDTH // 8
LENGTH = WIDTH**0.5
"""Length of a vector of signs."""
END = np.dtype("<u4")


@dataclass(frozen=True, eq=False)
class BinaryTokenVectors:
    """Token signs of a text.

    `bits`: signs of the token states, `(n, 48) uint8`.
    `ends`: end of each token in the text, in characters, `(n,) uint32`.
    """

    bits: NDArray[np.uint8]
    ends: NDArray[np.uint32]

    def to_bytes(self) -> bytes:
        """Returns the ends of all tokens, then their signs: 52 bytes per token."""
        return self.ends.astype(END).tobytes() + self.bits.tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> BinaryTokenVectors:
        """Reads what `to_bytes` has written; the arrays cannot be written to."""
        count = len(content) // (BITS + END.itemsize)
        ends = np.frombuffer(content, END, count)
        return cls(np.frombuffer(content, np.uint8, offset=ends.nbytes).reshape(count, BITS), ends)


@dataclass(frozen=True, eq=False)
class QueryTokenVectors:
    """Tokens of a question.

    `states`: of length 1, `(q, 384) float32`.
    `weights`: `(q,)`, with sum 1.
    """

    states: Floats
    weights: Floats

    @cached_property
    def doubled(self) -> Floats:
        """Twice the states, `(q, 384)`, divided by the length of a vector of signs."""
        return self.states * np.float32(2 / LENGTH)

    @cached_property
    def sums(self) -> Floats:
        """Sum of each state, `(q, 1)`, divided by the length of a vector of signs."""
        return np.asarray(self.states.sum(axis=1, keepdims=True) / np.float32(LENGTH))


@dataclass(frozen=True, eq=False)
class LateInteraction:
    """Cosines of a question's tokens (rows) with a text's tokens (columns).

    `cosines`: `(q, n) float32`.
    """

    cosines: Floats
    weights: Floats
    ends: NDArray[np.uint32]

    @cached_property
    def whole(self) -> float:
        """Late-interaction score of the question and the whole text, -1 to 1."""
        return float(self.weights @ self.cosines.max(axis=1)) if self.cosines.size else 0.0

    def within(self, *spans: tuple[int, int]) -> float:
        """Late-interaction score of the question and parts of the text, -1 to 1.

        The parts are `(start, end)` in characters. 0 if they contain no token.
        """
        best = self.best_within(*spans)
        return 0.0 if best is None else float(self.weights @ best)

    def best_within(self, *spans: tuple[int, int]) -> Floats | None:
        """Best cosine of each token of the question in parts of the text, `(q,)`.

        None if they contain no token.
        """
        starts = np.concatenate([[0], self.ends[:-1]])
        inside = np.logical_or.reduce([(self.ends > start) & (starts < end) for start, end in spans])
        return np.asarray(self.cosines[:, inside].max(axis=1)) if inside.any() else None


def agreement(question: QueryTokenVectors, text: BinaryTokenVectors) -> LateInteraction:
    """Compares each token of a question with each token of a text."""
    positive = np.unpackbits(text.bits, axis=1).astype(np.float32)
    # The cosine with a vector of signs s is 2 q·(s > 0) - q·1, over the length of s.
    return LateInteraction(question.doubled @ positive.T - question.sums, question.weights, text.ends)


def sign_bits(states: Floats) -> NDArray[np.uint8]:
    """Returns the signs of token states, 8 in a byte.

    `(n, 384)` becomes `(n, 48)` uint8; further axes in front stay as they are.
    """
    return np.packbits(states > 0, axis=-1)
