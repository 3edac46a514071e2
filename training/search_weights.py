"""Fits the weights of the parts of a search score (`bot.retrieval.scoring`).

Of the candidates of a question one that answers should lead: a softmax over them, on every fourth training question. A
factor of 1 leaves a weight as it is. Parts that name something exactly are not fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.pipeline import Bot
from bot.retrieval.hybrid_search import CANDIDATES, FoundPassage, score_candidates
from bot.retrieval.shortlist import merge_readings
from bot.retrieval.snippets import find_snippets
from evals.independent.labels import ANSWERS, OTHER, label_snippets
from evals.independent.measure import history
from evals.independent.questions import ANSWERED, Question
from evals.results import Cell, Table, markdown, share
from training.rows import without_exemplars

EVERY = 4
FITTED = ("meaning", "words", "agreement", "not_in_force", "other_country", "abroad", "preference")
STEPS, RATE, STRENGTH = 300, 0.05, 1e-3
RANKS = (4, 8, 12)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Candidates:
    """Candidates of one question, as arrays.

    Fitted parts `(n, parts)`, the sum of the others `(n,)`, and which answer `(n,)`.
    """

    parts: Floats
    rest: Floats
    answers: NDArray[np.bool_]

    def scores(self, factors: Floats) -> Floats:
        """Returns the search scores with factors `(parts,)` for the fitted parts, `(n,)`."""
        found: Floats = self.parts @ factors + self.rest
        return found


def report(bot: Bot, training: Sequence[Question], development: Sequence[Question]) -> str:
    """Fitted factors, and recall of answering passages with and without, in Markdown."""
    fitted_on = [found for each in training[::EVERY] if (found := candidates(bot, each)) and found.answers.any()]
    factors, as_it_is = fit_factors(fitted_on), np.ones(len(FITTED))
    rows: list[dict[str, Cell]] = [
        {"part": name, "factor": round(float(each), 2)} for name, each in zip(FITTED, factors, strict=True)
    ]
    tried = [candidates(bot, each) for each in development]
    shares = [recall("as it is", tried, as_it_is), recall("fitted", tried, factors)]
    title = f"Factors, fitted on {len(fitted_on)} questions"
    return "\n\n".join(map(markdown, (Table(title, rows), Table("An answer among the first passages", shares))))


def candidates(bot: Bot, question: Question) -> Candidates | None:
    """Returns the labelled candidates of a question.

    Candidates that count neither way are left out.
    None if the question has no answer, or no candidate is left.
    """
    if question.kind not in ANSWERED:
        return None
    put = bot.understanding().interpret(question.question, question.language, history(question), "")
    on = date.today()
    merged = merge_readings(
        score_candidates(reading, bot.index, bot.embedding_model, on, CANDIDATES)
        for reading in without_exemplars(put.readings)
    )[:CANDIDATES]
    found = [(each, label) for each in merged if (label := label_of(question, each)) is not None]
    if not found:
        return None
    parts = np.array([values(each) for each, _ in found])
    rest = np.array([each.score for each, _ in found]) - parts.sum(axis=1)
    return Candidates(parts, rest, np.array([label for _, label in found]))


def label_of(question: Question, each: FoundPassage) -> bool | None:
    """Returns True if a passage has an answering line.

    None if it has none, and a line of it counts neither way.
    """
    texts = [snippet.text for snippet in find_snippets(each.passage, 0)]
    labels = set(label_snippets(question, each.passage.source, texts))
    return True if ANSWERS in labels else False if labels <= {OTHER} else None


def values(each: FoundPassage) -> list[float]:
    """Fitted parts of a passage's score."""
    parts = each.parts
    own = {"meaning": parts.meaning, "words": parts.words, "agreement": parts.agreement}
    own |= {"preference": each.reading.preference, **parts.effects}
    return [own.get(name, 0.0) for name in FITTED]


def fit_factors(questions: Sequence[Candidates]) -> Floats:
    """Factors that maximise the likelihood of answering candidates, by Adam."""
    factors = np.ones(len(FITTED))
    mean, square = np.zeros_like(factors), np.zeros_like(factors)
    for step in range(1, STEPS + 1):
        slope = sum((slope_of(each, factors) for each in questions), np.zeros_like(factors)) / len(questions)
        slope += STRENGTH * (factors - 1)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        factors -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return factors


def slope_of(each: Candidates, factors: Floats) -> Floats:
    """Slope of the loss of one question."""
    scores = each.scores(factors)
    likely = np.exp(scores - scores.max())
    right = likely * each.answers
    found: Floats = each.parts.T @ (likely / likely.sum() - right / right.sum())
    return found


def recall(name: str, tried: Sequence[Candidates | None], factors: Floats) -> dict[str, Cell]:
    """Share of questions with an answer among the first passages, by rank."""
    known = [each for each in tried if each is not None]
    firsts = [each.answers[np.argsort(-each.scores(factors))] for each in known]
    row: dict[str, Cell] = {"weights": name, "questions": len(known)}
    for rank in RANKS:
        row[f"first {rank}"] = share([bool(first[:rank].any()) for first in firsts])
    return row
