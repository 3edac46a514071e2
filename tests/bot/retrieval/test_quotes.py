"""Of a question that asks several things, each gets the line that answers it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.retrieval.quotes import PART_ANSWERED, for_clauses, wants_list
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from store.answerability.model import PassageToRead, Scores
from tests.bot.conftest import passage_of

QUESTION = QuestionToRead("几天内要上报，报给谁，要不要总结")
LIMIT, OFFICE, IDLE = (
    Snippet(0, at, at + 1, text, "sentence")
    for at, text in enumerate(("5个工作日内报告。", "报告交给发展改革委。", "今天天气很好。"))
)


class Knowing:
    """Knows which snippet answers which clause, and notes what it was asked."""

    def __init__(self, **answers: str) -> None:
        self.answers, self.asked = answers, list[QuestionToRead]()

    def scores(self, question: QuestionToRead, passages: Sequence[PassageToRead], /) -> list[Scores]:
        self.asked.append(question)
        wanted = self.answers.get(question.text, "")
        return [tuple(PART_ANSWERED if piece.text == wanted else -5.0 for piece in each.pieces) for each in passages]


def test_the_line_for_a_clause_that_no_quote_answers_is_added() -> None:
    model = Knowing(几天内要上报=LIMIT.text, 报给谁=OFFICE.text)
    assert for_clauses(QUESTION, [LIMIT], [IDLE, OFFICE], [passage_of("")], model) == [OFFICE]
    assert QuestionToRead("报给谁", "几天内要上报，") in model.asked


def test_a_clause_that_nothing_answers_or_that_is_answered_adds_nothing() -> None:
    model = Knowing(几天内要上报=LIMIT.text, 报给谁=LIMIT.text)
    assert for_clauses(QUESTION, [LIMIT], [IDLE, OFFICE], [passage_of("")], model) == []


def test_a_question_that_asks_one_thing_is_not_read_again() -> None:
    model = Knowing()
    assert for_clauses(QuestionToRead("几天内要上报"), [LIMIT], [OFFICE], [passage_of("")], model) == []
    assert not model.asked


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("去越南设厂备案怎么办，按什么步骤", "另外，派员工去越南工作要办什么签证？"),
        ("What are the steps to invest in Vietnam", "And what visa does an engineer need?"),
        ("Quais são os passos para investir no Vietnã", "E que visto é preciso?"),
    ],
)
def test_one_thing_asked_after_all_the_steps_does_not_get_all_the_steps(before: str, question: str) -> None:
    assert wants_list(before, before)
    assert not wants_list(question, f"{before} {question}")


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("去越南设厂按什么步骤", "那俄罗斯呢？"),
        ("What are the steps to invest in Vietnam", "And in Russia?"),
        ("Quais são os passos para investir no Vietnã", "E na Rússia?"),
    ],
)
def test_the_same_asked_about_another_country_gets_all_the_steps_again(before: str, question: str) -> None:
    assert wants_list(question, f"{before} {question}")
