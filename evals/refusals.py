"""Eval of refusals: XQuAD with half of its passages left out, and NoMIRACL.

"Refused" is the outcome with default settings. Each passage is a file of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bot.outcomes import Outcome
from bot.pipeline import Bot
from evals.folders import sync_texts
from evals.halves import is_shown
from evals.results import Cell, Report, Table, share
from evals.retrieval import as_files, read_texts, xquad

LANGUAGES = ("zh", "en", "ru", "ar")
NOMIRACL = ("zh", "en", "ru")
ANSWERED = {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED}
REFUSED_AT = 0.88
"""Share of unanswerable questions that the threshold of the last column refuses."""
HALF_NOTE = (
    "Half of the passages (by a second bit of the hash of their id) are in the folder; asked are the questions of the"
    " shown half. answered / refused: outcomes with default settings; the last column: answered where the threshold is"
    f" put so that {REFUSED_AT:.0%} of the others are refused."
)
NOMIRACL_NOTE = (
    "For each question a folder with its ten passages. Shown half. Published for comparison: GPT-4 answers 43.6 % of"
    " the Chinese questions that their passages cannot answer (NoMIRACL, 2023)."
)


@dataclass(frozen=True)
class AskedQuestion:
    """Result of a question: answerable or not, answerability score, answered or not."""

    answerable: bool
    support: float
    answered: bool


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the shares answered and refused."""
    return [
        Table(
            "Half of the passages left out",
            [missing_half(shared, language, report) for language in LANGUAGES],
            HALF_NOTE,
        ),
        Table("NoMIRACL", [nomiracl(shared, language, report) for language in NOMIRACL], NOMIRACL_NOTE),
    ]


def missing_half(shared: Path, language: str, report: Report) -> dict[str, Cell]:
    """Returns the shares for XQuAD in one language without half of its passages."""
    report(f"XQuAD {language}")
    texts = read_texts(shared / "bench" / "xquad" / f"corpus.{language}.jsonl")
    there = {name: text for name, text in texts.items() if is_there(name)}
    questions = [each for each in xquad(shared, language) if is_shown(each.labelled)]
    with sync_texts(as_files(there)) as library:
        bot = Bot(library.index, library.embedder)
        asked = [ask(bot, each.text, language, each.labelled in there) for each in questions]
    return {"folder": f"XQuAD {language}", **refusal_shares(asked), f"answered at {REFUSED_AT:.0%} refused": at(asked)}


def is_there(name: str) -> bool:
    """Checks that a passage is in the folder.

    Uses another bit of its hash than the one for the halves.
    """
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def nomiracl(shared: Path, language: str, report: Report) -> dict[str, Cell]:
    """Returns the shares for NoMIRACL in one language, a folder for each question."""
    report(f"NoMIRACL {language}")
    lines = map(json.loads, (shared / "bench" / "nomiracl" / f"{language}.jsonl").read_text("utf-8").splitlines())
    asked = []
    for line in lines:
        if not is_shown(line["id"]):
            continue
        texts = {f"{number}.txt": text for number, text in enumerate(line["passages"])}
        with sync_texts(texts) as library:
            bot = Bot(library.index, library.embedder)
            asked.append(ask(bot, line["query"], language, line["label"] == "relevant"))
    return {"questions in": language, **refusal_shares(asked)}


def ask(bot: Bot, question: str, language: str, answerable: bool) -> AskedQuestion:
    """Asks a question and scores its answerability by the passages that are found."""
    answer = bot.answer(question)
    support = bot.retrieve(question, answer.language or language, date.today()).support
    return AskedQuestion(answerable, support, answer.outcome in ANSWERED)


def refusal_shares(asked: Sequence[AskedQuestion]) -> dict[str, Cell]:
    """Returns the share answered of answerable questions, and refused of the others."""
    answerable = [each.answered for each in asked if each.answerable]
    others = [not each.answered for each in asked if not each.answerable]
    return {
        "answerable": len(answerable),
        "answered": share(answerable),
        "not answerable": len(others),
        "refused": share(others),
    }


def at(asked: Sequence[AskedQuestion]) -> Cell:
    """Returns the answered share at the threshold that refuses REFUSED_AT of others."""
    threshold = float(np.quantile([each.support for each in asked if not each.answerable], REFUSED_AT))
    return share([each.support > threshold for each in asked if each.answerable])
