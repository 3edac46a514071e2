"""Embeds texts with the bundled model or any OpenAI-compatible endpoint."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings

from settings import Settings, SettingsError
from store.embeddings.e5 import E5
from store.embeddings.late_interaction import BinaryTokenVectors, QueryTokenVectors
from store.embeddings.openai_endpoint import Endpoint
from store.embeddings.vectors import Floats, normalise
from store.endpoints import embedding_endpoints
from text.messages import NOTHING, Message, message

BUNDLED_MODEL = "multilingual-e5-small"
SAMPLE_FILE = "sample_vectors.json"
"""File in the folder of the index with the vectors that endpoints must match."""

# On import, OpenVINO's conversion tools send usage statistics and write to the home folder. They are not needed here.
sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Embedder:
    """An embedding model. Embedders of the same `name` give interchangeable vectors.

    All methods may be called from several threads and raise EmbeddingFailedError if an endpoint fails.
    """

    embeddings: Embeddings
    name: str

    def passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of passages: `(n, dim) float32`, L2-normalised; `(0, 0)` for no texts."""
        return self.embed_passages(texts)[0]

    def query(self, text: str) -> Floats:
        """Vector of a question: `(dim,) float32`, L2-normalised."""
        return self.embed_query(text)[0]

    def embed_passages(
        self, texts: Sequence[str], background: bool = False
    ) -> tuple[Floats, Sequence[BinaryTokenVectors] | None]:
        """Returns vectors of passages, `(n, dim)`, L2-normalised, and their token signs.

        None for the signs if the model shows no tokens.
        `background`: low priority; questions go first, also those that arrive meanwhile.
        """
        if not texts:
            return np.empty((0, 0), np.float32), None
        if isinstance(self.embeddings, E5):
            return self.embeddings.passages(texts, background)
        if isinstance(self.embeddings, Endpoint):
            return normalise(np.array(self.embeddings.embed_documents(list(texts), background), np.float32)), None
        return normalise(np.array(self.embeddings.embed_documents(list(texts)), np.float32)), None

    def embed_query(self, text: str) -> tuple[Floats, QueryTokenVectors | None]:
        """Returns the vector of a question, `(dim,)`, L2-normalised, and its tokens.

        None for the tokens if the model shows none.
        """
        if isinstance(self.embeddings, E5):
            return self.embeddings.query(text)
        return normalise(np.array(self.embeddings.embed_query(text), np.float32)), None

    def question_vector(self, text: str) -> Floats | None:
        """Returns a question's vector by the question encoder, `(256,) float32`.

        It is L2-normalised, and cached: it cannot be written to.
        None if another model than the bundled one embeds.
        """
        return self.embeddings.question_vector(text) if isinstance(self.embeddings, E5) else None

    def trouble(self) -> Message:
        """Reason why an endpoint gives no vectors at the moment; empty if it does."""
        return self.embeddings.trouble if isinstance(self.embeddings, Endpoint) else NOTHING


def open_embedder(settings: Settings) -> Embedder:
    """Returns the embedder named by the settings.

    It returns at once: models and clients are loaded with the first text.
    Raises SettingsError if the model is not bundled and no endpoint is set, or the lists do not fit together.
    """
    name = settings.embedding_model
    if name == BUNDLED_MODEL and not settings.embedding_base_url:
        return Embedder(E5(settings.embedding_engine), name)
    is_open = settings.openai_api_key.get_secret_value() or settings.embedding_key.get_secret_value()
    if not (settings.embedding_base_url or settings.openai_base_url or is_open):
        raise SettingsError(message("setting.no_endpoint", model=name, bundled=BUNDLED_MODEL))
    endpoints = embedding_endpoints(settings)
    return Embedder(Endpoint(endpoints, settings.data_dir / "index" / SAMPLE_FILE), endpoints[0].model)
