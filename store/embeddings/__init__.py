"""Embedding models: the bundled E5 or any OpenAI-compatible endpoint."""

from store.embeddings.embedder import BUNDLED_MODEL, Embedder, open_embedder
from store.embeddings.openai_endpoint import EmbeddingFailedError

__all__ = ["BUNDLED_MODEL", "Embedder", "EmbeddingFailedError", "open_embedder"]
