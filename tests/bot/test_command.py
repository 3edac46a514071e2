"""The command line, run as scripts run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ingest.watcher import WatchedLibrary
from tests.bot.test_serialization import ANSWER
from tests.conftest import ROOT
from tests.support.commands import called

Run = Callable[..., subprocess.CompletedProcess[str]]

QUESTIONS = (
    {"id": "b", "question": "那增值税呢？", "history": [{"role": "user", "content": "俄罗斯的利润税是多少"}]},
    {"id": "a", "question": "公共停车场的停车费每小时最高多少元？"},
    {"id": 3, "question": "德国的增值税是多少"},
)


@pytest.fixture
def place(library: WatchedLibrary) -> dict[str, str]:
    """The folder of the tests, whose index this process owns."""
    settings = library.settings
    return {"ASSISTANT_KNOWLEDGE_DIR": str(settings.knowledge_dir), "ASSISTANT_DATA_DIR": str(settings.data_dir)}


@pytest.fixture
def run(place: dict[str, str]) -> Run:
    """Does what `python -m bot` does on the folder of the tests."""
    return partial(called, "bot", **place)


def test_one_question_prints_one_line_of_json(place: dict[str, str]) -> None:
    """In a process of its own, as scripts run it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "OPENAI_"))}
    command = [sys.executable, "-m", "bot", "ask", "俄罗斯的利润税是多少", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=own | place, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    answer = json.loads(line)
    assert list(answer) == ANSWER.split()
    assert "25%" in answer["text"]


def test_a_batch_is_answered_in_its_order_for_the_day_given(run: Run, tmp_path: Path) -> None:
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text("\n\n".join(json.dumps(each) for each in QUESTIONS), encoding="utf-8-sig")
    done = run("ask", "--batch", str(asked), "--out", str(out), "--on", "2020-06-01")
    assert (done.returncode, done.stdout) == (0, "")
    follow_up, parking, unknown = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert [each["id"] for each in (follow_up, parking, unknown)] == ["b", "a", "3"]
    assert all(list(each) == ANSWER.split() for each in (follow_up, parking, unknown))
    assert "俄罗斯" in follow_up["standalone_question"]
    assert parking["citations"][0]["source"] == "laws/parking-2019.md"
    assert unknown["outcome"] == "not_in_knowledge_base"


@pytest.mark.parametrize("bad", ['{"id": "x"}', "not json", '{"question": 5}', '"text"'])
def test_a_bad_line_is_named_and_nothing_is_written(run: Run, tmp_path: Path, bad: str) -> None:
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text(f'{{"question": "俄罗斯的利润税"}}\n{bad}\n', encoding="utf-8")
    done = run("ask", "--batch", str(asked), "--out", str(out))
    assert done.returncode == 1
    assert f"{asked}: line 2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_a_search_prints_its_passages(run: Run) -> None:
    done = run("search", "俄罗斯的利润税", "--limit", "2", "--json")
    found = json.loads(done.stdout)
    assert list(found) == ["id", "question", "passages"]
    assert [list(each) for each in found["passages"]] == [["source", "title", "page", "heading", "text", "score"]] * 2
    assert found["passages"][0]["source"] == "outbound/russia.zh.md"


def test_a_batch_without_a_place_for_its_answers_is_refused(run: Run) -> None:
    done = run("ask", "--batch", "in.jsonl")
    assert done.returncode == 2
    assert "--out" in done.stderr
