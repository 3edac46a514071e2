"""Kinds of question, by vectors and words: outside, vague, without a country.

A linear unit on the vectors of the bundled embedding model and of the question encoder, one on the words around the
places that it names (`direction.word_features`), and one on both, fitted on the independent questions (`python -m
training kinds`). Beside another model there is no encoder: then a question is of no such kind.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.query.direction import word_features
from store.embeddings.vectors import Floats

OUTSIDE, SURELY_OUTSIDE = 0.0, 2.0
"""Log odds from which a question is outside the service, if unanswered and if answered."""
VAGUE, VAGUE_BY_SUPPORT = -1.2, 2.0
"""Log odds from which an unanswered question is vague; what a point of an answer's support adds.

Of 24 vague development questions 21 are asked back, of 502 answerable ones 7, those for a country among them.
"""
SURELY_VAGUE = 1.0
"""VAGUE for a question beyond the guides, of which the kinds know less.

Of 511 on notices .05 have more, of 35 vague ones as far from all exemplars .74.
"""
PLACELESS, PLACELESS_BY_SUPPORT = -1.0, 1.0
"""VAGUE and VAGUE_BY_SUPPORT for a question without a country.

Of 440 such questions by four writers, each told by what the others wrote, 364 are asked back if unanswered, of 280 much
like them 42, of 311 answerable development questions one.
"""
FILE = Path(__file__).with_name("question_kind.npz")


class KindModel(NamedTuple):
    """Weights by kind, in the order of QuestionKind.

    `vectors`: `(kinds, dim + k + 1)`, of both vectors and a constant; `words`: `(kinds, FEATURES)`, of word features.
    `head`: `(kinds, 3)`, of the sums of both and a constant.
    """

    vectors: Floats
    words: Floats
    head: Floats


class QuestionKind(StrEnum):
    """Kind of question, as its vectors and words tell.

    - `outside`: not about investing or trading at all, or about how to break the law.
    - `vague`: its answer differs by what it does not say.
    - `placeless`: only the law of a country answers it that it does not name, such as that of a subsidiary abroad.
    """

    OUTSIDE = "outside"
    VAGUE = "vague"
    PLACELESS = "placeless"


def vague_from(support: float, is_beyond_guides: bool) -> float:
    """Returns the log odds above which a question is asked back for its subject.

    `support` is the answerability score of the answer found.
    """
    return (SURELY_VAGUE if is_beyond_guides else VAGUE) + VAGUE_BY_SUPPORT * max(0.0, support)


def placeless_from(support: float) -> float:
    """Returns the log odds above which a question is asked back for its country."""
    return PLACELESS + PLACELESS_BY_SUPPORT * max(0.0, support)


def kind_odds(text: str, vector: Floats, encoded: Floats | None) -> dict[QuestionKind, float]:
    """Returns the log odds of each kind; {} without one of both vectors of a text."""
    if encoded is None or not vector.size:
        return {}
    model = load_kinds()
    told = model.vectors @ np.concatenate([vector, encoded, [1.0]]), model.words[:, word_features(text)].sum(axis=1)
    odds = (model.head * np.stack([*told, np.ones(len(model.head))], axis=1)).sum(axis=1)
    return dict(zip(QuestionKind, odds.tolist(), strict=True))


@cache
def load_kinds() -> KindModel:
    """Returns the weights that come with the program."""
    with np.load(FILE, allow_pickle=False) as state:
        words = state["words"].astype(np.float32) * state["steps"][:, None]
        return KindModel(state["vectors"], words, state["head"])
