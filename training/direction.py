"""Fits the direction model for questions that name another country.

The model is that of `bot.query.direction`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.query.direction import (
    FILE,
    DirectionModel,
    context_features,
    direction_odds,
    lead_of_china,
    sure_side,
)
from bot.query.exemplars import INBOUND, SIDES, Closeness, load_exemplars
from bot.query.query import EmbeddingModel
from evals.independent.directions import DirectedQuestion, read_directed_questions
from evals.independent.questions import Question, Use, read_questions
from evals.results import Cell, Table, markdown
from store.embeddings.vectors import Floats
from training.logistic import fit_logistic, fit_words, pack_words

OWN = 0.97
"""Cosine from which an exemplar may come from the same batch as a question."""
CONTINUED = re.compile(r"(-\d+)+$")

Asked = Question | DirectedQuestion


@dataclass(frozen=True)
class Sample:
    """A question that names another country.

    It has batch, features, lead of China, and True if it is about China.
    """

    batch: str
    numbers: list[int]
    lead: float
    is_inbound: bool


def report(embedding_model: EmbeddingModel) -> str:
    """Writes the weights; returns accuracy on questions of other writers, in Markdown.

    The head is fitted on the questions that are labelled by direction alone: in those of the batches, topics tell it.
    """
    known = examples_of(embedding_model, by_batch(read_questions(Use.TRAIN)))
    told = examples_of(embedding_model, read_directed_questions(Use.TRAIN))
    weights = fit_weights([*known, *told])
    packed, step = pack_words(weights)
    model = DirectionModel(packed.astype(np.float32) * np.float32(step), fit_head(known, told))
    np.savez_compressed(FILE, weights=packed, step=np.float32(step), head=model.head)
    held = examples_of(embedding_model, by_batch(read_questions(Use.DEVELOPMENT)))
    others = [examples_of(embedding_model, read_directed_questions(use)) for use in (Use.DEVELOPMENT, Use.TEST)]
    rows = [row for each in (held, *others) for row in rows_of(each, model)]
    return markdown(Table("Direction of questions that name another country", rows))


def by_batch(questions: Iterable[Question]) -> Mapping[str, Sequence[Question]]:
    """Returns questions by batch without its number; continued batches share phrases."""
    found = dict[str, list[Question]]()
    for each in questions:
        found.setdefault(CONTINUED.sub("", each.id), []).append(each)
    return found


def examples_of(embedding_model: EmbeddingModel, questions: Mapping[str, Sequence[Asked]]) -> list[Sample]:
    """Returns questions with a known direction, and China's lead among exemplars.

    Exemplars of the same batch are left out.
    """
    found = list[Sample]()
    for batch, asked in questions.items():
        own = [each for each in asked if each.direction in SIDES and context_features(each.question)]
        leads = leads_without(vectors_of(own, embedding_model)) if own else []
        found += [
            Sample(batch, context_features(each.question), lead, SIDES[each.direction] == INBOUND)
            for each, lead in zip(own, leads, strict=True)
        ]
    return found


def vectors_of(questions: Sequence[Asked], embedding_model: EmbeddingModel) -> Floats:
    """Returns the vectors of questions, `(n, k)`."""
    vectors = [embedding_model.question_vector(each.question) for each in questions]
    return np.array([each for each in vectors if each is not None], np.float32)


def leads_without(vectors: Floats) -> list[float]:
    """Returns the leads of China, without the exemplars that may be these questions."""
    exemplars = load_exemplars()
    cosines = vectors @ exemplars.vectors.T
    cosines[:, cosines.max(axis=0) > OWN] = -1.0
    return [lead_of_china(Closeness(exemplars, each)) for each in cosines]


def fit_weights(examples: Sequence[Sample]) -> NDArray[np.float64]:
    """Returns feature weights `(FEATURES,)`."""
    return fit_words([each.numbers for each in examples], np.array([each.is_inbound for each in examples], float))


def fit_head(known: Sequence[Sample], told: Sequence[Sample]) -> Floats:
    """Returns the weights of context, lead and constant, fitted on `told`.

    The context is cross-fitted: without the batch that is scored.
    """
    values, rights = list[tuple[float, float, float]](), list[bool]()
    for batch in dict.fromkeys(each.batch for each in told):
        weights = fit_weights([*known, *(each for each in told if each.batch != batch)])
        left = [each for each in told if each.batch == batch]
        values += [(float(weights[each.numbers].sum()), each.lead, 1.0) for each in left]
        rights += [each.is_inbound for each in left]
    return fit_logistic(np.array(values), np.array(rights, float), 1.0).astype(np.float32)


def rows_of(examples: Sequence[Sample], model: DirectionModel) -> list[dict[str, Cell]]:
    """Returns, for each direction, the numbers of questions by predicted direction."""
    rows = list[dict[str, Cell]]()
    for name, side in SIDES.items():
        own = [each for each in examples if each.is_inbound == (side > 0)]
        told = [side * sure_side(direction_odds(each.numbers, each.lead, model)) for each in own]
        row: dict[str, Cell] = {"batch": own[0].batch, "direction": name, "questions": len(own)}
        row |= {"right": told.count(1), "wrong": told.count(-1)}
        rows.append(row | {"by exemplars alone wrong": sum(side * each.lead <= 0 for each in own)})
    return rows
