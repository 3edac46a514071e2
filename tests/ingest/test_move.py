"""What an installation has in files moves to PostgreSQL and back, and is backed up and restored there, unread."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table

from ingest.backup.restoring import restore_backup
from ingest.doctor.index import index_problems
from ingest.move import ask_address, move
from ingest.reopening import remove_index
from ingest.sync.plan import Allowed
from ingest.watcher import WatchedLibrary, open_watched_library
from records import Filter, Records, RecordsUnavailableError, Role, open_records, transfer
from records.transfer import RecordsThereError, copy_records
from settings import Settings, SettingsError
from store.embeddings import Embedder
from store.index import CatalogUnavailableError, IndexLockedError
from store.index.database.address import read_address
from store.index.database.pool import PostgresCatalog
from store.index.open_catalog import locate_moved_note
from store.transfer import catalogs
from tests.records.conftest import asked
from tests.store.index.test_postgresql import GUIDES, QUESTIONS, fill, seen
from tests.support.library import whole_answers
from tests.support.postgresql import Cluster
from tests.support.vectors import MemoryVectors, held_in


class KeptVectors(MemoryVectors):
    """Vectors that outlive the closing of their index, as those in files do."""

    def close(self) -> None:
        """Keeps them."""


@pytest.fixture(autouse=True)
def kept_vectors() -> Iterator[None]:
    kept = KeptVectors(Path())
    with held_in(lambda *_: kept):  # type: ignore[arg-type]
        yield


def settings_of(place: Path, url: str = "") -> Settings:
    return Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data", database_url=url)


@contextmanager
def opened(settings: Settings, embedder: Embedder) -> Iterator[WatchedLibrary]:
    with open_watched_library(settings, embedder=embedder) as library:
        yield library


def records_of(settings: Settings) -> Records:
    return open_records(settings.records_address, 180, settings.data_dir)


def told(records: Records) -> tuple[object, ...]:
    return records.exchanges(Filter()), records.accounts.read_all(), records.desk.value("a"), records.audit.entries()


def found(library: WatchedLibrary) -> tuple[object, ...]:
    """What an index knows and finds, and all that is answered from it."""
    return seen(library.index, library.embedder), whole_answers(library, QUESTIONS)


def test_all_of_an_installation_moves_to_a_server_and_back_and_a_backup_restores_it_there(
    tmp_path: Path, cluster: Cluster, remembering_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, server = settings_of(tmp_path), settings_of(tmp_path, cluster.new_database())
    url = server.database_url.get_secret_value()
    fill(tmp_path, GUIDES)
    monkeypatch.setattr("store.transfer.copying.PAGE", 2)
    with opened(files, remembering_embedder) as library, records_of(files) as records:
        library.sync()
        records.keep(asked())
        records.accounts.add("王芳", Role.EDITOR, "", "boss")
        records.desk.set_value("a", "b")
        known, kept = found(library), told(records)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{url}\n"))
    with opened(files, remembering_embedder) as library:
        assert move(library, Namespace(to="-")) == 0, "the password is in no list of processes"
    assert not (files.data_dir / "index/catalog.sqlite").exists() and not (files.data_dir / "records.sqlite").exists()
    with pytest.raises(CatalogUnavailableError, match="ASSISTANT_DATABASE_URL"), opened(files, remembering_embedder):
        pass  # a command without the settings of the service begins no second, empty index
    with pytest.raises(CatalogUnavailableError, match="ASSISTANT_DATABASE_URL"):
        remove_index(files, Allowed(removals=True, empty=True))
    assert ["ASSISTANT_DATABASE_URL" in str(each.text) for each in index_problems(files)] == [True]
    with opened(server, remembering_embedder) as library, records_of(server) as records:
        assert (found(library), told(records)) == (known, kept)
        assert library.sync().unchanged == len(GUIDES)
        library.back_up(str(tmp_path / "backup.zip"))
        library.index.remove("a.md")
        records.keep(asked("Later?"))
        records.accounts.add("another", Role.EDITOR, "", "boss")
    restored = restore_backup(server, tmp_path / "backup.zip")
    assert [each.name.partition(".")[0] for each in restored.kept] == ["knowledge", "data", "records"]
    with opened(server, remembering_embedder) as library, records_of(server) as records:
        assert (found(library), told(records)) == (known, kept)
        fill(tmp_path, {"d.md": "# 新\n\n备案通知书。"})
        assert library.sync().added == 1
        known = found(library)
    with opened(server, remembering_embedder) as library:
        assert move(library, Namespace(to="files")) == 0
    with opened(files, remembering_embedder) as library, records_of(files) as records:
        assert (found(library), told(records)) == (known, kept)
    assert not locate_moved_note(files.data_dir / "index/catalog.sqlite").exists()


def test_nothing_is_moved_while_others_use_the_database(
    tmp_path: Path, cluster: Cluster, remembering_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path, cluster.new_database())
    fill(tmp_path, {})
    with opened(settings, remembering_embedder) as library:
        with monkeypatch.context() as patch:
            patch.setattr("store.index.database.postgresql.own_name", lambda: "qiantang index of another process")
            other = PostgresCatalog(read_address(settings.database_url.get_secret_value()))
        with pytest.raises(IndexLockedError, match="Stop the apps"):
            move(library, Namespace(to="files"))
    (tmp_path / "files").mkdir()
    fill(tmp_path / "files", {})
    with (
        opened(settings_of(tmp_path / "files"), remembering_embedder) as library,
        pytest.raises(IndexLockedError, match="Stop the apps"),
    ):
        move(library, Namespace(to=settings.database_url.get_secret_value()))
    other.close()


def test_a_move_or_a_restore_that_fails_leaves_all_as_it_was_and_can_be_done_again(
    tmp_path: Path, cluster: Cluster, remembering_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, server = settings_of(tmp_path), settings_of(tmp_path, cluster.new_database())
    fill(tmp_path, GUIDES)
    with opened(files, remembering_embedder) as library, records_of(files) as records:
        library.sync()
        records.keep(asked())
        known = seen(library.index, remembering_embedder)
    for place, fails in ((catalogs, "copy_document"), (transfer, "copy_table")):
        with opened(files, remembering_embedder) as library, monkeypatch.context() as patch:
            patch.setattr(place, fails, failing)
            with pytest.raises(RecordsUnavailableError):
                move(library, Namespace(to=server.database_url.get_secret_value()))
    with opened(files, remembering_embedder) as library:
        assert seen(library.index, remembering_embedder) == known
        assert move(library, Namespace(to=server.database_url.get_secret_value())) == 0
    with opened(server, remembering_embedder) as library:
        library.back_up(str(tmp_path / "backup.zip"))
    with monkeypatch.context() as patch:
        patch.setattr(catalogs, "copy_document", failing)
        with pytest.raises(RecordsUnavailableError):
            restore_backup(server, tmp_path / "backup.zip")
    with opened(server, remembering_embedder) as library:
        assert seen(library.index, remembering_embedder) == known


def failing(*_: object) -> None:
    raise RecordsUnavailableError("The disk is full.")


def test_records_never_go_over_others(tmp_path: Path, cluster: Cluster) -> None:
    url = cluster.new_database()
    for each in (settings_of(tmp_path), settings_of(tmp_path, url)):
        with records_of(each) as records:
            records.keep(asked())
    with pytest.raises(RecordsThereError, match="Empty it first"):
        copy_records("", url, tmp_path / "data")


def test_records_that_people_go_on_writing_are_copied_as_of_one_moment(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path, cluster.new_database())
    copy_table, later = transfer.copy_table, asked("Later?")
    with records_of(settings) as records:
        records.keep(asked())

        def interrupted(read: Connection, write: Connection, table: Table) -> int:
            if table.name == "ratings":
                records.keep(later)
                records.rate(later.id, True)
            return copy_table(read, write, table)

        monkeypatch.setattr(transfer, "copy_table", interrupted)
        copy_records(settings.records_address, "", tmp_path)
    with open_records("", 180, tmp_path) as copied:
        assert [each.question for each in copied.exchanges()] == [asked().question]


def test_a_file_of_records_that_is_used_no_more_does_not_stop_a_backup(
    tmp_path: Path, cluster: Cluster, remembering_embedder: Embedder
) -> None:
    files, server = settings_of(tmp_path), settings_of(tmp_path, cluster.new_database())
    fill(tmp_path, {})
    for settings, question in ((files, "Old?"), (server, "New?")):
        with records_of(settings) as records:
            records.keep(asked(question))
    with opened(server, remembering_embedder) as library:
        library.back_up(str(tmp_path / "backup.zip"))
    restore_backup(server, tmp_path / "backup.zip")
    with records_of(server) as records:
        assert [each.question for each in records.exchanges()] == ["New?"]


def test_an_empty_address_moves_nothing_back_into_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(SettingsError, match="No address was given"):
        ask_address()
