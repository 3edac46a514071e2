"""Of a question that asks several things, each gets the line that answers it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.retrieval.clauses import PART_ANSWERED, Reader, for_clauses
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from store.answerability.model import PassageToRead, Scores
from store.embeddings import Embedder
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


def test_the_line_for_a_clause_that_no_quote_answers_is_added(remembering_embedder: Embedder) -> None:
    model = Knowing(几天内要上报=LIMIT.text, 报给谁=OFFICE.text)
    reader = Reader([passage_of("")], model, remembering_embedder)
    assert for_clauses(QUESTION, [LIMIT], [IDLE, OFFICE], reader) == [OFFICE]
    assert QuestionToRead("报给谁", "几天内要上报") in model.asked


def test_a_clause_that_nothing_answers_or_that_is_answered_adds_nothing(remembering_embedder: Embedder) -> None:
    model = Knowing(几天内要上报=LIMIT.text, 报给谁=LIMIT.text)
    reader = Reader([passage_of("")], model, remembering_embedder)
    assert for_clauses(QUESTION, [LIMIT], [IDLE, OFFICE], reader) == []


def test_a_question_that_asks_one_thing_is_not_read_again(remembering_embedder: Embedder) -> None:
    model = Knowing()
    reader = Reader([passage_of("")], model, remembering_embedder)
    assert for_clauses(QuestionToRead("几天内要上报"), [LIMIT], [OFFICE], reader) == []
    assert not model.asked
