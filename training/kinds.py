"""Fits the classifier of question kinds by vector (`bot.query.question_kind`)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.query.query import EmbeddingModel
from bot.query.question_kind import FILE, QuestionKind
from evals.independent.questions import Kind, Question
from evals.results import Cell, Table, markdown
from store.embeddings.question_encoder import question_vector
from training.logistic import fit_logistic

STRENGTH = 10.0
"""Strength by which weights are held near zero."""
LABELS: Mapping[QuestionKind, Callable[[Question], bool | None]] = {
    QuestionKind.OUTSIDE: lambda each: each.kind is Kind.OUTSIDE,
    QuestionKind.VAGUE: lambda each: None if each.lacks else each.kind is Kind.VAGUE,
    QuestionKind.PLACELESS: lambda each: True if each.lacks else None if each.kind is Kind.VAGUE else False,
}
"""Tells if a question is of a kind; None if that does not matter, as it is asked back anyhow."""
OTHERS, SEED = 10_000, 20261201
"""Number of questions of no kind that are read, and how they are drawn."""
ODDS = (-1.0, 0.0, 1.0, 2.0)


def report(embedding_model: EmbeddingModel, training: Sequence[Question], development: Sequence[Question]) -> str:
    """Writes the weights; returns accuracy on development questions, in Markdown.

    Questions after others are left out: what is asked back, or outside, is told for a first question. Of those of no
    kind OTHERS are read.
    """
    first, held = ([each for each in questions if not each.history] for questions in (training, development))
    others = [each for each in first if each.kind not in (Kind.OUTSIDE, Kind.VAGUE)]
    left = set(random.Random(SEED).sample(others, max(0, len(others) - OTHERS)))  # noqa: S311
    first = [each for each in first if each not in left]
    values, tried = vectors(embedding_model, first), vectors(embedding_model, held)
    weights = np.stack([fit_kind(values, labels(first, kind)) for kind in LABELS])
    np.save(FILE, weights.astype(np.float32))
    rows = [kind_row(kind, tried @ own, labels(held, kind)) for kind, own in zip(LABELS, weights, strict=True)]
    return markdown(Table("Kinds of question by vector", rows))


def vectors(model: EmbeddingModel, questions: Sequence[Question]) -> NDArray[np.float64]:
    """Returns both vectors of questions, `(n, width)`; a constant 1 is the last value."""
    texts = [each.question for each in questions]
    return np.array([[*model.embed_query(each)[0], *question_vector(each), 1.0] for each in texts])


def labels(questions: Sequence[Question], kind: QuestionKind) -> NDArray[np.float64]:
    """Returns 1.0 for questions of a kind, 0.0 for others, NaN for either, `(n,)`."""
    return np.array([LABELS[kind](each) for each in questions], float)


def fit_kind(values: NDArray[np.float64], rights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the weights of a kind, `(width,)`."""
    counts = ~np.isnan(rights)
    return fit_logistic(values[counts], rights[counts], STRENGTH)


def kind_row(kind: QuestionKind, odds: NDArray[np.float64], rights: NDArray[np.float64]) -> dict[str, Cell]:
    """Counts of a kind, and of the others, above some odds."""
    own, others = odds[rights == 1], odds[rights == 0]
    said: dict[str, Cell] = {"kind": kind, "questions": len(own), "others": len(others)}
    for least in ODDS:
        said[f"above {least:g}"] = f"{int((own > least).sum())} / {int((others > least).sum())}"
    return said
