"""The answerability model: scores how well each snippet answers a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from store.answerability.encoding import Piece, QuestionToRead, Row, RowEncoder
from store.embeddings.parameters import read_parameters
from store.embeddings.tokenizer import tokenizer_of
from store.embeddings.trained_network import TrainedModel
from store.embeddings.vectors import EngineChoice, Floats

PARAMETERS_FILE = Path(__file__).with_name("answerability.npz")
LENGTH_STEP = 16
"""Step to which lengths in tokens are rounded up.

OpenVINO keeps what it compiled for each length, so there should be few.
"""
BATCH_TOKENS = 256
"""Most tokens of a batch.

Small batches hold rows of like length: answers take three quarters of the time that they take with 1,024. Measured on
AVX-512 without AMX.
"""


@dataclass(frozen=True)
class PassageToRead:
    """Title and snippets of a passage."""

    title: str
    pieces: tuple[Piece, ...]


Scores = tuple[float | None, ...]
"""Scores of the snippets of a passage: above 0 one rather answers than not.

None for a snippet that was too long to be read.
"""


class AnswerabilityModel(Protocol):
    """Reads a question together with passages. Thread-safe."""

    def scores(self, question: QuestionToRead, passages: Sequence[PassageToRead], /) -> list[Scores]:
        """Returns the scores of the snippets of each passage."""

    def __hash__(self) -> int: ...


class BundledModel(TrainedModel):
    """The network that comes with the program. The first question loads it."""

    def __init__(self, engine: EngineChoice = "auto") -> None:
        super().__init__(engine, lambda _: read_parameters(PARAMETERS_FILE))

    def scores(self, question: QuestionToRead, passages: Sequence[PassageToRead], /) -> list[Scores]:
        """Returns the scores of the snippets of each passage."""
        rows = [self._encoder.row(question, each.title, each.pieces) for each in passages]
        found: list[Scores] = [(None,) * len(row.spans) for row in rows]
        for batch in row_batches(rows):
            scored = self._network.run(*self._inputs([rows[number] for number in batch]))[..., 0]
            for number, own in zip(batch, scored, strict=True):
                remaining = iter(own.tolist())
                found[number] = tuple(None if span is None else next(remaining) for span in rows[number].spans)
        return found

    @cached_property
    def _encoder(self) -> RowEncoder:
        return RowEncoder(self._weights.vocabulary, tokenizer_of(self._weights.vocabulary))

    @cached_property
    def _places(self) -> Floats:
        """Position and segment embeddings, `(2, positions, width)`."""
        positions = self._parameters.floats("emb.pos") + self._parameters.floats("emb.type")[0]
        places: Floats = positions + self._parameters.floats("segments")[:, None, :]
        return places

    def _inputs(self, rows: Sequence[Row]) -> tuple[Floats, Floats, Floats]:
        longest = pad_length(max(len(row.tokens) for row in rows))
        spans = [[span for span in row.spans if span is not None] for row in rows]
        tokens = np.full((len(rows), longest), self._weights.vocabulary.padding)
        segments = np.zeros((len(rows), longest), np.int64)
        mask = np.zeros((len(rows), longest), np.float32)
        pools = np.zeros((len(rows), max(map(len, spans)), longest), np.float32)
        for at, row in enumerate(rows):
            tokens[at, : len(row.tokens)] = row.tokens
            segments[at, row.second :] = 1
            mask[at, : len(row.tokens)] = 1
            for number, (begin, end) in enumerate(spans[at]):
                pools[at, number, begin:end] = 1 / (end - begin)
        embedded = self._embed(tokens) + self._places[segments, np.arange(longest)]
        return embedded, mask, pools


def row_batches(rows: Sequence[Row]) -> Iterator[list[int]]:
    """Yields the numbers of rows that have a snippet, in batches of like lengths."""
    ordered = sorted((at for at, row in enumerate(rows) if any(row.spans)), key=lambda at: -len(rows[at].tokens))
    while ordered:
        count = max(1, BATCH_TOKENS // pad_length(len(rows[ordered[0]].tokens)))
        yield ordered[:count]
        ordered = ordered[count:]


def pad_length(length: int) -> int:
    """Returns a length in tokens, rounded up to a multiple of LENGTH_STEP."""
    return -(-length // LENGTH_STEP) * LENGTH_STEP


@cache
def load(model: AnswerabilityModel) -> None:
    """Runs a model once, so that the first question does not wait for it.

    Also with something answered already, as further snippets are read. Callers may repeat it: an endpoint is not asked
    again.
    """
    for question in (QuestionToRead("?"), QuestionToRead("?", given="?")):
        model.scores(question, [PassageToRead("?", (Piece("?"),))])


@cache
def load_bundled_model(engine: EngineChoice = "auto") -> BundledModel:
    """The bundled model, one for the whole process."""
    return BundledModel(engine)
