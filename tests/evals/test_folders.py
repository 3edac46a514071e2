"""What is measured lies in folders of its own: an index that people use is never touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import settings as configuration
from evals.folders import sync_texts
from store.embeddings import Embedder

TEXTS = {"tea.txt": "Longjing tea grows near West Lake.", "tax.txt": "Profit tax in Russia is 25 percent."}


@pytest.fixture
def servers_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of an installation whose servers do not answer."""
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", "postgresql://asker:secret@127.0.0.1:9/index")
    monkeypatch.setenv("ASSISTANT_CHROMA_URL", "http://127.0.0.1:9")
    configuration.current.cache_clear()
    yield
    configuration.current.cache_clear()


@pytest.mark.usefixtures("servers_set")
def test_what_is_measured_stays_off_the_servers_that_the_settings_name(embedder: Embedder) -> None:
    with sync_texts(TEXTS) as library:
        assert library.index.database is None and library.index.vectors.server is None
        assert sorted(library.index.documents()) == ["tax.txt", "tea.txt"]
