"""The index on PostgreSQL is measured beside the one in files, on a database that is empty before and after."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from evals.databases.measure import TABLES, borrow_database, tables
from evals.retrieval import LANGUAGES
from settings import SettingsError
from store.index.database.address import read_address
from store.index.database.postgresql import PostgresConnection
from tests.support.postgresql import Cluster

PASSAGES = {"p000": "Longjing tea grows near West Lake.", "p002": "Profit tax in Russia is 25 percent."}
QUESTIONS = {"q1": ("Where does Longjing tea grow?", "p000"), "q2": ("What is the profit tax in Russia?", "p002")}


def lines(rows: list[dict[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Folder with the texts of the benchmark: two passages, the same in each language."""
    bench = tmp_path / "bench" / "xquad"
    bench.mkdir(parents=True)
    for language in LANGUAGES:
        texts = lines([{"id": name, "text": text} for name, text in PASSAGES.items()])
        (bench / f"corpus.{language}.jsonl").write_text(texts, encoding="utf-8")
        asked = lines([{"id": name, "text": text, "answers": []} for name, (text, _) in QUESTIONS.items()])
        (bench / f"queries.{language}.jsonl").write_text(asked, encoding="utf-8")
    labels = "".join(f"{name}\t{passage}\t1\n" for name, (_, passage) in QUESTIONS.items())
    (bench / "qrels.tsv").write_text(labels, encoding="utf-8")
    return tmp_path


def count_tables(url: str) -> int:
    with closing(PostgresConnection(read_address(url), 10)) as connection:
        return int(connection.execute(TABLES).fetchone()[0])


def test_both_databases_find_the_same_and_nothing_is_left_on_the_server(samples: Path, cluster: Cluster) -> None:
    url = cluster.new_database()
    (table,) = tables(samples, lambda _: None, url)
    assert [(row["benchmark"], row["search"]) for row in table.rows] == [
        (f"XQuAD {language}", search) for language in LANGUAGES for search in ("hybrid", "words alone")
    ]
    for row in table.rows:
        assert (row["questions"], row["R@1 SQLite"], row["R@1 PostgreSQL"], row["same list"]) == (2, 1.0, 1.0, 1.0)
        assert row["R@1 difference"] == row["R@5 difference"] == 0.0
    assert count_tables(url) == 0


def test_a_database_with_tables_is_refused_and_stays_as_it_is(samples: Path, cluster: Cluster) -> None:
    url = cluster.new_database()
    with closing(PostgresConnection(read_address(url), 10)) as connection:
        connection.execute("CREATE SCHEMA search_index; CREATE TABLE search_index.documents (source TEXT)")
    with pytest.raises(SettingsError, match="has tables"):
        tables(samples, lambda _: None, url)
    assert count_tables(url) == 1


def test_without_the_address_of_a_database_the_option_is_named() -> None:
    with pytest.raises(SettingsError, match="--database postgresql://"), borrow_database(""):
        pass
