"""Readers get the same answers to read at each release, and their grades become a table."""

from __future__ import annotations

import json
from pathlib import Path

from bot.pipeline import Bot
from evals.independent.grading import Grade, answer_all, read_grades, sample, table
from evals.independent.questions import Kind, Use, read_questions
from ingest.watcher import open_watched_library
from settings import Settings


def test_the_sample_is_the_same_in_any_order_of_the_questions() -> None:
    questions = read_questions(Use.DEVELOPMENT)
    assert sample(questions, 20) == sample(questions[::-1], 20)
    assert len({each.id for each in sample(questions, 20)}) == 20


def test_a_reader_sees_the_question_the_answer_and_the_lines_that_answer(tmp_path: Path) -> None:
    (question,) = sample([each for each in read_questions(Use.DEVELOPMENT) if each.kind is Kind.ANSWERABLE], 1)
    settings = Settings(_env_file=None, knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data")
    settings.knowledge_dir.mkdir()
    with open_watched_library(settings) as library:
        (row,) = answer_all(Bot(library.index, library.embedder), [question])
    assert row["question"] == question.question and row["answer"]
    lines = row["lines that answer"]
    assert isinstance(lines, list) and len(lines) >= len(question.answers)


def test_grades_become_shares_by_group(tmp_path: Path) -> None:
    grades = [
        Grade(id="a", kind=Kind.ANSWERABLE, language="zh", grade=2),
        Grade(id="b", kind=Kind.FOLLOW_UP, language="ru", grade=0, dangerous=True, why="another country's rate"),
        Grade(id="c", kind=Kind.UNKNOWN, language="en", grade=2),
    ]
    path = tmp_path / "2026-01-01-abc.jsonl"
    path.write_text("\n".join(each.model_dump_json() for each in grades), encoding="utf-8")
    assert read_grades(path) == grades
    rows = {row["questions"]: row for row in table(path).rows}
    assert (rows["answerable and follow-ups"]["2"], rows["answerable and follow-ups"]["dangerous"]) == (0.5, 0.5)
    assert rows["not answerable"]["2"] == 1.0
    assert "vague" not in rows
    assert json.dumps(rows)
