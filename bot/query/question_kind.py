"""Kinds of question that its vector alone shows: outside the service, and vague.

Linear units on the vector of the bundled embedding model, fitted on the independent questions (`python -m training
kinds`). Vectors of another model mean something else: then a question is of no such kind.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np

from store.embeddings import BUNDLED_MODEL
from store.embeddings.vectors import Floats

OUTSIDE, SURELY_OUTSIDE = 0.0, 2.0
"""Log odds from which a question is outside the service, if unanswered and if answered."""
VAGUE, OF_SUPPORT = -3.0, 2.0
"""Log odds from which an unanswered question is vague; what a point of an answer's support adds.

Of 24 vague development questions 19 are asked back, of 288 rightly answered ones that name no country none.
"""
FILE = Path(__file__).with_name("question_kind.npy")
"""Weights: a row for each kind, in the order of QuestionKind, constant last."""


class QuestionKind(StrEnum):
    """Kind of question, as its vector tells.

    - `outside`: not about investing or trading at all, or about how to break the law.
    - `vague`: its answer differs by what it does not say.
    """

    OUTSIDE = "outside"
    VAGUE = "vague"


def vague_from(support: float) -> float:
    """Returns the log odds above which a question is asked back.

    `support` is the answerability score of the answer found.
    """
    return VAGUE + OF_SUPPORT * max(0.0, support)


def kind_odds(vector: Floats, model: str) -> dict[QuestionKind, float]:
    """Returns the log odds of each kind; {} for a vector of another model."""
    if model != BUNDLED_MODEL or not vector.size:
        return {}
    odds = kind_weights() @ np.append(vector, 1.0)
    return dict(zip(QuestionKind, odds.tolist(), strict=True))


@cache
def kind_weights() -> Floats:
    """Returns the weights, `(kinds, dim + 1)`."""
    weights: Floats = np.load(FILE, allow_pickle=False)
    return weights
