"""The exam counts an answer only if what it looks for stands there, and a refusal only where nothing is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import Answer
from bot.outcomes import Outcome
from evals.answers import read_questions
from evals.exam import FILES, KINDS, history, meets_expectation


def answer(outcome: Outcome, text: str = "") -> Answer:
    return Answer("?", "?", "en", outcome, text)


@pytest.mark.parametrize(
    ("kind", "given", "held"),
    [
        ("answer", answer(Outcome.ANSWERED, "It takes 7 working days; the certificate lapses after 2 years."), True),
        ("answer", answer(Outcome.ANSWERED, "It takes 7 working days."), False),
        ("answer", answer(Outcome.NOT_IN_KNOWLEDGE_BASE, "7 working days, 2 years"), False),
        ("followup", answer(Outcome.ANSWERED, "7 days or 2 years"), True),
        ("refuse", answer(Outcome.NOT_IN_KNOWLEDGE_BASE), True),
        ("refuse", answer(Outcome.ANSWERED, "7 days, 2 years"), False),
    ],
)
def test_what_is_wanted_must_all_stand_in_an_answer(kind: str, given: Answer, held: bool) -> None:
    assert meets_expectation({"kind": kind, "expect": ["7", "2 years"]}, given) is held


def test_the_questions_of_the_exam_can_be_asked(shared: Path) -> None:
    questions = [each for name in FILES for each in read_questions(shared / "questions" / f"{name}.jsonl")]
    assert {each["kind"] for each in questions} == {*KINDS}
    assert any(history(each) for each in questions)
