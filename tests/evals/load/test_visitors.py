"""Visitors read what the page sends as a browser does."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from gradio_client.utils import apply_diff


@pytest.fixture
def visitors(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with names in place of locust, which has an environment of its own."""
    locust: Any = ModuleType("locust")
    locust.HttpUser, locust.between, locust.task = object, lambda *_: None, lambda function: function
    monkeypatch.setitem(sys.modules, "locust", locust)
    monkeypatch.setenv("LOAD_QUESTIONS", str(Path("evals/questions.jsonl").absolute()))
    monkeypatch.setenv("LOAD_PAUSE", "5 15")
    monkeypatch.delitem(sys.modules, "evals.load.visitors", raising=False)
    from evals.load import visitors

    return visitors


def test_edits_of_the_page_give_what_gradios_own_client_makes_of_them(visitors: Any) -> None:
    before = [{"text": "7", "complete": False, "sources": ["a", "b"]}]
    edits = [
        ["append", [0, "text"], " days"],
        ["replace", [0, "complete"], True],
        ["add", [0, "sources", 1], "c"],
        ["add", [0, "title"], "Fees"],
        ["delete", [0, "sources", 0], None],
        ["add", [1], {"text": "next"}],
    ]
    expected = apply_diff(before, edits)
    assert visitors.apply_edits(before, edits) == expected
    assert visitors.apply_edits("a", [["append", [], "b"]]) == "ab"


def test_there_are_questions_and_what_follows_in_three_languages(visitors: Any) -> None:
    assert {language: len(each) > 20 for language, each in visitors.QUESTIONS.items()} == {
        "zh": True,
        "en": True,
        "ru": True,
    }
    assert visitors.FOLLOW_UPS.keys() == visitors.QUESTIONS.keys()
