"""Fits the classifier of question kinds by vector (`bot.query.question_kind`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.query.query import EmbeddingModel
from bot.query.question_kind import FILE, QuestionKind
from evals.independent.questions import Kind, Question
from evals.results import Cell, Table, markdown
from training.logistic import fit_logistic

STRENGTH = 10.0
"""Strength by which weights are held near zero."""
KINDS = {QuestionKind.OUTSIDE: Kind.OUTSIDE, QuestionKind.VAGUE: Kind.VAGUE}
ODDS = (-1.0, 0.0, 1.0, 2.0)


def report(embedding_model: EmbeddingModel, training: Sequence[Question], development: Sequence[Question]) -> str:
    """Writes the weights; returns accuracy on development questions, in Markdown.

    Questions after others are left out: what is asked back, or outside, is told for a first question.
    """
    first, held = ([each for each in questions if not each.history] for questions in (training, development))
    values, tried = vectors(embedding_model, first), vectors(embedding_model, held)
    weights = np.stack([fit_logistic(values, of_kind(first, kind), STRENGTH) for kind in KINDS.values()])
    np.save(FILE, weights.astype(np.float32))
    rows = [
        kind_row(kind, tried @ own, of_kind(held, wanted))
        for (kind, wanted), own in zip(KINDS.items(), weights, strict=True)
    ]
    return markdown(Table("Kinds of question by vector", rows))


def vectors(embedding_model: EmbeddingModel, questions: Sequence[Question]) -> NDArray[np.float64]:
    """Returns the vectors of questions, `(n, width)`; a constant 1 is the last value."""
    return np.array([[*embedding_model.embed_query(each.question)[0], 1.0] for each in questions])


def of_kind(questions: Sequence[Question], kind: Kind) -> NDArray[np.float64]:
    """Returns 1.0 for the questions of a kind and 0.0 for the others, `(n,)`."""
    return np.array([each.kind is kind for each in questions], float)


def kind_row(kind: QuestionKind, odds: NDArray[np.float64], rights: NDArray[np.float64]) -> dict[str, Cell]:
    """Counts of a kind, and of the others, above some odds."""
    own, others = odds[rights == 1], odds[rights == 0]
    said: dict[str, Cell] = {"kind": kind, "questions": len(own), "others": len(others)}
    for least in ODDS:
        said[f"above {least:g}"] = f"{int((own > least).sum())} / {int((others > least).sum())}"
    return said
