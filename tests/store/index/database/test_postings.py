"""Full text in PostgreSQL ranks as SQLite's does: the same chunks in the same order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from store.index import query_terms
from store.index.damaged_files import CatalogDamagedError
from store.index.database import postings, telling_terms
from store.index.database.address import read_address
from store.index.database.pool import PostgresCatalog
from store.index.database.sqlite import connect
from store.index.tables import full_text
from store.index.tables.connection import Connection
from tests.conftest import ROOT
from tests.support.postgresql import Cluster

XQUAD = ROOT.parent / "shared" / "bench" / "xquad"
FILES = 8
"""Documents over which the passages are spread."""


@pytest.fixture(scope="module")
def server(cluster: Cluster) -> Iterator[PostgresCatalog]:
    with closing(PostgresCatalog(read_address(cluster.new_database()))) as catalog:
        yield catalog


@pytest.fixture
def both(server: PostgresCatalog, tmp_path: Path) -> Iterator[tuple[Connection, Connection]]:
    server.set_aside()
    with closing(connect(tmp_path / "catalog.sqlite")) as file:
        yield file, server.writer


def fill(connections: tuple[Connection, Connection], texts: list[str], first: int = 1) -> None:
    rows = list(enumerate(texts, first))
    for own in connections:
        own.execute("BEGIN")
        for part in range(FILES):
            full_text.add(own, rows[part * len(rows) // FILES : (part + 1) * len(rows) // FILES])
        own.execute("COMMIT")


def ranked(connections: tuple[Connection, Connection], question: str) -> list[int]:
    """The best chunks for a question, which both name in the same order, with the same weights."""
    asked = query_terms(question)
    one, other = (full_text.search(each, asked, 60) for each in connections)
    assert one == other, question
    held, there = (full_text.match_terms(each, one, asked) for each in connections)
    assert held == there
    file, server = connections
    assert dict(file.words.holding(file, asked)) == dict(server.words.holding(server, asked))
    return one


def lines(name: str) -> list[str]:
    return [json.loads(line)["text"] for line in (XQUAD / name).read_text("utf-8").splitlines()]


def test_questions_of_four_languages_find_the_same_passages_in_the_same_order(
    both: tuple[Connection, Connection],
) -> None:
    languages = ("zh", "en", "ru", "ar")
    fill(both, [text for language in languages for text in lines(f"corpus.{language}.jsonl")[::3]])
    for language in languages:
        asked = lines(f"queries.{language}.jsonl")[::40]
        assert sum(bool(ranked(both, question)) for question in asked) > len(asked) / 2


def test_common_words_repetitions_and_equals_rank_the_same(both: tuple[Connection, Connection]) -> None:
    chance = Random(7)
    words = [f"w{number}" for number in range(12)]
    texts = [" ".join(chance.choices(words, k=chance.randint(1, 9))) for _ in range(120)]
    fill(both, [*texts, *texts[:20]])
    assert all(ranked(both, " ".join(chance.sample(words, 4))) for _ in range(20))


def test_of_many_chunks_both_score_those_with_telling_terms_and_these_by_all_terms(
    both: tuple[Connection, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(11)
    texts = [" ".join(chance.choices(["often", "common", f"rare{number % 40}"], k=8)) for number in range(200)]
    fill(both, texts)
    asked = "often common rare3 rare7"
    every = ranked(both, asked)
    monkeypatch.setattr(telling_terms, "MOST_SCORED", 20)
    monkeypatch.setattr(telling_terms, "FEWEST_SCORED", 1)
    telling = ranked(both, asked)
    holding = {row for row, text in enumerate(texts, 1) if {"rare3", "rare7"} & {*text.split()}}
    assert telling and {*telling} == holding
    assert telling == [row for row in every if row in holding]


def test_a_removed_document_is_gone_and_counts_no_more(both: tuple[Connection, Connection]) -> None:
    fill(both, [f"备案 needs {number}% of 1,234.5 don't" for number in range(16)])
    for own in both:
        own.words.remove(own, [1, 2])
    assert 1 not in ranked(both, "备案 needs 1,234.5 don't")
    assert both[1].words.total(both[1]) == 14


def test_a_term_longer_than_an_index_takes_is_found_all_the_same(server: PostgresCatalog) -> None:
    server.set_aside()
    full_text.add(server.writer, [(1, "x" * 5_000)])
    assert full_text.search(server.writer, query_terms("x" * 5_000), 5) == [1]


def test_a_word_that_means_nothing_to_a_database_is_found(both: tuple[Connection, Connection]) -> None:
    fill(both, [f"The agreement {number} is null and void" for number in range(16)])
    assert len(ranked(both, "null")) == 16
    assert full_text.are_common(both[1], ["null"])


def test_an_empty_index_finds_nothing(both: tuple[Connection, Connection]) -> None:
    assert ranked(both, "备案") == []


def test_terms_that_were_lost_are_noticed(both: tuple[Connection, Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "PAGE", 3)
    fill(both, [f"word{number}" for number in range(8)])
    both[1].words.check(both[1])
    both[1].execute("DELETE FROM postings WHERE term = ?", ("3",))
    with pytest.raises(CatalogDamagedError, match="16 terms and finds 15"):
        both[1].words.check(both[1])
