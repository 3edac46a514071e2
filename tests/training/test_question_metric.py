"""The metric brings questions with the same answer close, whatever else they have in common."""

from __future__ import annotations

import numpy as np
import pytest

from store.embeddings.vectors import normalised
from training import question_metric
from training.question_metric import AnsweredQuestions, fit_metric, gradient_of, mapped

LINES, WORDINGS, DIMENSIONS = 12, 8, 24


@pytest.fixture
def questions() -> AnsweredQuestions:
    """Questions whose first half of the vector tells what answers them, and the other, stronger half their wording."""
    random = np.random.default_rng(1)
    meanings, wordings = random.normal(size=(LINES, DIMENSIONS // 2)), random.normal(size=(WORDINGS, DIMENSIONS // 2))
    vectors = [np.concatenate([meaning, 2 * wording]) for meaning in meanings for wording in wordings]
    answers = [frozenset({line}) for line in range(LINES) for _ in range(WORDINGS)]
    return AnsweredQuestions(normalised(np.array(vectors, np.float32)), range(len(vectors)), answers)


def nearest_has_the_same_answer(vectors: np.ndarray, answers: list[frozenset[int]]) -> float:
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    return float(np.mean([answers[number] == answers[at] for number, at in enumerate(near.argmax(axis=1))]))


def test_after_it_the_nearest_question_has_the_same_answer(
    questions: AnsweredQuestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_metric, "STEPS", 150)
    answers = list(questions.answers)
    before = nearest_has_the_same_answer(questions.vectors, answers)  # type: ignore[arg-type]
    own, _ = mapped(questions.vectors, fit_metric(questions))
    assert before < 0.3
    assert nearest_has_the_same_answer(own, answers) > 0.9  # type: ignore[arg-type]


def test_its_gradient_is_the_slope_of_the_loss() -> None:
    random = np.random.default_rng(2)
    metric, first, second = (random.normal(size=size) for size in ((5, 3), (4, 5), (4, 5)))
    left_out = np.zeros((4, 4), bool)
    left_out[0, 2] = True

    def loss(at: np.ndarray) -> float:
        scores = np.where(left_out, -np.inf, mapped(first, at)[0] @ mapped(second, at)[0].T)
        scores /= question_metric.TEMPERATURE
        return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - np.diag(scores)))

    step = np.zeros_like(metric)
    step[1, 2] = 1e-5
    slope = (loss(metric + step) - loss(metric - step)) / 2e-5
    assert gradient_of(metric, first, second, left_out)[1, 2] == pytest.approx(slope, rel=1e-3)


def test_forms_of_one_question_and_questions_without_an_answer_are_no_pair() -> None:
    answers = [frozenset({1}), frozenset({1}), frozenset({1}), frozenset[int]()]
    questions = AnsweredQuestions(np.eye(4, dtype=np.float32), ["a", "a", "b", "c"], answers)
    pairs = {pair for _ in range(20) for pair in zip(*questions.pairs(questions.by_line()), strict=True)}
    assert pairs == {(0, 2), (1, 2), (2, 0), (2, 1)}


def test_those_that_share_an_answer_are_told_apart_from_others() -> None:
    answers = [frozenset({1, 2}), frozenset({2}), frozenset({3})]
    questions = AnsweredQuestions(np.eye(3, dtype=np.float32), range(3), answers)
    assert questions.share_answers([0, 1], [1, 2]).tolist() == [[True, False], [True, False]]
