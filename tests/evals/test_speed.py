"""The speed benchmarks compare fairly: in turn, by medians, on what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.speed.growth import MadeUp, fill
from evals.speed.syncing import opened, tutorial
from evals.speed.timing import in_turn, milliseconds, percentile
from ingest.embedding import Embedder


def test_works_run_in_turn_and_the_first_round_does_not_count() -> None:
    order: list[str] = []
    taken = in_turn({name: lambda name=name: order.append(name) for name in "ab"}, runs=2)  # type: ignore[misc]
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert {name: len(each) for name, each in taken.items()} == {"a": 2, "b": 2}


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert percentile(values, 0.95) == 96
    assert percentile([2.0], 0.95) == 2
    assert milliseconds([0.001, 0.002, 0.003]) == {"p50 ms": 2.0, "p95 ms": 3.0}


def test_made_up_vectors_depend_on_the_text_alone() -> None:
    embeddings = MadeUp()
    assert embeddings.embed_query("税") == embeddings.embed_documents(["税"])[0] != embeddings.embed_query("水")


def test_a_growing_folder_has_about_as_many_chunks_as_it_should(shared: Path, tmp_path: Path) -> None:
    fill(tmp_path / "knowledge", 300)
    with opened(sorted((tmp_path / "knowledge").glob("*.md")), Embedder(MadeUp(), "made-up")) as library:
        assert not library.sync().failed
        assert library.index.chunk_count() == pytest.approx(300, rel=0.5)


def test_the_tutorial_pipeline_indexes_every_piece(tmp_path: Path) -> None:
    path = tmp_path / "law.md"
    path.write_text("第一条 税率为百分之五。\n" * 200, encoding="utf-8")
    assert tutorial([path], MadeUp()) == 4
