"""What stands out from the rest of its language is a candidate."""

from __future__ import annotations

from store.index.tables.passages import rank_above_baseline

SOURCES = {"a": "tax.ru.md", "b": "visa.en.md", "c": "visa.ru.md", "d": "gone.md"}


def test_the_best_of_another_language_goes_before_all_texts_of_ones_own() -> None:
    near = {"a:0": 0.86, "a:1": 0.85, "b:0": 0.84, "b:1": 0.79}
    usual = {"tax.ru.md": 0.85, "visa.en.md": 0.78}
    assert rank_above_baseline(near, SOURCES, usual, 2) == ["b:0", "a:0"]


def test_a_source_without_a_usual_similarity_is_not_chosen() -> None:
    near = {"c:0": 0.95, "d:0": 0.9, "unknown:0": 0.9, "b:0": 0.8}
    assert rank_above_baseline(near, SOURCES, {"visa.en.md": 0.78}, 9) == ["b:0"]
