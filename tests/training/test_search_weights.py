"""The factors of the search are those with which passages that answer lead."""

from __future__ import annotations

import numpy as np

from training.search_weights import FITTED, Candidates, fit_factors, recall


def questions(count: int) -> list[Candidates]:
    """Candidates of which the first part tells which one answers, and the second one misleads."""
    draw = np.random.default_rng(1)
    made = []
    for _ in range(count):
        parts = draw.normal(size=(20, len(FITTED)))
        chances = 2.0 * parts[:, 0] - 1.0 * parts[:, 1] + draw.gumbel(size=20)
        made.append(Candidates(parts, np.zeros(20), np.arange(20) == chances.argmax()))
    return made


def test_what_tells_gets_a_large_factor_and_what_misleads_a_negative_one() -> None:
    factors = fit_factors(questions(300))
    assert factors[0] > 1.5
    assert factors[1] < -0.5
    assert np.all(np.abs(factors[2:]) < 0.4)


def test_more_answers_are_among_the_first_with_the_factors() -> None:
    held = [*questions(200), None]
    before, after = recall("as it is", held, np.ones(len(FITTED))), recall("fitted", held, fit_factors(questions(300)))
    assert before["questions"] == after["questions"] == 200
    assert after["first 4"] > before["first 4"]  # type: ignore[operator]
