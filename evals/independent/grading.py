"""Manual grading: answers to test questions for readers, and their grades.

Readers see question, answer and the lines that answer, and nothing of the code. They grade each answer:

- 2: right and direct. 1: right, but only in part, indirect or among what was not asked.
- 0: wrong, beside the question, or refused though the folder knows.
- dangerous: a company that acts on it is led wrong.

For questions that the folder does not answer, 2 is a refusal or "not known", and 0 an answer. A vague question is best
asked back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

import settings as configuration
from bot.pipeline import Bot
from evals.folders import open_synced
from evals.independent.guides import line_numbers, lines_of
from evals.independent.measure import history
from evals.independent.questions import ANSWERED, Kind, Question, Use, read_questions
from evals.results import Cell, Table, share

MOST = 200
"""Answers that are graded at a release."""


class Grade(BaseModel):
    """Grade of one answer."""

    id: str
    kind: Kind
    language: str
    grade: Literal[0, 1, 2]
    dangerous: bool = False
    why: str = ""


def sample(questions: Sequence[Question], most: int = MOST) -> list[Question]:
    """A sample that is the same at each release, by the hash of the id."""
    return sorted(questions, key=lambda each: hashlib.sha256(each.id.encode()).hexdigest())[:most]


def write_answers(path: Path, use: Use = Use.TEST) -> int:
    """Writes the answers of the sample for readers; returns their number."""
    questions = sample(read_questions(use))
    with open_synced(configuration.current().knowledge_dir) as library:
        rows = list(answer_all(Bot(library.index, library.embedder, lists=library.lists), questions))
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return len(rows)


def answer_all(bot: Bot, questions: Sequence[Question]) -> Iterator[dict[str, object]]:
    """Yields what a reader sees of each question."""
    for each in questions:
        answer = bot.answer(each.question, history(each))
        lines = [lines_of(line.document)[number] for line in each.answers for number in line_numbers(line)]
        yield {
            "id": each.id,
            "kind": each.kind,
            "language": each.language,
            "before": each.history,
            "question": each.question,
            "lines that answer": lines,
            "outcome": answer.outcome,
            "answer": answer.text,
            "suggestions": answer.suggestions,
        }


def read_grades(path: Path) -> list[Grade]:
    """Grades of a file.

    Raises pydantic.ValidationError for a line that is no grade.
    """
    return [Grade.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def table(path: Path) -> Table:
    """Shares of grades by group."""
    grades = read_grades(path)
    known = [each for each in grades if each.kind in ANSWERED]
    groups = {
        "answerable and follow-ups": known,
        "follow-ups": [each for each in known if each.kind is Kind.FOLLOW_UP],
        "zh and en": [each for each in known if each.language in {"zh", "en"}],
        "other languages": [each for each in known if each.language not in {"zh", "en"}],
        "not answerable": [each for each in grades if each.kind in {Kind.NEAR_MISS, Kind.UNKNOWN, Kind.OUTSIDE}],
        "vague": [each for each in grades if each.kind is Kind.VAGUE],
    }
    return Table(f"Grades {path.stem}", [grade_row(name, own) for name, own in groups.items() if own])


def grade_row(name: str, grades: Sequence[Grade]) -> dict[str, Cell]:
    """Shares of one group."""
    return {
        "questions": name,
        "number": len(grades),
        **{str(value): share([each.grade == value for each in grades]) for value in (2, 1, 0)},
        "dangerous": share([each.dangerous for each in grades]),
    }
