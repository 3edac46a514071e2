"""A small knowledge folder with its index, on the real embedder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.pipeline import Bot
from bot.serialization import to_json
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store.embeddings import Embedder, open_embedder
from store.index import Index


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, loaded once."""
    return open_embedder(Settings())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "knowledge").mkdir()
    return Settings(knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data")


@pytest.fixture
def library(settings: Settings, embedder: Embedder) -> Iterator[WatchedLibrary]:
    with open_watched_library(settings) as opened:
        opened.embedder = embedder
        yield opened


@pytest.fixture
def put(settings: Settings) -> Callable[[str, str], Path]:
    """Writes a file into the knowledge folder: `put("a.md", "text")`."""

    def write(source: str, text: str) -> Path:
        path = settings.knowledge_dir / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def found(library: WatchedLibrary) -> Callable[[str], set[str]]:
    """The texts of the chunks that a word search finds."""

    def find(words: str) -> set[str]:
        from store.index import query_terms

        index: Index = library.index
        return {each.chunk.text for each in index.candidates(query_terms(words), None, 20) if each.terms}

    return find


def whole_answers(library: WatchedLibrary, questions: Sequence[str]) -> list[dict[str, Any]]:
    """All that programs get of the answers, without their times and ids.

    Scores are equal if they differ by one in the last decimal that is shown, the fourth: Chroma scales the vectors that
    it is given, which may change their last bit.
    """
    bot = Bot(library.index, library.embedder, lists=library.lists)
    told = [(to_json(answer), list(answer.suggestions)) for answer in map(bot.answer, questions)]
    for each in (passage for found, _ in told for passage in found["passages"]):
        each["score"] = pytest.approx(each["score"], abs=1.5e-4)
    return [found | {"id": "", "seconds": {}, "suggestions": suggested} for found, suggested in told]
