"""An answer counts as right if it quotes a line that answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer import Answer, Citation, Turn
from bot.outcomes import Outcome
from evals.independent.guides import line_numbers, lines_of
from evals.independent.measure import direction_row, history, judge_answer, row
from evals.independent.questions import Kind, Line, Question
from store.documents import Audience, Chunk, Metadata, Passage, Validity

GUIDE = "inbound/visa-free-entry"
LINE = Line(document=GUIDE, start="40多个国家的公民来华30天以内免签")
[AT] = line_numbers(LINE)
QUESTION = Question(
    id="x-1", language="zh", kind=Kind.ANSWERABLE, question="要签证吗", direction="inbound", answers=(LINE,)
)


def answer(*lines: int, outcome: Outcome = Outcome.ANSWERED) -> Answer:
    citations = tuple(
        Citation(number, f"{GUIDE}.zh.md", "", lines_of(GUIDE)[at], 0, 1, None, "", "", "", "", Validity.UNKNOWN)
        for number, at in enumerate(lines, start=1)
    )
    return replace(Answer("?", "?", "zh", outcome, ""), citations=citations)


@pytest.mark.parametrize(
    ("given", "right", "first", "wrong", "refused"),
    [
        (answer(AT, AT + 1), 1.0, 1.0, 0.0, 0.0),
        (answer(AT + 1, AT), 1.0, 0.0, 0.0, 0.0),
        (answer(AT + 1), 0.0, 0.0, 1.0, 0.0),
        (answer(AT, outcome=Outcome.NOT_IN_KNOWLEDGE_BASE), 0.0, 0.0, 0.0, 1.0),
    ],
)
def test_shares_tell_right_wrong_and_refused_answers(
    given: Answer, right: float, first: float, wrong: float, refused: float
) -> None:
    found = row("x", [judge_answer(QUESTION, given)])
    assert [found[key] for key in ("right", "first", "wrong", "refused")] == [right, first, wrong, refused]


def test_the_conversation_before_begins_with_the_company() -> None:
    asked = QUESTION.model_copy(update={"history": ("去巴西？", "可以。", "多久？")})
    assert history(asked) == [Turn("user", "去巴西？"), Turn("assistant", "可以。"), Turn("user", "多久？")]


@pytest.mark.parametrize(
    ("audiences", "right", "both"),
    [
        (("inbound", "outbound"), 1.0, 0),
        (("outbound", "inbound"), 0.0, 0),
        (("both", "outbound"), None, 1),
        ((), None, 1),
    ],
)
def test_an_answer_goes_the_way_of_the_document_that_it_quotes_first(
    audiences: tuple[Audience, ...], right: float | None, both: int
) -> None:
    passages = [
        Passage(f"{number}.md", Chunk(0, 1, "?"), Metadata(audience=audience), 1.0)
        for number, audience in enumerate(audiences)
    ]
    given = replace(answer(AT), passages=tuple(passages))
    found = direction_row("inbound", [judge_answer(QUESTION, given)])
    assert (found["right"] if found["number"] else None, found["both"]) == (right, both)
