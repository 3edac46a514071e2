"""The span rule on real files: every chunk of every readable sample is a span, and no text is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.reading.cuts import wrong_borders
from ingest.sync.read_file import read_revision
from settings import Settings
from store.documents import Chunk, Document, UnreadableFileError
from store.index import Revision

LEAST_READ = 50
"""So many of the 76 samples have text without OCR; fewer would mean that this test looks at nothing."""


@pytest.fixture(scope="module")
def readable(shared: Path) -> dict[str, tuple[Document, list[Chunk]]]:
    """Every sample that can be read without OCR, with its chunks."""
    settings = Settings(ocr="off")
    found = {}
    for path in sorted((shared / "documents").iterdir()):
        try:
            revision = read_revision(path, path.name, settings)
        except UnreadableFileError:
            continue
        found[path.name] = revision.document, revision.chunks
    return found


def test_most_samples_are_read(readable: dict[str, tuple[Document, list[Chunk]]]) -> None:
    assert len(readable) >= LEAST_READ


def test_every_chunk_of_every_sample_is_a_span(readable: dict[str, tuple[Document, list[Chunk]]]) -> None:
    for source, (document, chunks) in readable.items():
        assert chunks, source
        for each in chunks:
            assert document.text[each.start : each.end] == each.text, f"{source} at {each.start}"
            assert each.text.strip(), f"{source} at {each.start}"


def test_chunks_of_samples_are_in_order_and_lose_no_text(readable: dict[str, tuple[Document, list[Chunk]]]) -> None:
    for source, (document, chunks) in readable.items():
        position = 0
        for each in chunks:
            assert each.start >= position, f"{source}: two chunks overlap at {each.start}"
            assert not document.text[position : each.start].strip(), f"{source}: text before {each.start} is lost"
            position = each.end
        assert not document.text[position:].strip(), f"{source}: the end is lost"


def test_chunks_of_samples_know_their_page(readable: dict[str, tuple[Document, list[Chunk]]]) -> None:
    for source, (document, chunks) in readable.items():
        assert all(each.page == document.page_at(each.start) for each in chunks), source
        assert all((each.page is None) == (not document.pages) for each in chunks), source


def test_no_chunk_and_no_quote_of_a_sample_cuts_a_number_a_date_or_a_word(
    readable: dict[str, tuple[Document, list[Chunk]]],
) -> None:
    files = [Revision(document, chunks, "") for document, chunks in readable.values()]
    assert wrong_borders(files) == []
