"""Fits the weights that match questions with curated answers, on paraphrases.

They are those of training questions. Positive pairs are a question, or a paraphrase of it, and another paraphrase.
Negative pairs are a question with similar other questions, and each other training question with the nearest one that
has paraphrases. Pairs that a rule keeps apart are left out. The half of the wordings made by hand that no table shows
has what paraphrases lack: questions that differ by a word that matters, or by one that does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.curated import matching
from bot.curated.facets import facets, has_other_word, may_be_swapped
from bot.query.query import EmbeddingModel
from evals.curated import read_cases, read_paraphrases, unmeant
from evals.independent.questions import Use
from evals.results import Cell, Table, markdown
from training.logistic import fit_logistic

STRENGTH = 0.3
"""Strength by which weights are held near zero."""
EVERY = 6
"""Step by which training questions without paraphrases are sampled."""
THRESHOLDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


@dataclass(frozen=True)
class Example:
    """Features of a pair of questions, and its kind: "same", "near" or "other"."""

    values: Mapping[str, float]
    kind: str


def report(embedding_model: EmbeddingModel) -> str:
    """Weights, and shares of development pairs that count as the same, in Markdown."""
    training, held = ([*examples(embedding_model, use)] for use in (Use.TRAIN, Use.DEVELOPMENT))
    weights = fit([*training, *by_hand(embedding_model)])
    odds = np.array([matching.log_odds(each.values, weights) for each in held])
    kinds = np.array([each.kind for each in held])
    rows: list[dict[str, Cell]] = [{"feature": name, "weight": round(weight, 2)} for name, weight in weights.items()]
    tables = (Table("Weights", rows), Table("Questions", [threshold_row(each, odds, kinds) for each in THRESHOLDS]))
    return "\n\n".join(map(markdown, tables))


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Weights by feature."""
    names = [*examples[0].values]
    values = np.array([[each.values[name] for name in names] for each in examples])
    weights = fit_logistic(values, np.array([each.kind == "same" for each in examples], float), STRENGTH)
    return dict(zip(names, map(float, weights), strict=True))


def threshold_row(threshold: float, odds: NDArray[np.float64], kinds: NDArray[np.str_]) -> dict[str, Cell]:
    """Share of each kind of pairs above a threshold."""
    shares: dict[str, Cell] = {
        str(kind): round(float((odds[kinds == kind] > threshold).mean()), 4) for kind in np.unique(kinds)
    }
    return {"threshold": threshold, **shares}


def examples(embedding_model: EmbeddingModel, use: Use) -> Iterator[Example]:
    """Yields pairs of questions of one use."""
    answered = read_paraphrases(use)
    for each in answered:
        wordings = (each.question.question, *each.same)
        pairs = [("same", one, other) for one in each.same for other in wordings if other != one]
        pairs += [("near", one, other) for one in each.other for other in wordings]
        for kind, one, other in pairs:
            yield from example(embedding_model, kind, one, other)
    known = [each.question.question for each in answered]
    vectors = np.array([embedding_model.embed_query(each)[0] for each in known])
    for question in [*unmeant(use, answered)][:: EVERY if use is Use.TRAIN else 1]:
        nearest = int(np.argmax(vectors @ embedding_model.embed_query(question)[0]))
        yield from example(embedding_model, "other", question, known[nearest])


def by_hand(embedding_model: EmbeddingModel) -> Iterator[Example]:
    """Yields pairs of the wordings made by hand, of the half that no table shows."""
    for case in read_cases(is_shown=False):
        for kind, questions in (("same", case["same"]), ("near", case["other"])):
            for question in questions:
                yield from example(embedding_model, kind, question, case["question"])


def example(embedding_model: EmbeddingModel, kind: str, one: str, other: str) -> Iterator[Example]:
    """Yields a pair with its features; nothing if a rule keeps it apart or it is far."""
    if may_be_swapped(facets(one), facets(other)) or has_other_word(one, other):
        return
    if values := matching.features(matching.to_compare(one, embedding_model), other, embedding_model):
        yield Example(values, kind)
