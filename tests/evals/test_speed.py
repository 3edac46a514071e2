"""The speed benchmarks compare fairly: in turn, by medians, on what they say."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evals.speed.growth.laws import fill
from evals.speed.growth.measure import MadeUp
from evals.speed.peers_bench import (
    CHARACTERS,
    HAIKU,
    NOTICES,
    Bench,
    compare,
    ratio,
    rounds,
    write_documents,
    write_notices,
)
from evals.speed.running import SHOWN, PeerFailedError, Told, ending, interpreter, run
from evals.speed.syncing import open_files, tutorial
from evals.speed.timing import in_turn, milliseconds, percentile
from store.embeddings import Embedder


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
    with open_files(sorted((tmp_path / "knowledge").glob("*.md")), Embedder(MadeUp(), "made-up")) as library:
        assert not library.sync().failed
        assert library.index.chunk_count() == pytest.approx(300, rel=0.5)
    texts = [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "knowledge").iterdir())]
    assert len({text.splitlines()[0] for text in texts}) == len(texts)
    fill(tmp_path / "again", 300)
    assert texts == [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "again").iterdir())]


def test_the_tutorial_pipeline_indexes_every_piece(tmp_path: Path) -> None:
    path = tmp_path / "law.md"
    path.write_text("第一条 税率为百分之五。\n" * 200, encoding="utf-8")
    assert tutorial([path], MadeUp()) == 4


def test_peers_tell_their_own_seconds_and_the_first_round_does_not_count() -> None:
    told = iter([[9.0, 9.0], [1.0, 2.0], [3.0, 4.0]])
    assert rounds({"peer": lambda: Told(next(told), 7)}, runs=2) == {"peer": Told([1.0, 2.0, 3.0, 4.0], 7)}


def test_a_peer_that_fails_is_left_out_with_the_reason_and_the_others_are_measured() -> None:
    def fail() -> Told:
        raise PeerFailedError("haiku-rag", "index: it ended with 1.")

    told, failed = compare({"ours": lambda: Told([2.0], 3), "haiku-rag, all at once": fail, "haiku-rag": fail})
    assert told == {"ours": Told([2.0] * 5, 3)}
    assert failed == ["haiku-rag: index: it ended with 1."]


def test_the_ratio_is_ours_to_the_other_by_medians() -> None:
    assert ratio({"ours": Told([1.0, 3.0, 99.0], 1), "peer": Told([2.0], 1)}, "peer") == 1.5


def test_the_note_of_a_table_says_which_peers_are_missing() -> None:
    bench = Bench(Path(), [], Path(), {}, ["haiku-rag: it needs Python 3.12."], print)
    note = bench.note("Medians.", ["tutorial: no answer."])
    assert note == "Medians. Left out: haiku-rag: it needs Python 3.12. Left out: tutorial: no answer."


def test_a_peer_gets_the_first_python_that_starts_and_is_new_enough() -> None:
    names = ["no-such-python", "false", sys.executable]
    assert interpreter(replace(HAIKU, python=sys.version_info[:2]), names) == sys.executable
    with pytest.raises(PeerFailedError, match=r"haiku-rag: it needs Python 9\.1 or newer"):
        interpreter(replace(HAIKU, python=(9, 1)), names)


def test_a_peer_that_cannot_start_says_why() -> None:
    here = Path(sys.executable)  # an environment in which haiku-rag is not installed
    with pytest.raises(PeerFailedError, match=r"haiku-rag: name: it ended with 1\..*No module named"), run(HAIKU, here):
        pytest.fail("It started.")


def test_what_a_process_said_last_is_one_line() -> None:
    assert ending("Traceback\n  File\nValueError: 税\n") == "Traceback File ValueError: 税"
    assert ending("a" * SHOWN + "b") == "a" * (SHOWN - 1) + "b"


def test_a_peer_gets_the_chunks_that_ours_makes_of_a_notice(tmp_path: Path) -> None:
    notice = tmp_path / "notice.md"
    notice.write_text("# 关于补贴的通知\n\n" + "企业可以自三月起申请补贴。\n\n" * 100, encoding="utf-8")
    (document,) = json.loads(write_documents([notice], tmp_path / "documents.json").read_text(encoding="utf-8"))
    assert (document["source"], document["title"]) == ("notice.md", "关于补贴的通知")
    assert sum(each["text"].count("补贴。") for each in document["chunks"]) == 100
    assert len(document["chunks"]) > 1


def test_the_notices_for_peers_have_about_a_thousand_chunks(shared: Path, tmp_path: Path) -> None:
    notices = write_notices(tmp_path / "knowledge")
    documents = json.loads(write_documents(notices, tmp_path / "documents.json").read_text(encoding="utf-8"))
    assert len(documents) == NOTICES
    assert min(len(path.read_text(encoding="utf-8")) for path in notices) > CHARACTERS
    assert sum(len(each["chunks"]) for each in documents) == pytest.approx(1_000, rel=0.15)
