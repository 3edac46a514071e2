"""Stand-in for an embedding model while an endpoint fails: search by words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.query.query import EmbeddingModel
from bot.retrieval.hybrid_search import Search, hybrid
from store.documents import Passage
from store.embeddings import EmbeddingFailedError
from store.index import Index, Vector

NO_VECTOR: Vector = np.empty(0, np.float32)


@dataclass(frozen=True)
class WordsOnly:
    """An embedding model with empty vectors: all texts are equally near."""

    name = ""

    def passages(self, texts: Sequence[str]) -> Vector:
        """Returns an empty vector for each text, `(n, 0)`."""
        return np.empty((len(texts), 0), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> tuple[Vector, None]:
        """Returns an empty vector for each text, `(n, 0)`, and no token vectors."""
        return self.passages(texts), None

    def embed_query(self, _: str) -> tuple[Vector, None]:
        """Returns an empty vector, `(0,)`, and no token vectors."""
        return NO_VECTOR, None

    def question_vector(self, _: str) -> None:
        """Returns None: without vectors nothing is compared with exemplars."""


def search_or_by_words(index: Index, embedding_model: EmbeddingModel, on: date | None = None) -> Search:
    """Returns the hybrid search for a day (default today).

    It searches by words while no vectors can be made.
    """

    def search(text: str, limit: int) -> list[Passage]:
        try:
            return hybrid(index, embedding_model, on)(text, limit)
        except EmbeddingFailedError:
            return hybrid(index, WordsOnly(), on)(text, limit)

    return search
