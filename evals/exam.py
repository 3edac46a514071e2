"""Eval of the independent exam: questions written from the facts alone.

Their writers saw neither guides nor code.
A pattern finds out whether the figure or name that is wanted stands in the answer. That is no grade: only reading tells
whether an answer is direct, and whether what stands beside it could mislead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import settings as configuration
from bot.answer import Answer, Turn
from bot.outcomes import Outcome
from bot.pipeline import Bot
from evals.answers import read_questions
from evals.folders import open_synced
from evals.results import Cell, Report, Table, share

FILES = ("inbound", "outbound")
KINDS = ("answer", "followup", "refuse")
NOTE = (
    "holds: an answered question whose answer has what the exam looks for (refuse: questions that the folder cannot"
    " answer, and that were not answered). A pattern decides; the questions are no users' and were not graded here."
)


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the shares by kind, and the questions that failed."""
    questions = [each for name in FILES for each in read_questions(shared / "questions" / f"{name}.jsonl")]
    report(f"exam, {len(questions)} questions")
    with open_synced(configuration.current().knowledge_dir) as library:
        bot = Bot(library.index, library.embedder, lists=library.lists)
        asked = [(question, bot.answer(question["question"], history(question))) for question in questions]
    judged = [(question, answer, meets_expectation(question, answer)) for question, answer in asked]
    rows: list[dict[str, Cell]] = []
    for kind in KINDS:
        own = [held for question, _, held in judged if question["kind"] == kind]
        rows.append({"kind": kind, "questions": len(own), "holds": share(own)})
    failed: list[dict[str, Cell]] = [
        {"id": question["id"], "question": question["question"], "outcome": str(answer.outcome)}
        for question, answer, held in judged
        if not held
    ]
    return [Table("Independent exam", rows, NOTE), Table("Did not hold", failed)]


def history(question: dict[str, Any]) -> Sequence[Turn]:
    """Returns the conversation before the question."""
    return [Turn(each["role"], each["content"]) for each in question["history"]]


def meets_expectation(question: dict[str, Any], answer: Answer) -> bool:
    """Checks that an answer has the expected patterns, or is rightly refused."""
    if question["kind"] == "refuse":
        return answer.outcome is not Outcome.ANSWERED
    return answer.outcome is Outcome.ANSWERED and all(re.search(each, answer.text) for each in question["expect"])
