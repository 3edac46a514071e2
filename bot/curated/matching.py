"""Matching: decides if a question means the same as one that the center answered.

A wrong answer in the center's name costs more than a wrong ordinary one, so doubt counts against a match.

- The same words are the same question.
- Otherwise a unit weighs how far the tokens and the vectors of the two questions agree, and in what they differ
  (`facets.differences`). `python -m training paraphrases` fits the weights and tells how good they are.
- Questions that name other countries, that might say the opposite with the same words, or that are the same but for one
  word are no match (`facets.may_be_swapped`, `facets.has_other_word`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from typing import Literal

import numpy as np

from bot.curated.facets import differences, facets, has_other_word, may_be_swapped
from bot.query.query import EmbeddingModel, Query
from store.embeddings.late_interaction import QueryTokenVectors
from store.index import Vector

SIMILAR_TOKEN = 0.75
"""Cosine from which a token has its counterpart in the other question."""
FAR = 0.20
"""Cosine by the question encoder below which two questions are not the same."""
WEIGHTS: Mapping[str, float] = {
    "towards": -24.89, "back": 4.95, "cosine": 0.99, "encoded": 20.31, "missing": -8.28, "least": -1.02, "one": 1.94,
    "across": 1.09, "countries": -1.0, "figures": -2.26, "exact": -7.38, "concepts": -1.17, "negation": -0.57,
    "kind": -1.25, "unsure kind": -0.59,
}  # fmt: skip
"""Weight of each feature, in log odds."""
SURE, SURE_ACROSS = 1.5, 3.0
"""Log odds from which a question counts as the same.

In one language, and across languages, where a difference is seen less: at 1.5, 28 % of the questions of a guide
matched another of its questions.
"""

NAMED = ("countries", "figures", "exact", "concepts")
"""Facets whose difference is shown to staff as "names something else"."""

Match = Literal["same", "roles", "named", "unlike"]
"""Result of a comparison: "same", or why not.

"roles": they might say the opposite of each other; "named": they name or ask for different things; "unlike": they are
not alike enough.
"""


@dataclass(frozen=True)
class Compared:
    """Probability that two questions mean the same, and the verdict."""

    probability: float
    verdict: Match

    @property
    def is_same(self) -> bool:
        """True if the verdict is that both mean the same."""
        return self.verdict == "same"


def compare_questions(asked: Query, other: str, embedding_model: EmbeddingModel) -> Compared:
    """Compares a question with another one.

    Without vectors, or with those of an embedding endpoint, which gives no token vectors, only the same words count.
    """
    if normalise(asked.text) == normalise(other):
        return Compared(1.0, "same")
    values = features(asked, other, embedding_model)
    if values is None:
        return Compared(0.0, "unlike")
    odds = log_odds(values)
    return Compared(1 / (1 + exp(-odds)), verdict(asked, other, odds))


def log_odds(values: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Returns the log odds that two questions mean the same, from their features."""
    return sum(weights[name] * value for name, value in values.items())


def to_compare(question: str, embedding_model: EmbeddingModel) -> Query:
    """Returns a question with only the fields that a comparison needs.

    Raises EmbeddingFailedError if the embedding endpoint fails.
    """
    vector, tokens = embed_question(embedding_model, question)
    return Query(question, facets(question).language, vector, {}, (), tokens=tokens)


def verdict(asked: Query, other: str, odds: float) -> Match:
    """Returns the verdict on two questions, from the log odds that they mean the same."""
    own, theirs = facets(asked.text), facets(other)
    is_sure = odds > (SURE if own.language == theirs.language else SURE_ACROSS)
    if is_sure and may_be_swapped(own, theirs):
        return "roles"
    differ = differences(own, theirs)
    if is_sure and not differ["countries"] and not has_other_word(asked.text, other):
        return "same"
    return "named" if is_sure or any(differ[name] for name in NAMED) else "unlike"


def features(asked: Query, other: str, embedding_model: EmbeddingModel) -> dict[str, float] | None:
    """Returns the features of two questions, by name.

    `towards` and `back` are the late interaction scores of one in the other, `missing` how far the tokens of both fall
    short of a counterpart. Across languages all of these are lower.
    None without token vectors, or if the questions are far from each other (FAR).
    """
    vector, tokens = embed_question(embedding_model, other)
    if asked.tokens is None or tokens is None or not asked.has_vector:
        return None
    if (cosine := measure_cosine(asked.text, other, embedding_model)) < FAR:
        return None
    cosines = asked.tokens.states @ tokens.states.T
    if not cosines.size:
        return None
    towards, back = cosines.max(axis=1), cosines.max(axis=0)
    short = [np.maximum(0, SIMILAR_TOKEN - each) for each in (towards, back)]
    agreement, agreement_back = float(asked.tokens.weights @ towards), float(tokens.weights @ back)
    own, theirs = facets(asked.text), facets(other)
    return {
        "towards": agreement,
        "back": agreement_back,
        "cosine": stretch_cosine(float(vector @ asked.vector)),
        "encoded": cosine,
        "missing": float(asked.tokens.weights @ short[0] + tokens.weights @ short[1]),
        "least": stretch_cosine(min(agreement, agreement_back)),
        "one": 1.0,
        "across": float(own.language != theirs.language),
        **differences(own, theirs),
    }


def measure_cosine(asked: str, other: str, embedding_model: EmbeddingModel) -> float:
    """Returns the cosine of two questions by the question encoder.

    0 if the embedding model has none.
    """
    one, two = embedding_model.question_vector(asked), embedding_model.question_vector(other)
    return 0.0 if one is None or two is None else float(one @ two)


def stretch_cosine(cosine: float) -> float:
    """Returns a cosine on a scale from 0 to 5.3 that tells 0.98 from 0.99."""
    return -log(max(1 - cosine, 0.0) + 0.005)


@lru_cache(maxsize=4096)
def normalise(question: str) -> str:
    """Returns the letters and digits of a question, in one spelling."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", question).casefold()))


@lru_cache(maxsize=4096)
def embed_question(embedding_model: EmbeddingModel, question: str) -> tuple[Vector, QueryTokenVectors | None]:
    """Returns the vector and the token vectors of a known question."""
    return embedding_model.embed_query(question)
