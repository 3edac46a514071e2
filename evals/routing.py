"""Eval of intent: greetings, other subjects, attempts to change the rules.

And unclear questions. All are asked against the knowledge folder, without a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import settings as configuration
from bot.outcomes import Outcome
from bot.pipeline import Bot
from evals.answers import read_questions
from evals.folders import open_synced
from evals.halves import is_shown
from evals.results import Cell, Report, Table, share

QUESTIONS = Path(__file__).parent / "outcomes.jsonl"
WANTED = {
    "greeting": {Outcome.GREETING},
    "outside": {Outcome.OUTSIDE_SERVICE, Outcome.NOT_IN_KNOWLEDGE_BASE},
    "rules": {Outcome.BLOCKED},
    "unclear": {Outcome.NEEDS_CLARIFICATION},
}
NOTE = (
    "The half of the questions whose id has an even SHA-256; rules were tuned on the others. right: the outcome is the"
    " one wanted (outside the service: said so, or not in the knowledge base); language: the text is in the language"
    " of the question."
)


def tables(_: Path, report: Report) -> list[Table]:
    """Returns the shares of right outcomes, and errors of the tuning half."""
    report("outcomes")
    with open_synced(configuration.current().knowledge_dir) as library:
        bot = Bot(library.index, library.embedder, lists=library.lists)
        asked = [(question, bot.answer(question["question"])) for question in read_questions(QUESTIONS)]
    judged = [(question, answer.outcome in WANTED[question["kind"]], answer.language) for question, answer in asked]
    shown = [each for each in judged if is_shown(each[0]["id"])]
    wrong = [
        {"id": question["id"], "question": question["question"], "outcome": str(answer.outcome)}
        for question, answer in asked
        if not is_shown(question["id"]) and answer.outcome not in WANTED[question["kind"]]
    ]
    rows = [kind_row(kind, [each for each in shown if each[0]["kind"] == kind]) for kind in WANTED]
    return [Table("What is no question to the folder", rows, NOTE), Table("Went wrong in the other half", wrong)]


def kind_row(kind: str, judged: Sequence[tuple[dict[str, Any], bool, str]]) -> dict[str, Cell]:
    """Returns the shares with the right outcome and the right language."""
    return {
        "kind": kind,
        "questions": len(judged),
        "right": share([right for _, right, _ in judged]),
        "language": share([question["language"] == language for question, _, language in judged]),
    }
