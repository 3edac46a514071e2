"""A score is said in words and drawn as bars from the middle."""

from __future__ import annotations

import pytest

from bot.retrieval.scoring import ScoreParts
from web.staff.playground.bars import largest_part, level_of, part_bars, similarity_bar, standing, support_bar

PARTS = ScoreParts(meaning=6.0, words=-1.5, agreement=0.4, effects={"not_in_force": -12.0})


def test_the_largest_part_fills_half_a_bar_and_what_speaks_against_a_passage_goes_left() -> None:
    meaning, words, _, last = part_bars(PARTS, largest_part([PARTS]))
    assert (meaning.start, meaning.width, meaning.side) == (50, 25, "for")
    assert (words.start + words.width, words.side) == (50, "against")
    assert (last.start, last.width, last.level) == (0, 50, "much_against")


@pytest.mark.parametrize(
    ("points", "level"),
    [(9, "much"), (1, "some"), (0.5, "little"), (-0.5, "little"), (-2, "some_against"), (-4, "much_against")],
)
def test_words_say_how_much_a_part_counts(points: float, level: str) -> None:
    assert level_of(points) == level


def test_words_compare_with_the_best_with_what_is_usual_and_with_what_is_enough() -> None:
    assert [standing(points, 9) for points in (9, 8.5, 6, 2)] == ["best", "near", "lower", "far"]
    assert [similarity_bar(each, 0.8).level for each in (0.9, 0.83, 0.81, 0.7)] == [
        "much_closer", "closer", "usual", "less_close",
    ]  # fmt: skip
    assert [support_bar(each).level for each in (3, 0.1, 0, -3)] == [
        "clearly_answered", "just_answered", "just_refused", "clearly_refused",
    ]  # fmt: skip
    assert support_bar(float("-inf")).width == 50
