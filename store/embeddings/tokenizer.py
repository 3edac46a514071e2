"""Tokenizer of multilingual-e5-small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from store.embeddings.weights import FILE, Vocabulary, read_weights

# Field numbers of sentencepiece's ModelProto, and its values for the type of a piece and of a model.
PIECES, TRAINER, NORMALISER = 1, 2, 3
UNKNOWN, CONTROL = 2, 3
UNIGRAM_MODEL = b"\x18\x01"
# Weight of an unknown character: the same as the rarest pieces of the vocabulary.
RAREST = 15.0
# sentencepiece adds a leading space marker and replaces spaces by markers; `Vocabulary.plain` collapses runs of spaces.
SPACE_RULES = b"\x18\x01\x20\x00\x28\x01"


class Tokenizer:
    """Unigram tokenizer of the weights file. Thread-safe."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._processor = SentencePieceProcessor(model_proto=b"".join(model_fields(vocabulary)))
        self._lengths = np.array([len(piece.decode(errors="replace")) for piece in vocabulary.pieces], np.uint32)
        self._lengths[vocabulary.unknown] = 1

    def ids(self, text: str) -> list[int]:
        """Token ids of a text, without begin and end tokens.

        Strings that look like control tokens are plain text.
        """
        plain = self._vocabulary.plain(text)
        ids: list[int] = self._processor.encode(plain)
        return self._one_for_each_unknown(plain, ids) if self._vocabulary.unknown in ids else ids

    def ends(self, text: str, ids: Sequence[int]) -> NDArray[np.uint32]:
        """End of each token in the text, in characters: `(n,)`."""
        # The first marker stands for a space before the first word; it is no character of the text.
        ends = np.cumsum(self._lengths[np.array(ids, np.int64)], dtype=np.int64) - 1
        origins = self._vocabulary.origins(text)
        found: NDArray[np.uint32] = np.r_[0, origins][np.clip(ends, 0, len(origins))].astype(np.uint32)
        return found

    def weights(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Rarity of each token: negative logarithm of its share in many languages, `(n,)`."""
        scores = np.array([-self._vocabulary.scores[token] for token in ids], np.float32)
        scores[[token == self._vocabulary.unknown for token in ids]] = RAREST
        return np.maximum(scores, 0)

    def _one_for_each_unknown(self, plain: str, ids: list[int]) -> list[int]:
        # sentencepiece merges a run of unknown characters. The portable engine, whose vectors must be equal, does not.
        pieces: list[str] = self._processor.encode(plain, out_type=str)
        counts = (
            len(piece) if token == self._vocabulary.unknown else 1 for token, piece in zip(ids, pieces, strict=True)
        )
        return [token for token, count in zip(ids, counts, strict=True) for _ in range(count)]


@cache
def tokenizer_of(vocabulary: Vocabulary) -> Tokenizer:
    """Returns the tokenizer of a vocabulary; cached, since making it takes 0.5 s."""
    return Tokenizer(vocabulary)


@lru_cache(maxsize=1_024)
def pieces(word: str) -> int:
    """Returns the number of pieces into which the vocabulary cuts a word.

    An ordinary word of any of 100 languages is one.
    """
    return len(tokenizer_of(read_weights(FILE).vocabulary).ids(word))


def model_fields(vocabulary: Vocabulary) -> Iterator[bytes]:
    """Vocabulary in sentencepiece's own file format, piece by piece, then the rules."""
    special = {vocabulary.begin, vocabulary.end, vocabulary.padding, len(vocabulary.pieces) - 1}
    kinds = {**dict.fromkeys(special, CONTROL), vocabulary.unknown: UNKNOWN}
    scores = np.array(vocabulary.scores, "<f4").tobytes()
    for token, piece in enumerate(vocabulary.pieces):
        kind = bytes([0x18, kinds[token]]) if token in kinds else b""
        # Field by field it takes twice as long. No piece has 120 bytes or more, so each length is one byte.
        score, size = scores[4 * token : 4 * token + 4], len(piece)
        yield b"\x0a%c\x0a%c%b\x15%b%b" % (size + len(kind) + 7, size, piece, score, kind)
    yield field(TRAINER, UNIGRAM_MODEL)
    yield field(NORMALISER, SPACE_RULES)


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field.

    No piece has 128 bytes or more, so the length is one byte.
    """
    return bytes([number << 3 | 2, len(content)]) + content
