"""How well the model chooses snippets for the development questions, beside the order of the search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.independent.labels import ANSWERS
from evals.independent.questions import ANSWERED, Question
from evals.results import Cell, Table, markdown

SEARCH_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5)
"""Weights of a passage's lag in the search, in standard deviations, beside the model's score."""


@dataclass(frozen=True)
class Scored:
    """Snippets of one question: scores of the model, lag of their passages, and whether they answer."""

    model: np.ndarray
    lag: np.ndarray
    answers: np.ndarray


def report(folder: Path, questions: Sequence[Question]) -> str:
    """Tables in Markdown."""
    scored = read_scored(folder)
    return "\n\n".join([markdown(choosing(scored, questions, weight)) for weight in SEARCH_WEIGHTS])


def read_scored(folder: Path) -> dict[int, Scored]:
    """Scored snippets by number of question."""
    rows, scores = np.load(folder / "dev.npz"), np.load(folder / "dev-scores.npy")
    spans = rows["spans"]
    question, lag = rows["questions"][spans[:, 0]], rows["scores"][spans[:, 0]]
    return {
        int(number): Scored(scores[own], lag[own], spans[own, 3] == ANSWERS)
        for number in np.unique(question)
        for own in [question == number]
    }


def choosing(scored: dict[int, Scored], questions: Sequence[Question], weight: float) -> Table:
    """Shares of answerable questions whose best, or one of the three best snippets, answers; and of refusals."""
    rows = list[dict[str, Cell]]()
    groups = {"all": questions} | {
        language: [each for each in questions if each.language == language]
        for language in sorted({each.language for each in questions})
    }
    place = {id(each): number for number, each in enumerate(questions)}
    for name, own in groups.items():
        known = [scored[place[id(each)]] for each in own if each.kind in ANSWERED and place[id(each)] in scored]
        orders = [np.argsort(-(each.model + weight * each.lag)) for each in known]
        firsts = [each.answers[order] for each, order in zip(known, orders, strict=True)]
        none = [scored[place[id(each)]] for each in own if each.kind not in ANSWERED and place[id(each)] in scored]
        best = np.array([(each.model + weight * each.lag).max() for each in known] or [0.0])
        worst = np.array([(each.model + weight * each.lag).max() for each in none] or [0.0])
        rows.append(
            {
                "language": name,
                "answerable": len(known),
                "found": share(each.any() for each in firsts),
                "best": share(bool(each[0]) for each in firsts),
                "three": share(bool(each[:3].any()) for each in firsts),
                "told apart": round(float((best[:, None] > worst[None, :]).mean()), 3),
            }
        )
    return Table(f"Snippets by model and {weight} times the lag in the search", rows)


def share(values: Iterable[bool | np.bool_]) -> float:
    known = [bool(each) for each in values]
    return round(sum(known) / max(1, len(known)), 3)
