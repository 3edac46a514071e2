"""Retrievals of the test folder, and a reader that says what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.pipeline import Bot
from bot.retrieval.answerability import Answerability
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead


def found_for(bot: Bot, text: str) -> Retrieval:
    """What is found for a question."""
    found = replace(bot.search(bot.understanding().alone(text, "zh"), date.today()), verdict=Answerability(1.0))
    assert found.ranked
    return found


class Reading:
    """Says of each snippet how much it adds; has the methods of `Reader`."""

    def __init__(self, adds: float) -> None:
        self.adds = adds

    def scores(self, question: QuestionToRead, snippets: Sequence[Snippet]) -> list[float | None]:
        assert question.given
        return [self.adds for _ in snippets]
