"""Fits the metric of questions: those that the same lines answer are close, whatever their words.

A linear map of the questions' vectors, trained to tell the question that shares an answer from all others of a batch
(InfoNCE; van den Oord and others, 2018) with Adam (Kingma and Ba, 2015).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from store.embeddings.vectors import Floats

DIMENSIONS, TEMPERATURE = 256, 0.05
STEPS, BATCH, RATE, SEED = 600, 640, 0.002, 20261128
MOMENTS, SMALLEST = (0.9, 0.999), 1e-8
TRIES = 6
"""Draws after which a question without another one of the same answer is left out of a batch."""


@dataclass(frozen=True)
class AnsweredQuestions:
    """Questions with what answers them.

    `vectors` is `(n, dim)`; `groups` tells which are forms or parts of one question, `answers` which lines answer each.
    """

    vectors: Floats
    groups: Sequence[Hashable]
    answers: Sequence[frozenset[Hashable]]
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(SEED))

    def by_line(self) -> dict[Hashable, list[int]]:
        """Returns the numbers of the questions that each line answers."""
        found = defaultdict[Hashable, list[int]](list)
        for number, lines in enumerate(self.answers):
            for line in sorted(lines, key=str):
                found[line].append(number)
        return found

    def pairs(self, by_line: dict[Hashable, list[int]]) -> tuple[list[int], list[int]]:
        """Draws questions, each with another one that a line of the same answers."""
        answered = [number for number, lines in enumerate(self.answers) if lines]
        drawn = self.random.choice(answered, min(BATCH, len(answered)), replace=False).tolist()
        found = [(number, self.partner(number, by_line)) for number in drawn]
        whole = [(number, other) for number, other in found if other is not None]
        return [number for number, _ in whole], [other for _, other in whole]

    def partner(self, number: int, by_line: dict[Hashable, list[int]]) -> int | None:
        """Draws another question that a line of the same answers; None if none was drawn in TRIES."""
        lines = sorted(self.answers[number], key=str)
        for _ in range(TRIES):
            same = by_line[lines[self.random.integers(len(lines))]]
            if self.groups[other := same[self.random.integers(len(same))]] != self.groups[number]:
                return other
        return None

    def share_answers(self, first: Sequence[int], second: Sequence[int]) -> NDArray[np.bool_]:
        """Tells which of the first and of the second have a line in common, `(len(first), len(second))`."""
        own, others = self.lines_of(first), self.lines_of(second)
        numbers = {line: at for at, line in enumerate({*own, *others})}
        held = [np.zeros((len(each), len(numbers)), np.float32) for each in (first, second)]
        for rows, lines in zip(held, (own, others), strict=True):
            for line, at in lines.items():
                rows[at, numbers[line]] = 1.0
        return held[0] @ held[1].T > 0

    def lines_of(self, numbers: Sequence[int]) -> dict[Hashable, list[int]]:
        """Returns for each line where those that it answers stand among some questions."""
        found = defaultdict[Hashable, list[int]](list)
        for at, number in enumerate(numbers):
            for line in self.answers[number]:
                found[line].append(at)
        return found


def fit_metric(questions: AnsweredQuestions) -> Floats:
    """Returns the map of vectors `(dim, DIMENSIONS)` after which questions with the same answer are close by cosine."""
    by_line = questions.by_line()
    metric = np.eye(questions.vectors.shape[1], DIMENSIONS, dtype=np.float32)
    mean, square = np.zeros_like(metric), np.zeros_like(metric)
    for step in range(1, STEPS + 1):
        first, second = questions.pairs(by_line)
        others = questions.share_answers(first, second)
        np.fill_diagonal(others, val=False)
        gradient = gradient_of(metric, questions.vectors[first], questions.vectors[second], others)
        mean = MOMENTS[0] * mean + (1 - MOMENTS[0]) * gradient
        square = MOMENTS[1] * square + (1 - MOMENTS[1]) * gradient**2
        moved = mean / (1 - MOMENTS[0] ** step) / (np.sqrt(square / (1 - MOMENTS[1] ** step)) + SMALLEST)
        metric = metric - np.float32(RATE) * moved
    return metric


def gradient_of(metric: Floats, first: Floats, second: Floats, left_out: NDArray[np.bool_]) -> Floats:
    """Returns the gradient of the loss of pairs; those that share an answer without being a pair are left out."""
    one, one_lengths = mapped(first, metric)
    two, two_lengths = mapped(second, metric)
    scores = np.where(left_out, -np.inf, one @ two.T / TEMPERATURE)
    chosen = np.exp(scores - scores.max(axis=1, keepdims=True))
    chosen /= chosen.sum(axis=1, keepdims=True)
    wrong = (chosen - np.eye(len(first))) / (len(first) * TEMPERATURE)
    of_first = through_length(wrong @ two, one, one_lengths)
    of_second = through_length(wrong.T @ one, two, two_lengths)
    return np.asarray(first.T @ of_first + second.T @ of_second, np.float32)


def mapped(vectors: Floats, metric: Floats) -> tuple[Floats, Floats]:
    """Returns mapped vectors of unit length, and their lengths before `(n, 1)`."""
    own = vectors @ metric
    lengths = np.linalg.norm(own, axis=1, keepdims=True)
    return own / lengths, lengths


def through_length(gradient: Floats, unit: Floats, lengths: Floats) -> Floats:
    """Returns the gradient with respect to vectors from that to the vectors of unit length made of them."""
    return np.asarray((gradient - unit * (unit * gradient).sum(axis=1, keepdims=True)) / lengths, np.float32)
