"""Eval of the center's own questions: retrieval finds the passages staff chose.

Staff saved the questions on the page where a question is tried. They are asked against the center's own folder as
indexed now, without a model, for today or the day that was chosen. Passages are matched by text, so that they are
recognised after documents were cut or named differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import settings as configuration
from bot.diagnostics.explain import answer_again
from bot.diagnostics.relevance_labels import RECALLED, Labels, by_question, rank_of_first_match
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.answerability import LEADING
from evals.results import Cell, Report, Table, share
from ingest.watcher import open_watched_library

NOTE = (
    "Questions that the staff saved with the passages that are right. R@1, R@5: one of these is the first passage, or"
    f" among the first five; MRR: the mean of 1 / its place, 0 below the first {LEADING}; answered: the outcome."
)
REFUSED_NOTE = "Questions that the staff saved because no document answers them. refused: any outcome but an answer."


@dataclass(frozen=True)
class Judged:
    """Result of a question.

    `place` is the rank of the first right passage, from 1; 0 if it was not found. `has_passage` is False if no document
    answers.
    """

    place: int
    has_passage: bool
    answered: bool


def tables(_: Path, report: Report) -> list[Table]:
    """Returns the quality of answers to the center's questions from its folder."""
    settings = configuration.current()
    labels = Labels.below(settings.data_dir)
    questions = by_question(labels.read_all())
    report(f"{len(questions)} questions of {labels.path}")
    with open_watched_library(settings) as library:
        return staff_tables(Bot(library.index, library.embedder, lists=library.lists), labels)


def staff_tables(bot: Bot, labels: Labels) -> list[Table]:
    """Returns the tables for the questions of a file."""
    judged = []
    for own in by_question(labels.read_all()):
        answer = answer_again(bot, own[0])
        place = rank_of_first_match(own, answer.passages)
        judged.append(Judged(place, own[0].is_answered, answer.outcome is Outcome.ANSWERED))
    found = make_found_row([each for each in judged if each.has_passage])
    refused = staff_refused_row([each for each in judged if not each.has_passage])
    return [Table("Questions with their passages", [found], NOTE), Table("No answer", [refused], REFUSED_NOTE)]


def make_found_row(judged: Sequence[Judged]) -> dict[str, Cell]:
    """Returns the recall, MRR and share answered of questions that have passages."""
    reciprocal = [1 / each.place if each.place else 0.0 for each in judged]
    return {
        "questions": len(judged),
        "R@1": share([each.place == 1 for each in judged]),
        "R@5": share([0 < each.place <= RECALLED for each in judged]),
        "MRR": round(sum(reciprocal) / len(judged), 3) if judged else "–",
        "answered": share([each.answered for each in judged]),
    }


def staff_refused_row(judged: Sequence[Judged]) -> dict[str, Cell]:
    """Returns the share refused of questions that no document answers."""
    return {"questions": len(judged), "refused": share([not each.answered for each in judged])}
