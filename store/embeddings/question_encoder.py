"""Question encoder: questions that the same lines answer get close vectors.

In any words and language. It is the embedding model, its upper layers trained on the questions of `evals/independent`
(`make train`); the file has those layers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from store.embeddings.parameters import Parameters, quantise, read_parameters
from store.embeddings.tokenizer import tokenizer_of
from store.embeddings.trained_network import TrainedModel
from store.embeddings.vectors import EngineChoice, Floats, normalise
from store.embeddings.weights import Tensors, Weights

PARAMETERS_FILE = Path(__file__).with_name("question_encoder.npz")
LONGEST = 192
"""Most tokens of a question that are read; of a longer one the last ones.

What is asked stands at the end. Training has 85.
"""
QUESTIONS_KEPT = 4_096
"""Number of questions whose vectors are kept, 1 kB each.

The parts and readings of a question share texts, and the questions of curated answers come up again and again.
"""
WORDS = ("emb.word", "emb.pos", "emb.type")
"""Tensors that are read where they are."""
LENGTH_STEP = 16
"""Step to which lengths in tokens are rounded up.

OpenVINO keeps what it compiled for each length, so there should be few.
"""


class QuestionEncoder(TrainedModel):
    """The network that comes with the program. Thread-safe.

    The first question loads it.
    """

    def __init__(self, engine: EngineChoice = "auto") -> None:
        super().__init__(engine, lambda weights: with_lower_layers(read_parameters(PARAMETERS_FILE), weights.tensors))
        self._opening = Lock()

    def vector(self, text: str) -> Floats:
        """Vector of a question, `(256,) float32`, L2-normalised."""
        tokens = question_tokens(text, self._weights)
        longest = -(-len(tokens) // LENGTH_STEP) * LENGTH_STEP
        ids = np.full(longest, self._weights.vocabulary.padding)
        ids[: len(tokens)] = tokens
        mask = (np.arange(longest) < len(tokens)).astype(np.float32)
        embedded = self._embed(ids) + self._places[:longest]
        with self._opening:
            network = self._network
        return normalise(network.run(embedded[None], mask[None], mask[None, None] / np.float32(len(tokens)))[0, 0])

    @cached_property
    def _places(self) -> Floats:
        """Position and type embeddings, `(positions, width)`."""
        tensors, width = self._weights.tensors, self._weights.shape.width
        places: Floats = tensors.floats("emb.pos").reshape(-1, width) + tensors.floats("emb.type")[:width]
        return places


def question_tokens(text: str, weights: Weights) -> Sequence[int]:
    """Token ids of a question as the encoder reads it, with begin and end."""
    tokenizer = tokenizer_of(weights.vocabulary)
    ids, role = tokenizer.ids(f"query: {text}"), tokenizer.ids("query:")
    if len(ids) > LONGEST - 2:
        ids = [*role, *ids[len(role) + 2 - LONGEST :]]
    return [weights.vocabulary.begin, *ids, weights.vocabulary.end]


def with_lower_layers(own: Parameters, tensors: Tensors) -> Parameters:
    """Returns parameters with those of the embedding model for untrained layers."""
    arrays = dict(own.arrays)
    for name in tensors.places:
        if name not in own.arrays and not name.startswith(WORDS):
            values, bias = tensors.floats(name), f"{name[:-1]}b"
            is_matrix = values.size > len(tensors.floats(bias))
            arrays |= quantise(name, values.reshape(len(tensors.floats(bias)), -1) if is_matrix else values)
    return Parameters(arrays)


@lru_cache(maxsize=QUESTIONS_KEPT)
def question_vector(text: str, engine: EngineChoice = "auto") -> Floats:
    """Vector of a question, `(256,) float32`, L2-normalised.

    Cached and shared, so it cannot be written to.
    """
    vector = question_encoder(engine).vector(text)
    vector.setflags(write=False)
    return vector


@cache
def question_encoder(engine: EngineChoice = "auto") -> QuestionEncoder:
    """Returns the question encoder, one for the whole process."""
    return QuestionEncoder(engine)
