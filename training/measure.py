"""Quality of the model's choice of snippets, beside the order of the search.

On the development questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.independent.labels import ANSWERS
from evals.independent.questions import ANSWERED, Question
from evals.results import Cell, Table, markdown, share

SEARCH_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5)
"""Weights of the evidence of the search, in points, beside the model's score."""


@dataclass(frozen=True)
class Scored:
    """Snippets of a question: model scores, search evidence, and answering labels."""

    model: np.ndarray
    evidence: np.ndarray
    answers: np.ndarray


def report(folder: Path, questions: Sequence[Question]) -> str:
    """Tables in Markdown."""
    scored = read_scored(folder)
    return "\n\n".join([markdown(choosing(scored, questions, weight)) for weight in SEARCH_WEIGHTS])


def read_scored(folder: Path) -> dict[int, Scored]:
    """Scored snippets by number of question."""
    rows, scores = np.load(folder / "dev.npz"), np.load(folder / "dev-scores.npy")
    spans, evidence = rows["spans"], rows["evidence"]
    question = rows["questions"][spans[:, 0]]
    return {
        int(number): Scored(scores[own], evidence[own], spans[own, 3] == ANSWERS)
        for number in np.unique(question)
        for own in [question == number]
    }


def choosing(scored: Mapping[int, Scored], questions: Sequence[Question], weight: float) -> Table:
    """Shares of questions answered by the best or top three snippets, and of refusals."""
    pairs = [(each, scored[number]) for number, each in enumerate(questions) if number in scored]
    languages = sorted({each.language for each, _ in pairs})
    rows = [group_row("all", pairs, weight)]
    rows += [group_row(name, [pair for pair in pairs if pair[0].language == name], weight) for name in languages]
    return Table(f"Snippets by model and {weight} times the evidence of the search", rows)


def group_row(name: str, pairs: Sequence[tuple[Question, Scored]], weight: float) -> dict[str, Cell]:
    """Shares of one group of questions."""
    totals = [(question, each.model + weight * each.evidence, each.answers) for question, each in pairs]
    ordered = [answers[np.argsort(-total)] for question, total, answers in totals if question.kind in ANSWERED]
    best = np.array([float(total.max()) for question, total, _ in totals if question.kind in ANSWERED] or [0.0])
    none = np.array([float(total.max()) for question, total, _ in totals if question.kind not in ANSWERED] or [0.0])
    return {
        "language": name,
        "answerable": len(ordered),
        "found": share([bool(each.any()) for each in ordered]),
        "best": share([bool(each[0]) for each in ordered]),
        "three": share([bool(each[:3].any()) for each in ordered]),
        "told apart": round(float((best[:, None] > none[None, :]).mean()), 3),
    }
