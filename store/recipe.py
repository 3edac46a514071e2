"""Recipe of an index: the rules that decide its content.

An index with another recipe is rebuilt.
"""

from __future__ import annotations

from store.embeddings.late_interaction import RULES as TOKENS
from store.index import TERMS

CHUNKS = "chunks-3"
"""Version of the rules in `ingest.chunking`: raise it when they cut differently."""


def recipe(embedder: str) -> str:
    """Recipe of an index made by this program with this embedding model."""
    return f"{embedder}, {CHUNKS}, {TERMS}, {TOKENS}"
