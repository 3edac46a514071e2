"""Eval of the two databases: XQuAD with the index in SQLite, then in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from pydantic import SecretStr

from database_address import FORM, PostgresServer
from evals.folders import with_own_index, write_folder
from evals.results import Cell, Report, Table, share
from evals.retrieval import (
    LANGUAGES,
    PASSAGES,
    Asked,
    as_files,
    by_meaning_and_words,
    by_words,
    keep_shown_half,
    read_texts,
    recall,
    xquad,
)
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import SettingsError
from store.index.database.address import read_address
from store.index.open_catalog import looking_into
from store.transfer.catalogs import leave_former_place, stage_catalog

NOTE = (
    "One index, first in files, then moved to PostgreSQL: the vectors are the same. same list: the share of questions"
    f" with the same passages, up to {PASSAGES}, in the same order. No recall may differ by more than 0.003."
)
TABLES = (
    "SELECT count(*) FROM pg_class WHERE relnamespace NOT IN"
    " (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')"
)
"""Counts the tables of a PostgreSQL database, also those of other owners."""

Measured = TypeVar("Measured")


def tables(shared: Path, report: Report, url: str = "") -> list[Table]:
    """Returns R@1 and R@5 with SQLite and with the PostgreSQL database at `url`.

    Raises SettingsError if `url` is empty or wrong, or the database has tables.
    Raises CatalogUnavailableError if the database cannot be used.
    """
    measured = []
    for language in LANGUAGES:
        report(f"XQuAD {language}")
        texts = read_texts(shared / "bench" / "xquad" / f"corpus.{language}.jsonl")
        asked = keep_shown_half(xquad(shared, language))
        own, other = on_both_databases(as_files(texts), url, partial(find_all, asked=asked))
        for search in own:
            row: dict[str, Cell] = {"benchmark": f"XQuAD {language}", "search": search}
            measured.append(row | compare(own[search], other[search], asked))
    return [Table("SQLite and PostgreSQL", measured, NOTE)]


def find_all(library: WatchedLibrary, asked: Sequence[Asked]) -> dict[str, dict[str, list[str]]]:
    """Returns the sources that each search finds, by question."""
    searches = {
        "hybrid": by_meaning_and_words(library.index, library.embedder),
        "words alone": by_words(library.index),
    }
    return {name: {each.text: ranking(each.text) for each in asked} for name, ranking in searches.items()}


def compare(own: Mapping[str, list[str]], other: Mapping[str, list[str]], asked: Sequence[Asked]) -> dict[str, Cell]:
    """Returns the recall with SQLite and with PostgreSQL, and how far they agree."""
    here, there = recall(own.__getitem__, asked), recall(other.__getitem__, asked)
    row: dict[str, Cell] = {"questions": len(asked)}
    for name in ("R@1", "R@5"):
        difference = round(float(there[name]) - float(here[name]), 3)
        row |= {f"{name} SQLite": here[name], f"{name} PostgreSQL": there[name], f"{name} difference": difference}
    return row | {"same list": share([own[each.text] == other[each.text] for each in asked])}


def on_both_databases(
    texts: Mapping[str, str], url: str, measure: Callable[[WatchedLibrary], Measured]
) -> tuple[Measured, Measured]:
    """Returns what is measured with SQLite, and again after a move to PostgreSQL.

    The texts are embedded once.
    Raises SettingsError if `url` is empty or wrong, or the database has tables.
    Raises CatalogUnavailableError if the database cannot be used.
    """
    with borrow_database(url) as server, write_folder(texts) as folder, TemporaryDirectory() as data:
        settings = with_own_index(folder, Path(data))
        with open_watched_library(settings) as library:
            library.sync()
            in_file = measure(library)
            stage_catalog(library.index, server)
            leave_former_place(library.index, server)
        moved = settings.model_copy(update={"database_url": SecretStr(url)})
        with open_watched_library(moved) as library:
            return in_file, measure(library)


@contextmanager
def borrow_database(url: str) -> Iterator[PostgresServer]:
    """Yields an empty PostgreSQL database, and empties it again.

    Raises SettingsError if `url` is empty or wrong, or the database has tables, which stay as they are.
    Raises CatalogUnavailableError if the database cannot be used.
    """
    if not url:
        raise SettingsError(f"Name an empty PostgreSQL database: --database {FORM}")
    server = read_address(url)
    with looking_into(Path(), server) as connection:
        if connection.execute(TABLES).fetchone()[0]:
            raise SettingsError(f"The database {server.database} has tables. Make an empty one with createdb.")
    try:
        yield server
    finally:
        from store.index.database.postgresql import SPACE  # a driver that others need not load

        with looking_into(Path(), server) as connection:
            for schema in (SPACE, f"{SPACE}_damaged"):
                connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
