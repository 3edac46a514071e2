"""Fits the weights of `bot.retrieval.additions`.

The exemplars must be without these questions: `python -m training exemplars FOLDER --without train-twofold` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.pipeline import Bot
from bot.retrieval.additions import LIKELY, WEIGHTS, Reader, weigh_additions
from bot.retrieval.quotes import choose_leading
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippets import Snippet
from evals.independent.labels import ANSWERS, OTHER, label_snippets
from evals.independent.measure import history
from evals.independent.questions import ANSWERED, Question
from evals.results import Cell, Table, markdown
from training.calibrate import retrieve_for
from training.logistic import fit_logistic

BATCHES = "train-twofold"
"""Prefix of the batches that are fitted on: two thirds of their questions ask several things."""
STRENGTH, PARTS = 1.0, 5
"""Regularisation strength, and the number of parts that are measured by weights of the others."""


@dataclass(frozen=True)
class Candidate:
    """A snippet that may be added.

    `adds` tells if it answers a part that the answer lacks.
    """

    question: str
    features: list[float]
    adds: bool


def report(bot: Bot, training: Sequence[Question], held: Sequence[Question]) -> str:
    """Returns weights, and what they would add to answers, in Markdown."""
    fitted = [each for each in training if each.id.startswith(BATCHES)]
    own, others = (list(candidates_of(bot, each)) for each in (fitted, held))
    weights = weights_for(own)
    rows: list[dict[str, Cell]] = [
        {"feature": name, "weight": round(float(weight), 3)} for name, weight in zip(WEIGHTS, weights, strict=True)
    ]
    measured = [measure(BATCHES, cross_fitted(own)), measure("development", score_candidates(others, weights))]
    return "\n\n".join(map(markdown, (Table("Weights", rows), Table("Lines that would be added", measured))))


def candidates_of(bot: Bot, questions: Sequence[Question]) -> Iterator[Candidate]:
    """Yields the snippets that may be added to answers with a right first line.

    Of questions that are answered as one.
    """
    for each in questions:
        found = retrieve_for(bot, each.question, history(each)) if each.kind in ANSWERED else None
        if found is None or found.support <= 0 or found.rows or found.read.text != each.question:
            continue
        if found.reader is not None:
            yield from label_candidates(each, found, found.reader)


def label_candidates(question: Question, found: Retrieval, reader: Reader) -> Iterator[Candidate]:
    """Yields the candidates of an answer that were read again, with all features.

    None if no quote that leads is right. Of a question that asks one thing, lines are left out that answer what is
    quoted already, or have no label.
    """
    chosen, others = choose_leading(found.read, found.question, found.ranked, found.searched)
    if not any(answers(question, found, each) for each in chosen):
        return
    parts = [question.model_copy(update={"answers": each.answers, "near": ()}) for each in question.parts]
    open_parts = [part for part in parts if not any(answers(part, found, each) for each in chosen)]
    for snippet, features in weigh_additions(found.read, found.question, chosen, others, reader):
        adds = any(answers(part, found, snippet) for part in open_parts)
        if adds or parts or label_found(question, found, snippet) == OTHER:
            yield Candidate(question.id, [features[name] for name in WEIGHTS], adds)


def answers(question: Question, found: Retrieval, snippet: Snippet) -> bool:
    """Checks that a snippet is labelled as an answer."""
    return label_found(question, found, snippet) == ANSWERS


def label_found(question: Question, found: Retrieval, snippet: Snippet) -> int:
    """Returns the label of a snippet that was found."""
    return label_snippets(question, found.searched[snippet.passage].source, [snippet.text])[0]


def weights_for(candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """Returns the fitted weights `(features,)`, in the order of WEIGHTS."""
    values = np.array([each.features for each in candidates])
    return fit_logistic(values, np.array([each.adds for each in candidates], float), STRENGTH)


def cross_fitted(candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """Returns candidates with log odds by weights fitted on other questions."""
    part_of = {name: at % PARTS for at, name in enumerate(dict.fromkeys(each.question for each in candidates))}
    found = list[tuple[Candidate, float]]()
    for part in range(PARTS):
        weights = weights_for([each for each in candidates if part_of[each.question] != part])
        found += score_candidates([each for each in candidates if part_of[each.question] == part], weights)
    return found


def score_candidates(candidates: Sequence[Candidate], weights: NDArray[np.float64]) -> list[tuple[Candidate, float]]:
    """Returns candidates with their log odds."""
    return [(each, float(np.dot(weights, each.features))) for each in candidates]


def measure(name: str, candidates: Sequence[tuple[Candidate, float]]) -> dict[str, Cell]:
    """Returns the numbers of lines that would be added.

    By whether they answer a part, with those that do and are left out.
    """
    added = [each.adds for each, odds in candidates if odds >= LIKELY]
    left = sum(each.adds for each, odds in candidates if odds < LIKELY)
    return {"questions": name, "answer a part": sum(added), "idle": len(added) - sum(added), "left out": left}
