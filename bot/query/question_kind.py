"""Kinds of question that its vectors show: outside, vague, without a country.

Linear units on the vectors of the bundled embedding model and of the question encoder, fitted on the independent
questions (`python -m training kinds`). Beside another model there is no encoder: then a question is of no such kind.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np

from store.embeddings.vectors import Floats

OUTSIDE, SURELY_OUTSIDE = 0.0, 2.0
"""Log odds from which a question is outside the service, if unanswered and if answered."""
VAGUE, VAGUE_BY_SUPPORT = -2.5, 2.0
"""Log odds from which an unanswered question is vague; what a point of an answer's support adds.

Of 24 vague development questions 19 are asked back, of 284 rightly answered ones that name no country none.
"""
PLACELESS, PLACELESS_BY_SUPPORT = -0.5, 1.0
"""VAGUE and VAGUE_BY_SUPPORT for a question without a country.

Of 220 such questions of two writers, each told by what the other wrote, 83 are asked back, of 140 much like them and
answerable 6; four of those 284.
"""
FILE = Path(__file__).with_name("question_kind.npy")
"""Weights: a row for each kind, in the order of QuestionKind, constant last."""


class QuestionKind(StrEnum):
    """Kind of question, as its vector tells.

    - `outside`: not about investing or trading at all, or about how to break the law.
    - `vague`: its answer differs by what it does not say.
    - `placeless`: only the law of a country answers it that it does not name, such as that of a subsidiary abroad.
    """

    OUTSIDE = "outside"
    VAGUE = "vague"
    PLACELESS = "placeless"


def vague_from(support: float) -> float:
    """Returns the log odds above which a question is asked back for its subject.

    `support` is the answerability score of the answer found.
    """
    return VAGUE + VAGUE_BY_SUPPORT * max(0.0, support)


def placeless_from(support: float) -> float:
    """Returns the log odds above which a question is asked back for its country."""
    return PLACELESS + PLACELESS_BY_SUPPORT * max(0.0, support)


def kind_odds(vector: Floats, encoded: Floats | None) -> dict[QuestionKind, float]:
    """Returns the log odds of each kind, by both vectors; {} without one of them."""
    if encoded is None or not vector.size:
        return {}
    odds = kind_weights() @ np.concatenate([vector, encoded, [1.0]])
    return dict(zip(QuestionKind, odds.tolist(), strict=True))


@cache
def kind_weights() -> Floats:
    """Returns the weights, `(kinds, dim + k + 1)`."""
    weights: Floats = np.load(FILE, allow_pickle=False)
    return weights
