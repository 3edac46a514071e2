"""Fits the classifier of question kinds (`bot.query.question_kind`)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.query.direction import word_features
from bot.query.query import EmbeddingModel
from bot.query.question_kind import FILE, QuestionKind
from evals.independent.questions import Kind, Question
from evals.results import Cell, Table, markdown
from store.embeddings.question_encoder import question_vector
from training.logistic import fit_logistic, fit_words, pack_words

Numbers = NDArray[np.float64]

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
    told, tried = (Told.of(embedding_model, each) for each in (first, held))
    models = [fit_kind(told, labels(first, kind), batches(first)) for kind in LABELS]
    packed = [pack_words(words) for _, words, _ in models]
    np.savez_compressed(
        FILE,
        allow_pickle=False,
        vectors=np.array([own for own, _, _ in models], np.float32),
        words=np.array([steps for steps, _ in packed]),
        steps=np.array([step for _, step in packed], np.float32),
        head=np.array([head for _, _, head in models], np.float32),
    )
    rows = [kind_row(kind, tried.odds(*own), labels(held, kind)) for kind, own in zip(LABELS, models, strict=True)]
    return markdown(Table("Kinds of question by vectors and words", rows))


@dataclass(frozen=True)
class Told:
    """Vectors and words of questions.

    `vectors`: `(n, width)`, both vectors of each and a constant 1; `words`: its word features.
    """

    vectors: Numbers
    words: Sequence[Sequence[int]]

    @classmethod
    def of(cls, model: EmbeddingModel, questions: Sequence[Question]) -> Told:
        """Returns what is known of questions."""
        texts = [each.question for each in questions]
        vectors = [[*model.embed_query(each)[0], *question_vector(each), 1.0] for each in texts]
        return cls(np.array(vectors), [word_features(each) for each in texts])

    def only(self, chosen: NDArray[np.bool_]) -> Told:
        """Returns what is known of some questions, `(n,)`."""
        return Told(self.vectors[chosen], [each for each, is_in in zip(self.words, chosen, strict=True) if is_in])

    def sums(self, vectors: Numbers, words: Numbers) -> Numbers:
        """Returns the sums of weights by vectors and by words, and 1, `(n, 3)`."""
        by_words = [words[np.array(each, int)].sum() for each in self.words]
        return np.stack([self.vectors @ vectors, by_words, np.ones(len(by_words))], axis=1)

    def odds(self, vectors: Numbers, words: Numbers, head: Numbers) -> Numbers:
        """Returns the log odds by the weights of a kind, `(n,)`."""
        return self.sums(vectors, words) @ head


def labels(questions: Sequence[Question], kind: QuestionKind) -> Numbers:
    """Returns 1.0 for questions of a kind, 0.0 for others, NaN for either, `(n,)`."""
    return np.array([LABELS[kind](each) for each in questions], float)


def batches(questions: Sequence[Question]) -> NDArray[np.bool_]:
    """Returns for each question if its batch is of the first half, `(n,)`."""
    return np.array([crc32(each.id.rpartition("-")[0].encode()) % 2 == 0 for each in questions])


def fit_kind(told: Told, rights: Numbers, is_first: NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers]:
    """Returns the weights of a kind, by vectors, by words, and of the sums of both.

    `(width,)`, `(FEATURES,)` and `(3,)`. The last are fitted on sums that the other half of the batches gives.
    """
    counts = ~np.isnan(rights)
    sums = np.zeros((len(rights), 3))
    for half in (is_first, ~is_first):
        sums[~half] = told.only(~half).sums(*fit_units(told.only(half & counts), rights[half & counts]))
    head = fit_logistic(sums[counts], rights[counts], 1.0)
    return *fit_units(told.only(counts), rights[counts]), head


def fit_units(told: Told, rights: Numbers) -> tuple[Numbers, Numbers]:
    """Returns the weights by vectors, and by words."""
    return fit_logistic(told.vectors, rights, STRENGTH), fit_words(told.words, rights)


def kind_row(kind: QuestionKind, odds: Numbers, rights: Numbers) -> dict[str, Cell]:
    """Counts of a kind, and of the others, above some odds."""
    own, others = odds[rights == 1], odds[rights == 0]
    said: dict[str, Cell] = {"kind": kind, "questions": len(own), "others": len(others)}
    for least in ODDS:
        said[f"above {least:g}"] = f"{int((own > least).sum())} / {int((others > least).sum())}"
    return said
