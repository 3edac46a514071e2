"""Eval of quotes: they contain the answer to XQuAD questions, zh and en, no model.

Each passage is a file of its own; the bot answers with default settings.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer
from bot.outcomes import Outcome
from bot.pipeline import Bot
from evals.folders import sync_texts
from evals.halves import is_shown
from evals.results import Cell, Report, Table, share
from evals.retrieval import as_files, read_texts

ROOM = {"zh": 150, "en": 400}
"""Characters of quoted text that count, by language."""
NOTE = (
    "Shown half. holds: the first 150 Chinese or 400 English characters of what is quoted hold an expected answer, a"
    " refusal holds none; cut: the same characters from the beginning of the first passage found do; characters: the"
    " mean of what is quoted; within: nothing more than that is quoted."
)


@dataclass(frozen=True)
class Gold:
    """A question and its correct answers."""

    text: str
    answers: tuple[str, ...]


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the shares of answers that contain an expected answer."""
    return [Table("What is quoted holds the answer", [quote_row(shared, language, report) for language in ROOM], NOTE)]


def quote_row(shared: Path, language: str, report: Report) -> dict[str, Cell]:
    """Returns the shares for XQuAD in one language, all its passages in the folder."""
    report(f"XQuAD {language}, quotes")
    texts = read_texts(shared / "bench" / "xquad" / f"corpus.{language}.jsonl")
    asked = [each for passage, each in golds(shared, language) if is_shown(passage)]
    with sync_texts(as_files(texts)) as library:
        bot = Bot(library.index, library.embedder, lists=library.lists)
        return {
            "benchmark": f"XQuAD {language}",
            **quote_shares([(each, bot.answer(each.text)) for each in asked], language),
        }


def golds(shared: Path, language: str) -> list[tuple[str, Gold]]:
    """Returns each question with the id of its passage."""
    folder = shared / "bench" / "xquad"
    labelled = dict(line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text("utf-8").splitlines())
    lines = map(json.loads, (folder / f"queries.{language}.jsonl").read_text("utf-8").splitlines())
    return [(labelled[line["id"]], Gold(line["text"], tuple(line["answers"]))) for line in lines]


def quote_shares(answered: Sequence[tuple[Gold, Answer]], language: str) -> dict[str, Cell]:
    """Returns the shares, 0 to 1, and the mean length of the quotes in characters."""
    room = ROOM[language]
    quoted = [quotes(answer) for _, answer in answered]
    first = [answer.passages[0].chunk.text if answer.passages else "" for _, answer in answered]
    return {
        "questions": len(answered),
        "holds": share([holds_answer(text[:room], gold) for text, (gold, _) in zip(quoted, answered, strict=True)]),
        "cut": share([holds_answer(text[:room], gold) for text, (gold, _) in zip(first, answered, strict=True)]),
        "answered": share([answer.outcome is Outcome.ANSWERED for _, answer in answered]),
        "characters": round(sum(map(len, quoted)) / len(quoted)),
        "within": share([len(text) <= room for text in quoted]),
    }


def quotes(answer: Answer) -> str:
    """Returns the quotes of an answer, best first; "" for a refusal."""
    if answer.outcome not in {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED}:
        return ""
    return "\n".join(citation.quote for citation in answer.citations)


def holds_answer(text: str, gold: Gold) -> bool:
    """Checks that a text has an expected answer; width, case and spaces aside."""
    return any(plain(answer) in plain(text) for answer in gold.answers)


def plain(text: str) -> str:
    """Returns a text without differences of width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
