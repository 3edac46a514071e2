"""An answer about a law counts as right if its quotes hold all words that answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer import Answer, Citation
from bot.outcomes import Outcome
from evals.dropped.measure import Judged, rows
from evals.dropped.questions import DroppedQuestion
from store.documents import Validity

QUESTION = DroppedQuestion(
    id="x", language="zh", kind="answerable", form="figure", question="罚多少？", answers=("五万元以下", "责令改正")
)


def answer(*quotes: str, outcome: Outcome = Outcome.ANSWERED) -> Answer:
    citations = tuple(
        Citation(number, "law.md", "", quote, 0, 1, None, "", "", "", "", Validity.UNKNOWN)
        for number, quote in enumerate(quotes, start=1)
    )
    return replace(Answer("?", "?", "zh", outcome, ""), citations=citations)


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        (answer("责令改正，处五万元\n以下罚款。"), "right"),
        (answer("由主管部门责令改正。"), "part"),
        (answer("本条例自公布之日起施行。"), "wrong"),
        (answer("责令改正，处五万元以下罚款。", outcome=Outcome.NOT_IN_KNOWLEDGE_BASE), "refused"),
    ],
)
def test_each_answer_counts_once(given: Answer, counted: str) -> None:
    [row] = rows("form", [("figure", Judged(QUESTION, given))])
    shown = {name: row[name] for name in ("right", "part", "wrong", "refused")}
    assert shown == dict.fromkeys(shown, 0.0) | {counted: 1.0}


def test_words_of_another_place_that_answers_are_enough() -> None:
    question = QUESTION.model_copy(update={"also": ("处以罚款五万元",)})
    assert Judged(question, answer("处以罚款五万元。")).held == 1
