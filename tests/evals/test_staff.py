"""The questions that the staff saved are asked again: by the text of the passage, and refused where none answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import settings as configuration
from bot.diagnostics.relevance_labels import Labels, RelevanceLabel
from evals.__main__ import run
from evals.staff import Judged, make_found_row, staff_refused_row

TEA, TAX = "Longjing tea is grown near West Lake in Hangzhou.", "The profit tax in Russia is 25 percent from 2025."
DAY = date(2026, 6, 1)
SAVED = (
    RelevanceLabel("What is the profit tax in Russia?", "en", DAY, "an-older-name.txt", TAX),
    RelevanceLabel(
        "Where is Longjing tea grown?", "en", DAY, "tea.txt", "A passage that stands in no document any more."
    ),
    RelevanceLabel("How do I open a factory on Mars?", "en", DAY),
)


def test_the_questions_of_the_staff_are_asked_of_their_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge, data = tmp_path / "knowledge", tmp_path / "data"
    knowledge.mkdir()
    for name, text in (("tea.txt", TEA), ("tax.txt", TAX)):
        (knowledge / name).write_text(text, encoding="utf-8")
    labels = Labels.below(data)
    for label in SAVED:
        labels.add(label)
    monkeypatch.setenv("ASSISTANT_KNOWLEDGE_DIR", str(knowledge))
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(data))
    configuration.current.cache_clear()
    try:
        from ingest.watcher import open_watched_library

        with open_watched_library(configuration.current()) as library:
            library.sync()
        found, refused = run("staff").tables
    finally:
        configuration.current.cache_clear()
    (row,) = found.rows
    assert (row["questions"], row["R@1"], row["R@5"], row["MRR"]) == (2, 0.5, 0.5, 0.5)
    assert refused.rows == [{"questions": 1, "refused": 1.0}]


def test_a_place_further_down_counts_for_less() -> None:
    judged = [Judged(1, True, True), Judged(4, True, True), Judged(0, True, False), Judged(8, True, True)]
    assert make_found_row(judged) == {"questions": 4, "R@1": 0.25, "R@5": 0.5, "MRR": 0.344, "answered": 0.75}
    assert staff_refused_row([Judged(0, False, True), Judged(0, False, False)]) == {"questions": 2, "refused": 0.5}


def test_without_saved_questions_there_is_nothing_to_measure() -> None:
    assert make_found_row([]) == {"questions": 0, "R@1": "–", "R@5": "–", "MRR": "–", "answered": "–"}
