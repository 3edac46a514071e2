"""Eval of the independent questions: right quotes, and refusals of the others.

Labels decide. That is no grade: only reading tells a direct answer from a superfluous or a misleading line.
Only the development part is measured; the test part is for readers who do not change answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import settings as configuration
from bot.answer import Answer, Turn
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.exemplars import SIDES
from evals.folders import open_synced
from evals.independent.labels import ANSWERS, label_snippets
from evals.independent.questions import ANSWERED, Kind, Question, Use, read_questions
from evals.results import Cell, Report, Table, share

GIVEN = frozenset({Outcome.ANSWERED, Outcome.PARTLY_ANSWERED})
NOTE = (
    "right: a line that answers is quoted; first: it is the first quote; wrong: answered without one; refused:"
    " not answered, which is right below the line of the answerable ones. Labels decide, nobody read the answers."
)
DIRECTION_NOTE = (
    "right: the document quoted first, or the best one found for a refusal, is for companies that go the way that the"
    " question does, abroad or to China; both: it is for either."
)


class InConversation(Protocol):
    """A question with the earlier turns, of company and assistant alternately."""

    @property
    def history(self) -> Sequence[str]:
        """Texts of the earlier turns, the company's first."""


@dataclass(frozen=True)
class Judged:
    """An answer, and for each quote True if it is an answering line."""

    question: Question
    answer: Answer
    quotes: tuple[bool, ...]

    @property
    def is_given(self) -> bool:
        """True if the question is answered, in whole or in part."""
        return self.answer.outcome in GIVEN

    @property
    def audience(self) -> str:
        """Audience of the first quoted document, or else of the best one found.

        "both" if there is none.
        """
        audiences = {each.source: each.metadata.audience for each in self.answer.passages}
        cited = [audiences[each.source] for each in self.answer.citations if each.source in audiences]
        return next(iter([*cited, *audiences.values()]), "both")


def tables(_shared: Path, report: Report) -> list[Table]:
    """Returns the shares by kind and, for answerable questions, by language."""
    questions = read_questions(Use.DEVELOPMENT)
    report(f"{len(questions)} independent questions")
    with open_synced(configuration.current().knowledge_dir) as library:
        judged = judge(Bot(library.index, library.embedder, lists=library.lists), questions)
    kinds = [row(kind, [each for each in judged if each.question.kind is kind]) for kind in Kind]
    known = [each for each in judged if each.question.kind in ANSWERED]
    languages = sorted({each.question.language for each in known})
    by_language = [row(name, [each for each in known if each.question.language == name]) for name in languages]
    sides = [direction_row(name, [each for each in known if each.question.direction == name]) for name in SIDES]
    return [
        Table("Independent questions by kind", kinds, NOTE),
        Table("Answerable ones by language", by_language, NOTE),
        Table("Who goes where", sides, DIRECTION_NOTE),
    ]


def direction_row(name: str, judged: Sequence[Judged]) -> dict[str, Cell]:
    """Share of answers in the direction of their questions."""
    told = [each for each in judged if each.audience in SIDES]
    return {
        "direction": name,
        "number": len(told),
        "right": share([each.audience == name for each in told]),
        "both": len(judged) - len(told),
    }


def judge(bot: Bot, questions: Sequence[Question]) -> list[Judged]:
    """Answers of the bot with the labels of their quotes."""
    return [judge_answer(each, bot.answer(each.question, history(each))) for each in questions]


def judge_answer(question: Question, answer: Answer) -> Judged:
    """Returns an answer with the labels of its quotes."""
    quotes = [label_snippets(question, each.source, [each.quote])[0] == ANSWERS for each in answer.citations]
    return Judged(question, answer, tuple(quotes))


def history(question: InConversation) -> list[Turn]:
    """Conversation before the question."""
    return [Turn("assistant" if at % 2 else "user", text) for at, text in enumerate(question.history)]


def row(name: str, judged: Sequence[Judged]) -> dict[str, Cell]:
    """Shares of one group."""
    return {
        "questions of": name,
        "number": len(judged),
        "right": share([each.is_given and any(each.quotes) for each in judged]),
        "first": share([each.is_given and each.quotes[:1] == (True,) for each in judged]),
        "wrong": share([each.is_given and not any(each.quotes) for each in judged]),
        "refused": share([not each.is_given for each in judged]),
    }
