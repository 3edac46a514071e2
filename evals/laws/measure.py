"""Eval of questions about laws: does what is quoted hold the words that answer, and is refused what no law answers.

The laws are files of a folder, read and cut as what a clerk drops there; nothing else is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer
from bot.pipeline import Bot
from evals.folders import synced_texts
from evals.independent.measure import GIVEN, history
from evals.independent.questions import Use
from evals.laws.questions import LawQuestion, law_files, read_law_questions
from evals.quotes import plain
from evals.results import Cell, Report, Table, share

NOTE = (
    "right: what is quoted holds the words that answer, part: some of them; wrong: answered without them; refused: not"
    " answered, which is right for the last two kinds. Words decide, nobody read the answers."
)


@dataclass(frozen=True)
class Judged:
    """An answer, and the share of the words that answer which its quotes hold."""

    question: LawQuestion
    answer: Answer

    @property
    def is_given(self) -> bool:
        return self.answer.outcome in GIVEN

    @property
    def held(self) -> float:
        quoted = plain(" ".join(each.quote for each in self.answer.citations))
        if any(plain(each) in quoted for each in self.question.also):
            return 1.0
        held = [plain(each) in quoted for each in self.question.answers]
        return sum(held) / max(1, len(held))


def tables(_shared: Path, report: Report) -> list[Table]:
    """Returns the shares of the development questions by kind and, for answerable ones, by form and language."""
    return law_tables(read_law_questions(Use.DEVELOPMENT), report)


def test_tables(_shared: Path, report: Report) -> list[Table]:
    """Returns the same of the test questions, which nobody who changes answers reads."""
    return law_tables(read_law_questions(Use.TEST), report)


def law_tables(questions: Sequence[LawQuestion], report: Report) -> list[Table]:
    report(f"{len(questions)} questions about laws")
    with synced_texts(law_files(questions)) as library:
        bot = Bot(library.index, library.embedder, lists=library.lists)
        judged = [Judged(each, bot.answer(each.question, history(each))) for each in questions]
    known = [each for each in judged if each.question.kind == "answerable"]
    return [
        Table("Questions about laws by kind", rows("kind", ((each.question.kind, each) for each in judged)), NOTE),
        Table("Answerable ones by form", rows("form", ((each.question.form, each) for each in known))),
        Table("Answerable ones by language", rows("language", ((each.question.language, each) for each in known))),
    ]


def rows(name: str, named: Iterable[tuple[str, Judged]]) -> list[dict[str, Cell]]:
    """Shares of each group."""
    groups = dict[str, list[Judged]]()
    for group, each in named:
        groups.setdefault(group, []).append(each)
    return [{name: group, **shares(own)} for group, own in groups.items()]


def shares(judged: Sequence[Judged]) -> dict[str, Cell]:
    given = [each for each in judged if each.is_given]
    return {
        "number": len(judged),
        "right": round(sum(each.held == 1 for each in given) / len(judged), 3),
        "part": round(sum(0 < each.held < 1 for each in given) / len(judged), 3),
        "wrong": round(sum(not each.held for each in given) / len(judged), 3),
        "refused": share([not each.is_given for each in judged]),
    }
