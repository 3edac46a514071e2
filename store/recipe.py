"""The recipe of an index: all rules that decide what it holds. An index of another recipe is made anew."""

from __future__ import annotations

from store.embeddings.late_interaction import RULES as TOKENS
from store.index import TERMS

CHUNKS = "chunks-3"
"""The rules of `ingest.chunking`: raise it when they change what a chunk is."""


def recipe(embedder: str) -> str:
    """The recipe of an index that this program makes with the embedding model of that name."""
    return f"{embedder}, {CHUNKS}, {TERMS}, {TOKENS}"
