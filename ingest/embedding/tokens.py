"""Cuts a text into the tokens of multilingual-e5-small."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sentencepiece import SentencePieceProcessor

from ingest.embedding.weights import Vocabulary

# Field numbers of sentencepiece's ModelProto, and its values for the kind of a piece and of a model.
PIECES, TRAINER, NORMALISER = 1, 2, 3
UNKNOWN, CONTROL = 2, 3
UNIGRAM_MODEL = b"\x18\x01"
# A leading space marker is added, spaces become markers; runs of spaces are ours to collapse.
SPACE_RULES = b"\x18\x01\x20\x00\x28\x01"


class Tokenizer:
    """The unigram tokenizer of the weights file. It may be used from several threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._processor = SentencePieceProcessor(model_proto=b"".join(model_fields(vocabulary)))

    def ids(self, text: str) -> list[int]:
        """The tokens of a text, without those for its begin and end. What looks like a control token is only text."""
        plain = self._vocabulary.plain(text)
        ids: list[int] = self._processor.encode(plain)
        return self._one_for_each_unknown(plain, ids) if self._vocabulary.unknown in ids else ids

    def _one_for_each_unknown(self, plain: str, ids: list[int]) -> list[int]:
        # sentencepiece merges a run of unknown characters, the engine that the vectors must agree with does not.
        pieces: list[str] = self._processor.encode(plain, out_type=str)
        counts = (
            len(piece) if token == self._vocabulary.unknown else 1 for token, piece in zip(ids, pieces, strict=True)
        )
        return [token for token, count in zip(ids, counts, strict=True) for _ in range(count)]


def model_fields(vocabulary: Vocabulary) -> Iterator[bytes]:
    """The vocabulary as sentencepiece's own file format, piece by piece, then the rules."""
    special = {vocabulary.begin, vocabulary.end, vocabulary.padding, len(vocabulary.pieces) - 1}
    kinds = {**dict.fromkeys(special, CONTROL), vocabulary.unknown: UNKNOWN}
    for token, (piece, score) in enumerate(zip(vocabulary.pieces, vocabulary.scores, strict=True)):
        kind = bytes([0x18, kinds[token]]) if token in kinds else b""
        yield field(PIECES, field(1, piece) + struct.pack("<Bf", 0x15, score) + kind)
    yield field(TRAINER, UNIGRAM_MODEL)
    yield field(NORMALISER, SPACE_RULES)


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field. No piece is as long as 128 bytes, so a length is one byte."""
    return bytes([number << 3 | 2, len(content)]) + content
