"""A catalog in PostgreSQL does what one in a file does, and a server that is away loses nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings, SettingsError
from store.embeddings import Embedder
from store.index import CatalogUnavailableError, Index, RecipeChangedError, peek, query_terms
from store.index.database import pool, postgresql
from store.index.database.address import postgres_server, read_address
from store.index.database.pool import PostgresCatalog
from tests.support.postgresql import Cluster
from tests.support.vectors import MemoryVectors, held_in

GUIDES = {
    "a.md": "# 境外投资备案\n\n发改委备案需要7个工作日。\n\n## 材料\n\n- 营业执照\n- 董事会决议",
    "b.md": "# NDRC filing\n\nThe filing takes 7 working days. A filing isn't an approval.",
    "c.md": "# Россия\n\nНалог на прибыль составляет 25 процентов.",
}
QUESTIONS = ("发改委备案要几天？", "How long does the filing take?", "налог на прибыль", "8471.30")


@pytest.fixture
def url(cluster: Cluster) -> str:
    return cluster.new_database()


@contextmanager
def opened(place: Path, url: str, embedder: Embedder) -> Iterator[WatchedLibrary]:
    data = place / ("server" if url else "file")
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=data, database_url=url)
    settings.knowledge_dir.mkdir(exist_ok=True)
    with held_in(MemoryVectors), open_watched_library(settings, embedder=embedder) as library:
        yield library


def fill(place: Path, files: dict[str, str]) -> None:
    """Writes files that look a minute old, so that nothing waits for those that may still be written."""
    (place / "knowledge").mkdir(exist_ok=True)
    for source, text in files.items():
        path = place / "knowledge" / source
        path.write_text(text, encoding="utf-8")
        os.utime(path, (time.time() - 60,) * 2)


def seen(index: Index, embedder: Embedder) -> list[Any]:
    """What an index knows and finds, in plain values."""
    found = []
    for question in QUESTIONS:
        candidates = index.candidates(query_terms(question), embedder.query(question), 5)
        for each in sorted(candidates, key=lambda each: (each.source, each.chunk.start)):
            signs = each.signs.to_bytes() if each.signs else b""
            found.append((each.source, each.chunk, each.similarity, each.coverage, each.terms, signs))
    revisions = [index.revision(source) for source in index.documents()]
    return [
        *found,
        revisions,
        index.entries(),
        index.fingerprints(),
        index.failures(),
        index.chunk_count(),
        index.centres().keys(),
    ]


def test_it_finds_and_tells_what_a_file_does_also_after_changes(
    tmp_path: Path, url: str, remembering_embedder: Embedder
) -> None:
    fill(tmp_path, GUIDES | {"empty.pdf": "no PDF"})
    with (
        opened(tmp_path, "", remembering_embedder) as file,
        opened(tmp_path, url, remembering_embedder) as server,
    ):
        for change in ({}, {"b.md": "# NDRC filing\n\nIt takes 9 days.", "d.md": "# 新\n\n备案通知书。"}):
            fill(tmp_path, change)
            if change:
                (tmp_path / "knowledge/c.md").unlink()
            for library in (file, server):
                library.sync(allow_removals=True)
            assert seen(file.index, remembering_embedder) == seen(server.index, remembering_embedder)
        server.index.tidy()
        assert not (tmp_path / "server/index/catalog.sqlite").exists()
    with opened(tmp_path, url, remembering_embedder) as again:
        assert again.sync().unchanged == 3 and not again.index.without_vectors()


def test_an_index_of_another_recipe_is_refused_and_looked_at_without_one(tmp_path: Path, url: str) -> None:
    server = read_address(url)
    with held_in(MemoryVectors), closing(Index(tmp_path, "one", None, server)) as index:
        index.accept_absences(["gone.md"], 1.5)
    with held_in(MemoryVectors), pytest.raises(RecipeChangedError, match="--rebuild"):
        Index(tmp_path, "other", None, server)
    assert [(each.source, each.since, each.state) for each in peek(tmp_path, server)[1]] == [
        ("gone.md", 1.5, "accepted")
    ]


def test_a_server_that_was_away_is_used_again_and_while_it_is_away_that_is_said_at_once(
    tmp_path: Path, cluster: Cluster, url: str
) -> None:
    with held_in(MemoryVectors), closing(Index(tmp_path, "any", None, read_address(url))) as index:
        index.accept_absences(["a.md"], 1.0)
        cluster.stop()
        try:
            for ask in (index.documents, index.absences, lambda: index.accept_absences(["b.md"], 2.0)):
                with pytest.raises(CatalogUnavailableError, match="does not answer"):
                    ask()
            assert index.condition().state == "rebuilding" and not index.is_suspect
        finally:
            cluster.start()
        index.accept_absences(["b.md"], 2.0)
        assert [each.source for each in index.absences()] == ["a.md", "b.md"]


def test_a_damaged_catalog_is_put_aside_and_made_anew_from_the_folder(
    tmp_path: Path, url: str, remembering_embedder: Embedder
) -> None:
    fill(tmp_path, GUIDES)
    with opened(tmp_path, url, remembering_embedder) as library:
        library.sync()
        library.index.execute("DELETE FROM words WHERE rowid = (SELECT min(id) FROM chunks)", ())
    with opened(tmp_path, url, remembering_embedder) as library:
        assert library.sync().added == len(GUIDES)
        aside = "SELECT count(*) FROM search_index_damaged.documents"
        assert library.index.reader().execute(aside).fetchone() == (len(GUIDES),)


def test_the_connections_for_questions_are_few_and_shared(cluster: Cluster, url: str) -> None:
    with closing(PostgresCatalog(read_address(url))) as catalog:
        for _ in range(3):
            with catalog.reading() as one, catalog.reading() as other:
                assert one.execute("SELECT 1").fetchone() == other.execute("SELECT 1").fetchone() == (1,)
        assert len(catalog.pool.free) == 2


def test_who_opens_it_does_not_wait_for_one_that_writes_and_does_not_stop_him(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = read_address(url)
    with closing(PostgresCatalog(server)) as catalog, catalog.writing() as writer:
        writer.execute("DELETE FROM chunks")
        monkeypatch.setattr(pool, "WRITE_SECONDS", 3.0)
        PostgresCatalog(server).close()
        writer.execute("DELETE FROM postings")


def test_a_connection_that_rested_long_is_not_used_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "SELECT pg_backend_pid()"
    with closing(PostgresCatalog(read_address(url))) as catalog:
        one, other = (catalog.reader().execute(asked).fetchone() for _ in range(2))
        assert one == other
        monkeypatch.setattr(pool, "REST_SECONDS", 0.0)
        assert catalog.reader().execute(asked).fetchone() != one and not catalog.pool.free[1:]


def test_a_writer_that_froze_in_the_middle_does_not_stop_the_next_for_long(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = read_address(url)
    own = "INSERT INTO garbage VALUES ('a', 1)"
    with closing(PostgresCatalog(server)) as next_one:
        with monkeypatch.context() as patch:
            patch.setattr(postgresql, "SETUP", postgresql.SETUP.replace("'120s'", "'100ms'"))
            frozen = postgresql.PostgresConnection(server, 60)
        frozen.execute("BEGIN")
        frozen.execute(own)
        with next_one.writing() as writer:
            assert writer.execute(own).rowcount == 1
        with pytest.raises(postgresql.ERRORS):
            frozen.execute("COMMIT")


@pytest.mark.parametrize("is_listed", [True, False])
def test_vectors_that_a_slow_reader_of_another_process_may_need_stay_until_it_has_ended(
    tmp_path: Path, url: str, remembering_embedder: Embedder, monkeypatch: pytest.MonkeyPatch, is_listed: bool
) -> None:
    fill(tmp_path, GUIDES)
    with opened(tmp_path, url, remembering_embedder) as library, closing(PostgresCatalog(read_address(url))) as other:
        library.sync()
        index, old = library.index, library.index.vectors.keys()
        monkeypatch.setattr(pool, "READ_SECONDS", 0.1)
        with other.reading() as slow:
            slow.execute("SELECT count(*) FROM recipe")
            fill(tmp_path, {"b.md": "# NDRC filing\n\nIt takes 9 days."})
            library.sync()
            if not is_listed:  # as after a crash
                index.execute("DELETE FROM garbage", ())
            index.tidy()
            assert old < index.vectors.keys()
        index.tidy()
        assert not old <= index.vectors.keys() and index.vectors.count() == index.chunk_count()


def test_a_database_that_counts_bytes_is_refused_with_what_to_do(cluster: Cluster) -> None:
    url = cluster.new_database("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(SettingsError, match=r"encoding SQL_ASCII.* --encoding UTF8"):
        PostgresCatalog(read_address(url))


def test_a_removal_that_is_confirmed_twice_counts_once(tmp_path: Path, url: str) -> None:
    with held_in(MemoryVectors), closing(Index(tmp_path, "any", None, read_address(url))) as index:
        index.accept_absences(["b.md", "a.md", "b.md"], 1.0)
        assert [each.source for each in index.absences()] == ["a.md", "b.md"]


def test_an_error_of_the_machine_is_told_in_words() -> None:
    told = postgresql.read_server_error(ConnectionResetError(104, "Connection reset by peer"))
    assert "(Connection reset by peer)" in str(told)


@pytest.mark.parametrize(
    "address",
    ["sqlite:///a.sqlite", "postgresql://host/name", "postgresql://u:hunter2@host", "mysql://u:hunter2@h/n",
     "postgresql://u:hunter2@host:port/n", "postgresql://u:hunter2@host/n?sslmode=disable"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_with_the_right_form_and_without_the_password(address: str) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_DATABASE_URL") as refusal:
        postgres_server(Settings(_env_file=None, database_url=address))
    assert "hunter2" not in str(refusal.value)


def test_an_address_is_read_with_its_signs_and_its_socket() -> None:
    found = read_address("postgresql+pg8000://a%40b:p%2Fw@/name?unix_sock=/run/s")
    assert (found.user, found.password, found.database, found.unix_sock) == ("a@b", "p/w", "name", "/run/s")
    assert "p/w" not in repr(found)
