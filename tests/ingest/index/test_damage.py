"""Whatever of an index is damaged, it opens, answers by words where the catalog is whole, and is made anew."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.index import question_terms
from ingest.opening import Library, open_library
from settings import Settings
from tests.ingest.killed import EMBEDDER

DOCUMENTS, SECTIONS = 24, 50
"""Enough chunks for Chroma to write its graph to the disk, which it does at a thousand."""
VECTOR_FILES = (
    "chroma.sqlite3",
    "data_level0.bin",
    "header.bin",
    "index_metadata.pickle",
    "length.bin",
    "link_lists.bin",
)

Damage = Callable[[Path], None]


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def noise(path: Path) -> None:
    path.write_bytes(random.Random(12).randbytes(path.stat().st_size))  # noqa: S311


def truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 3)


def hole(path: Path) -> None:
    """Zeros in the middle third, as after a lost block of the disk."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(bytes(size // 3))


DAMAGES = [zeros, noise, truncated, hole, Path.unlink]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `knowledge` and `data`, in sync."""
    place = tmp_path_factory.mktemp("whole")
    (place / "knowledge").mkdir()
    for number in range(DOCUMENTS):
        line = f"{marker(number)} 企业境外投资备案的办理时限和材料。"
        sections = [f"## {part}\n\n{f'{line}{part} ' * 9}" for part in range(SECTIONS)]
        (place / "knowledge" / f"{number}.md").write_text(f"# {number}\n\n" + "\n\n".join(sections), encoding="utf-8")
    with opened(place) as library:
        library.sync()
    assert {each.name for each in (place / "data/index/vectors").rglob("*") if each.is_file()} >= set(VECTOR_FILES)
    return place


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "place")


def opened(place: Path):  # type: ignore[no-untyped-def]
    return open_library(Settings(knowledge_dir=place / "knowledge", data_dir=place / "data"), embedder=EMBEDDER)


def marker(number: int) -> str:
    """A word that stands in one document only."""
    return "zq" + chr(ord("a") + number) * 3


def by_words(library: Library, number: int) -> set[str]:
    found = library.index.candidates(question_terms(marker(number)), EMBEDDER.query("anything"), 60)
    return {each.source for each in found if each.terms}


def assert_whole(library: Library) -> None:
    """All documents are found by words and by meaning, and the index says so."""
    index = library.index
    assert len(index.documents()) == DOCUMENTS
    assert index.without_vectors() == []
    for number in (0, DOCUMENTS - 1):
        assert by_words(library, number) == {f"{number}.md"}
        text = next(iter(index.embedded(f"{number}.md")))
        nearest = max(index.candidates([], EMBEDDER.query(text), 60), key=lambda each: each.similarity or 0)
        assert (nearest.source, round(nearest.similarity or 0, 2)) == (f"{number}.md", 1)
    assert index.condition().state == "whole", index.condition()


def the_vectors(place: Path, name: str) -> Path:
    return next((place / "data" / "index" / "vectors").rglob(name))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *((name, damage) for name in VECTOR_FILES for damage in (zeros, noise)),
        *((name, damage) for name in VECTOR_FILES[:2] for damage in (truncated, hole, Path.unlink)),
    ],
)
def test_damaged_vectors_are_noticed_and_made_anew_and_words_answer_meanwhile(
    place: Path, name: str, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    damage(the_vectors(place, name))
    with opened(place) as library:
        assert by_words(library, 3) == {"3.md"}
        harmless = library.index.condition(True).state == "whole"
        library.sync()
        assert_whole(library)
    if not harmless:
        assert "vectors were damaged" in caplog.text


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
def test_a_damaged_catalog_is_made_anew_from_the_folder(
    place: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    damage(place / "data/index/catalog.sqlite")
    with opened(place) as library:
        if damage is not Path.unlink:
            assert library.index.condition().state == "rebuilding"
            assert "damaged" in library.index.condition().reason
        library.sync()
        assert_whole(library)
    assert damage is Path.unlink or "catalog of the index was damaged" in caplog.text
