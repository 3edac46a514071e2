"""Whatever of an index is damaged, it opens, answers by words where the catalog is whole, and is made anew."""

from __future__ import annotations

import random
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store.index import CatalogDamagedError, CatalogUnavailableError, query_terms
from store.index.repair import mend_catalog
from store.index.sharing import connect_to_owner
from store.library import DataFolderUnwritableError
from tests.ingest.killed import EMBEDDER
from tests.ingest.sync.test_sync_troubles import wait_for
from tests.support.threads import begun

FEW = {"documents": 6, "sections": 10}
MANY = {"documents": 24, "sections": 50}
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
    path.write_bytes(random.Random(12).randbytes(path.stat().st_size))


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
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_folder(tmp_path_factory.mktemp("few"), **FEW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = read_folder(tmp_path_factory.mktemp("many"), **MANY)
    assert {each.name for each in (place / "data/index/vectors").rglob("*") if each.is_file()} >= set(VECTOR_FILES)
    return place


@pytest.fixture
def place(few: Path, tmp_path: Path) -> Path:
    return shutil.copytree(few, tmp_path / "place")


@pytest.fixture
def large_place(many: Path, tmp_path: Path) -> Path:
    """For damage of what Chroma writes."""
    return shutil.copytree(many, tmp_path / "place")


def read_folder(place: Path, documents: int, sections: int) -> Path:
    """A folder with `knowledge` and `data`, in sync."""
    (place / "knowledge").mkdir()
    for number in range(documents):
        line = f"{marker(number)} 企业境外投资备案的办理时限和材料。"
        parts = [f"## {part}\n\n{f'{line}{part} ' * 9}" for part in range(sections)]
        (place / "knowledge" / f"{number}.md").write_text(f"# {number}\n\n" + "\n\n".join(parts), encoding="utf-8")
    with opened(place) as library:
        library.sync()
    return place


def opened(place: Path):  # type: ignore[no-untyped-def]
    return open_watched_library(Settings(knowledge_dir=place / "knowledge", data_dir=place / "data"), embedder=EMBEDDER)


def marker(number: int) -> str:
    """A word that stands in one document only."""
    return "zq" + chr(ord("a") + number) * 3


def by_words(library: WatchedLibrary, number: int) -> set[str]:
    found = library.index.candidates(query_terms(marker(number)), EMBEDDER.query("anything"), 60)
    return {each.source for each in found if each.terms}


def assert_whole(library: WatchedLibrary) -> None:
    """All documents are found by words and by meaning, and the index says so."""
    index = library.index
    documents = len(list(library.settings.knowledge_dir.iterdir()))
    assert len(index.documents()) == documents
    assert index.without_vectors() == []
    for number in (0, documents - 1):
        assert by_words(library, number) == {f"{number}.md"}
        text = next(iter(index.vectors_by_text(f"{number}.md")))
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
    large_place: Path, name: str, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    damage(the_vectors(large_place, name))
    with opened(large_place) as library:
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
            assert "damaged" in str(library.index.condition().reason)
        library.sync()
        assert_whole(library)
    assert damage is Path.unlink or "catalog of the index was damaged" in caplog.text


def test_a_catalog_is_made_anew_that_was_damaged_after_it_was_last_written(place: Path) -> None:
    catalog = place / "data/index/catalog.sqlite"
    shutil.copy(place / "knowledge/0.md", place / "knowledge/new.md")
    with opened(place) as library:
        library.sync()
        copied = {end: (Path(f"{catalog}{end}")).read_bytes() for end in ("", "-wal")}
    (place / "knowledge/new.md").unlink()
    catalog.write_bytes(copied[""])
    Path(f"{catalog}-wal").write_bytes(copied["-wal"][:40] + random.Random(3).randbytes(9_000))
    with opened(place) as library:
        library.sync()
        assert_whole(library)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM recipe",
        "UPDATE recipe SET value = x'00ff00'",
        "DROP TABLE documents",
        "DROP TABLE chunks",
        "DELETE FROM words WHERE rowid % 2",
        "UPDATE words_data SET block = zeroblob(length(block)) WHERE id > 100",
        "UPDATE documents SET text = replace(text, '企业', char(0))",
        "UPDATE chunks SET chunk = replace(chunk, '企业', char(0)) WHERE id % 7 = 0",
        "UPDATE documents SET metadata = '{'",
    ],
)
def test_a_catalog_whose_content_does_not_fit_together_is_made_anew(place: Path, statement: str) -> None:
    with closing(sqlite3.connect(place / "data/index/catalog.sqlite")) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(statement)
        connection.commit()
    with opened(place) as library:
        library.sync()
        assert_whole(library)


def test_what_is_damaged_while_it_is_open_is_made_anew_by_the_next_sync(place: Path) -> None:
    with opened(place) as library:
        library.sync()
        catalog = place / "data/index/catalog.sqlite"
        with catalog.open("r+b") as file:
            file.write(bytes(catalog.stat().st_size))
        with suppress(CatalogDamagedError):
            by_words(library, 5)
            library.index.entries()
        assert library.index.needs_sync()
        library.sync()
        assert_whole(library)


def test_the_log_of_a_catalog_that_was_removed_does_not_fill_the_new_one(place: Path) -> None:
    catalog = place / "data/index/catalog.sqlite"
    with opened(place) as library:
        (place / "knowledge/0.md").write_text("# 0\n\n" + f"{marker(0)} 关税。\n\n" * 9, encoding="utf-8")
        library.sync()
        log = Path(f"{catalog}-wal").read_bytes()
    catalog.unlink()
    Path(f"{catalog}-wal").write_bytes(log)
    with opened(place) as library:
        assert not library.index.documents()
        library.sync()
        assert_whole(library)


def test_a_catalog_that_is_removed_while_it_is_open_is_noticed(place: Path) -> None:
    with opened(place) as library:
        library.sync()
        assert not library.index.needs_sync()
        (place / "data/index/catalog.sqlite").unlink()
        assert library.index.needs_sync()
        library.sync()
        assert_whole(library)


@pytest.mark.parametrize("name", VECTOR_FILES[:2])
def test_vectors_that_are_damaged_while_they_are_open_cost_no_answer(large_place: Path, name: str) -> None:
    with opened(large_place) as library:
        library.sync()
        noise(the_vectors(large_place, name))
        assert by_words(library, 5) == {"5.md"}
        library.sync()
        assert by_words(library, 5) == {"5.md"}
    with opened(large_place) as library:
        library.sync()
        assert_whole(library)


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_a_folder_in_the_place_of_the_catalog_is_set_aside(place: Path, end: str) -> None:
    taken = place / f"data/index/catalog.sqlite{end}"
    taken.unlink(missing_ok=True)
    taken.mkdir()
    with opened(place) as library:
        library.sync()
        assert_whole(library)


def test_a_catalog_that_may_not_be_written_is_named_and_keeps_answering(place: Path) -> None:
    with opened(place) as library:
        library.sync()
        library.index.writer.execute("PRAGMA query_only = ON")  # SQLite then says what it says of a file without rights
        (place / "knowledge/0.md").unlink()
        with pytest.raises(CatalogUnavailableError, match=r"catalog\.sqlite cannot be used \(.+\)\. Check that"):
            library.sync()
        assert by_words(library, 5) == {"5.md"}
        assert not library.index.needs_sync()


def test_a_folder_in_the_place_of_the_lock_is_named(place: Path) -> None:
    lock = place / "data/index/owner.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    with pytest.raises(DataFolderUnwritableError, match=r"owner\.lock cannot be written"), opened(place):
        pass


def test_a_folder_in_the_place_of_the_note_stops_nobody(place: Path) -> None:
    note = place / "data/index/owner.json"
    (note / "something").mkdir(parents=True)
    with opened(place):
        assert connect_to_owner(note.parent)
        note.unlink()
        note.mkdir()


def test_a_note_that_is_removed_while_the_owner_lives_is_written_anew(place: Path) -> None:
    note = place / "data/index/owner.json"
    with opened(place) as library:
        stop = threading.Event()
        watching = threading.Thread(target=library.watch, args=(stop,))
        watching.start()
        try:
            note.unlink()
            wait_for(lambda: connect_to_owner(note.parent) is not None)
        finally:
            stop.set()
            watching.join()


def test_what_is_wrong_is_said_in_one_line_and_once(place: Path) -> None:
    hole(place / "data/index/catalog.sqlite")
    with opened(place) as library:
        reason = str(library.index.condition().reason)
    assert reason.startswith("The catalog of the index was damaged (")
    assert "\n" not in reason
    assert reason.count("catalog of the index") == 1


def test_of_what_was_damaged_one_copy_is_kept(place: Path) -> None:
    for _ in range(2):
        zeros(the_vectors(place, "chroma.sqlite3"))
        zeros(place / "data/index/catalog.sqlite")
        with opened(place) as library:
            library.sync()
    kept = sorted(each.name for each in (place / "data/index").glob("*damaged*"))
    assert kept == ["catalog.sqlite.damaged", "vectors.damaged"]


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 90, b"[]", b"7", b'{"address": 5, "key": "x"}', b'{"address": "/etc"}']
)
def test_a_damaged_note_of_the_owner_stops_nobody(place: Path, content: bytes) -> None:
    note = place / "data/index/owner.json"
    note.write_bytes(content)
    assert connect_to_owner(note.parent) is None
    with opened(place) as library:
        assert library.held.owned
        assert connect_to_owner(note.parent)


def test_a_damaged_memory_of_what_ocr_read_stops_no_sync(place: Path) -> None:
    (place / "data/index/read").write_bytes(b"no folder")
    (place / "knowledge/0.md").unlink()
    with opened(place) as library:
        assert library.sync().removed == 1


def test_who_reads_while_a_catalog_is_replaced_reads_to_the_end_and_then_the_old_one_is_closed(place: Path) -> None:
    found = list[int]()
    with opened(place) as library:
        index, former = library.index, library.index.connections

        def read() -> Iterator[None]:
            with index.single_reads.admit():
                connection = index.reader()
                yield
                found.extend(connection.execute("SELECT count(*) FROM documents").fetchone())

        mending = threading.Thread(target=lambda: mend_catalog(index))
        with begun(read()) as leave:
            (place / "data/index/catalog.sqlite").unlink()
            mending.start()
            mending.join(0.3)
            assert mending.is_alive()
            leave()
            mending.join(60)
        assert found == [FEW["documents"]] and index.chunk_count() == 0
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            former.writer.execute("SELECT 1")
