"""haiku-rag behind JSON lines, with made-up vectors.

Runs in an environment of its own, without our project. `index` times from opening a new database until every document
was imported: haiku-rag gets its documents and chunks ready, embeds them (the stub), extracts their items, writes
documents, chunks, items and the full-text index, and in the background starts its default tidying; the tidying at
closing does not count. `ask` times its hybrid search in a database that was closed and tidied since: the vector (the
stub), vectors and words fused by rank, without a reranker.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from docling_core.types.doc.document import DoclingDocument  # type: ignore[import-not-found]
from docling_core.types.doc.labels import DocItemLabel  # type: ignore[import-not-found]
from haiku.rag.client import HaikuRAG  # type: ignore[import-not-found]
from haiku.rag.client.documents import DocumentImport  # type: ignore[import-not-found]
from haiku.rag.config import AppConfig  # type: ignore[import-not-found]
from haiku.rag.embeddings import EmbedderWrapper  # type: ignore[import-not-found]
from haiku.rag.store import engine  # type: ignore[import-not-found]
from haiku.rag.store.models.chunk import Chunk  # type: ignore[import-not-found]

SIZE = 384
CONFIG = AppConfig.model_validate({"embeddings": {"model": {"name": "made-up", "vector_dim": SIZE}}})


class MadeUp:
    """Made-up vectors that depend only on the text, within one process."""

    async def embed_documents(self, texts: Sequence[str]) -> SimpleNamespace:
        """Returns an object with a vector for each text in `embeddings`."""
        return SimpleNamespace(embeddings=[make_up(text) for text in texts])

    async def embed_query(self, text: str) -> SimpleNamespace:
        """Returns an object with the vector of a text in `embeddings`."""
        return await self.embed_documents([text])


def make_up(text: str) -> list[float]:
    """Returns SIZE numbers, of length 1 together, from the hash of a text."""
    vector = np.random.default_rng(abs(hash(text)) % 2**32).standard_normal(SIZE)
    made: list[float] = (vector / np.linalg.norm(vector)).tolist()
    return made


def prepare(document: dict[str, Any]) -> Any:
    """Converts a document for haiku-rag: a text item and a chunk for each of ours."""
    converted = DoclingDocument(name=document["source"])
    converted.add_title(document["title"])
    chunks = []
    for each in document["chunks"]:
        item = converted.add_text(DocItemLabel.TEXT, each["text"])
        metadata = {"doc_item_refs": [item.self_ref], "headings": each["headings"], "labels": [str(item.label)]}
        chunks.append(Chunk(content=each["text"], metadata=metadata))
    return DocumentImport(converted, chunks, document["source"], document["title"])


async def index(place: str, documents: str, together: bool) -> dict[str, Any]:
    """Imports documents, in one call or one after the other; `documents` is a file."""
    ready = [prepare(each) for each in json.loads(Path(documents).read_text(encoding="utf-8"))]
    started = time.perf_counter()
    async with HaikuRAG(Path(place) / "peer.lancedb", CONFIG, create=True) as client:
        if together:
            await client.import_documents(ready)
        else:
            for each in ready:
                await client.import_document(each.docling_document, each.chunks, each.uri, each.title)
        seconds = time.perf_counter() - started
        return {"seconds": [seconds], "count": await client.store.chunks_table.count_rows()}


async def ask(place: str, questions: Sequence[str], limit: int) -> dict[str, Any]:
    """Asks questions one after the other.

    The first is asked once before, which does not count.
    """
    taken, found = [], 0
    async with HaikuRAG(Path(place) / "peer.lancedb", CONFIG) as client:
        await client.search(questions[0], limit)
        for question in questions:
            started = time.perf_counter()
            results = await client.search(question, limit)
            taken.append(time.perf_counter() - started)
            found += len(results)
    return {"seconds": taken, "count": found}


async def name() -> dict[str, Any]:
    """Returns the name and the version of haiku-rag."""
    return {"name": f"haiku-rag {version('haiku.rag-slim')}"}


def main() -> None:
    """Answers each line; prints of the libraries go to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    engine.get_embedder = lambda config=None: EmbedderWrapper(MadeUp(), SIZE)  # noqa: ARG005
    commands: dict[str, Callable[..., Any]] = {"name": name, "index": index, "ask": ask}
    for line in sys.stdin:
        command = json.loads(line)
        answer = asyncio.run(commands[command.pop("do")](**command))
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
