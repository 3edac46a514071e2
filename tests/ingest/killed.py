"""What the kill tests run in processes of their own: a sync that says in shared memory where it is, and a question."""

from __future__ import annotations

import hashlib
import mmap
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

import ingest.sync.embedding
import ingest.sync.sync
from ingest.sync.sync import Sync
from settings import Settings
from store.embeddings import Embedder
from store.index import open_index, query_terms
from store.index.tables import catalog
from store.index.vector_store import Vectors
from tests.support.forked_readers import fork_readers
from tests.support.forked_workers import fork_workers

STAGES = ("elsewhere", "reading", "embedding", "writing", "swap")
RECIPE = "kill test"


class Hashed(Embeddings):
    """Vectors from a hash of the text: quick, and the same in every process. A kill lands in one that is `slow`."""

    def __init__(self, slow: float = 0) -> None:
        self.slow = slow

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        time.sleep(self.slow * len(texts))
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        return np.random.default_rng(seed).normal(size=64).tolist()


EMBEDDER = Embedder(Hashed(), "hashed")
SLOW_EMBEDDER = Embedder(Hashed(0.002), "hashed")


def sync(settings: Settings, stage_file: Path, entered: Connection) -> None:
    """One sync; the byte in the stage file says what it is doing, and each stage is told as it is entered."""
    fork_readers()
    fork_workers()
    with stage_file.open("r+b") as file:
        shared = mmap.mmap(file.fileno(), 1)

    def tell(stage: int, owner: Any, name: str) -> None:
        """Makes a function say that it has begun."""
        inner: Callable[..., Any] = getattr(owner, name)

        def outer(*arguments: Any, **named: Any) -> Any:
            if shared[0] != stage:
                shared[0] = stage
                os.write(entered.fileno(), bytes([stage]))
            return inner(*arguments, **named)

        setattr(owner, name, outer)

    ingest.sync.embedding.BATCH_CHUNKS = ingest.sync.sync.BATCH_CHUNKS = 6
    tell(1, ingest.sync.sync, "read_revision")
    tell(2, Hashed, "embed_documents")
    tell(3, Vectors, "add")
    tell(4, catalog, "write_revision")
    with open_index(settings.data_dir / "index", RECIPE) as held:
        Sync(settings, held.index, SLOW_EMBEDDER).run()
    shared[0] = 0


def look(settings: Settings, sources: list[str], answer: Connection) -> None:
    """Asks for every document by words and by meaning, and sends what it finds: `{source: set of versions}`."""
    fork_workers()
    with open_index(settings.data_dir / "index", RECIPE) as held:
        index = held.index
        by_words = {
            source: versions(index.candidates(query_terms(marker(source)), None, 60), source) for source in sources
        }
        by_meaning = {}
        for source in sources:
            text = next(iter(index.vectors_by_text(source)), "")
            near = index.candidates([], EMBEDDER.query(text), 60)
            by_meaning[source] = versions([each for each in near if each.similarity and each.similarity > 0.99], source)
        texts = {source: document.text for source in sources if (document := index.document(source))}
        orphans = index.vectors.keys() - keys(index)
        answer.send((by_words, by_meaning, texts, len(orphans), index.without_vectors() == []))
    os._exit(0)


def marker(source: str) -> str:
    """A word that stands in each version of one document only."""
    return f"subject{source.removesuffix('.md').replace('-', '')}"


def content(source: str, version: int) -> str:
    """Three chunks' worth of text that name the document and the version, and one that is the same in each."""
    line = f"{marker(source)} version{version} " + "企业境外投资备案的办理时限和材料。" * 22
    same = f"{marker(source)} " + "外商投资企业设立登记的材料和期限。" * 22
    return f"# {source}\n\n## 一\n\n{line}\n\n## 二\n\n{line}\n\n## 三\n\n{line}\n\n## 四\n\n{same}\n"


def versions(candidates: list[Any], source: str) -> set[str]:
    words = [word for each in candidates if each.source == source for word in each.chunk.text.split()]
    return {word for word in words if word.startswith("version")}


def keys(index: Any) -> set[str]:
    rows = index.reader().execute("SELECT revision || ':' || ordinal FROM chunks")
    return {key for (key,) in rows}
