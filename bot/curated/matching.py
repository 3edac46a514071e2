"""Matching: decides if a question is equivalent to one that the center answered.

A wrong answer in the center's name costs more than a wrong ordinary one, so doubt counts against a match.

- Facets must agree (`facets`).
- Within a language the words must agree, in one order (`normalise`). The model separates 备案 from 核准, work from
  study and payer from paid by less than it separates two wordings of one question.
- Across languages the vectors and the token vectors must agree, and no two roles may be swapped (`roles`).

The thresholds come from `python -m evals curated`; see docs/quality.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.curated.facets import agree, named
from bot.curated.normalise import wording
from bot.curated.roles import may_be_swapped
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.scoring import UNRELATED
from store.embeddings.late_interaction import QueryTokenVectors
from store.index import Vector

AGREEMENT = 0.70
"""Lowest late-interaction score in both directions, across languages."""
ABOVE = 0.04
"""Smallest lead of the cosine over the baseline; any two texts have a high cosine."""
LIKE_ITSELF = 0.70
"""Lowest late-interaction score if the words are the same.

It cannot detect swapped roles, which score 0.97 and more.
"""

Match = Literal["same", "named", "words", "roles", "meaning"]
"""Result of a comparison: "same", or the part in which the questions differ.

The parts: what they name, their words, who may do what to whom, or their meaning.
"""


@dataclass(frozen=True)
class Compared:
    """Closeness of two questions, from 0 to 1 (most are above 0.5), and the verdict."""

    closeness: float
    verdict: Match


def means_the_same(asked: Query, other: str, meaning: EmbeddingModel, typical: Mapping[str, float]) -> bool:
    """Checks that a question is equivalent to another; stops at the first difference.

    `typical` is the baseline similarity to the question by language; "" is any language.
    """
    return judged(asked, other, meaning, typical) == "same"


def judged(asked: Query, other: str, meaning: EmbeddingModel, typical: Mapping[str, float]) -> Match:
    """Returns the verdict, from the cheapest comparison to the most expensive."""
    own, theirs = named(asked.text), named(other)
    if not agree(own, theirs):
        return "named"
    if own.language == theirs.language:
        if wording(asked.text) != wording(other):
            return "words"
        return "same" if likeness(asked, other, meaning, 1.0) >= LIKE_ITSELF else "meaning"
    if may_be_swapped(asked.text, other):
        return "roles"
    similarity = float(read(meaning, other)[0] @ asked.vector)
    usual = typical.get(theirs.language, typical.get("", UNRELATED))
    is_close = similarity - usual >= ABOVE and likeness(asked, other, meaning, 0.0) >= AGREEMENT
    return "same" if is_close else "meaning"


def compared(asked: Query, other: str, meaning: EmbeddingModel, typical: Mapping[str, float]) -> Compared:
    """Returns the closeness of two questions and the verdict."""
    similarity = float(read(meaning, other)[0] @ asked.vector)
    return Compared(likeness(asked, other, meaning, similarity), judged(asked, other, meaning, typical))


def likeness(asked: Query, other: str, meaning: EmbeddingModel, otherwise: float) -> float:
    """Returns the lower late-interaction score of the two directions.

    `otherwise` is returned if the model has no token vectors.
    """
    theirs = read(meaning, other)[1]
    if asked.tokens is None or theirs is None:
        return otherwise
    cosines = asked.tokens.states @ theirs.states.T
    if not cosines.size:
        return 0.0
    return float(min(asked.tokens.weights @ cosines.max(axis=1), theirs.weights @ cosines.max(axis=0)))


@lru_cache(maxsize=4096)
def read(meaning: EmbeddingModel, question: str) -> tuple[Vector, QueryTokenVectors | None]:
    """Returns the vector (as a passage) and the token vectors of a known question."""
    return meaning.passages([question])[0], meaning.embed_query(question)[1]
