"""Right figures, right refusals: the questions of evals/questions.jsonl asked of the knowledge folder."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import settings as configuration
from bot.answers import Answer, Citation, Turn
from bot.bot import Bot
from bot.outcomes import Outcome
from evals.folders import synced
from evals.results import Cell, Report, Table

MARKER = re.compile(r"\[\d+\]")
QUESTIONS = Path(__file__).parent / "questions.jsonl"
FORTY = Path(__file__).parent / "forty.jsonl"
"""Short questions, 30 answerable in zh, en, pt and ru, 10 not; after their first run three were mended."""
GIVES_FIGURES = {"answerable", "follow_up"}
WANTED = {
    "answerable": {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED},
    "follow_up": {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED},
    "near_miss": {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE, Outcome.NEEDS_CLARIFICATION},
    "unanswerable": {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE},
    "outside": {Outcome.OUTSIDE_SERVICE, Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.BLOCKED},
    "greeting": {Outcome.GREETING},
}
NOTE = (
    "Answered without a model. outcome: answered or refused as it should be; figures: all expected figures stand in"
    " the answer; source: an expected guide is cited; verbatim: each quote stands in its document as quoted."
)


@dataclass(frozen=True)
class Verdict:
    """How one question went. `right` is None for questions without expected figures."""

    question: dict[str, Any]
    answer: Answer
    outcome_right: bool
    figures_right: bool | None
    source_right: bool | None
    verbatim: bool


def judge(question: dict[str, Any], answer: Answer, texts: dict[str, str]) -> Verdict:
    """Compares an answer with what is expected of it; `texts` are the documents' texts by source."""
    outcome_right = answer.outcome in WANTED[question["kind"]]
    verbatim = all(is_verbatim(each, texts.get(each.source, "")) for each in answer.citations)
    if question["kind"] not in GIVES_FIGURES:
        return Verdict(question, answer, outcome_right, None, None, verbatim)
    figures = all(any(says(answer.text, form) for form in forms(each)) for each in question["figures"])
    sources = {re.sub(r"\.[a-z]{2}\.md$", "", each.source) for each in answer.citations}
    source = bool(sources & set(question["sources"]))
    return Verdict(question, answer, outcome_right, outcome_right and figures, source, verbatim)


def forms(figure: str | list[str]) -> list[str]:
    return figure if isinstance(figure, list) else [figure]


def is_verbatim(citation: Citation, text: str) -> bool:
    """Whether the quote stands in its document where the citation says."""
    return bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def says(text: str, figure: str) -> bool:
    """Whether a text holds a figure, however spaced, and not as a part of a longer number (5% in 15%, 1.5%)."""
    form = re.sub(r"\s", "", plain(figure))
    before = r"(?<!\d)(?<!\d[.,])" if form[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if form[-1:].isdigit() else ""
    return bool(re.search(before + r"\s*".join(map(re.escape, form)) + after, plain(MARKER.sub(" ", text))))


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("*", "").lower()


def measure(bot: Bot, questions: Sequence[dict[str, Any]]) -> list[Verdict]:
    """Asks every question and judges the answers."""
    texts = {source: document.text for source in bot.index.documents() if (document := bot.index.document(source))}
    verdicts = []
    for question in questions:
        history = [Turn(turn["role"], turn["content"]) for turn in question.get("history", [])]
        verdicts.append(judge(question, bot.answer(question["question"], history), texts))
    return verdicts


def forty_tables(shared: Path, report: Report) -> list[Table]:
    """The same for the forty short questions."""
    return tables(shared, report, FORTY)


def tables(_: Path, report: Report, path: Path = QUESTIONS) -> list[Table]:
    """The shares by kind and language, and the questions that went wrong; answered without a model."""
    questions = read_questions(path)
    knowledge = configuration.current().knowledge_dir
    report(f"reading {knowledge}")
    with synced(knowledge) as library:
        report(f"{len(questions)} questions")
        verdicts = measure(Bot(library.index, library.embedder, contacts=library.contacts), questions)
    wrong = [verdict for verdict in verdicts if not went_right(verdict)]
    return [Table("By kind", by_kind(verdicts), NOTE), Table("Went wrong", [wrong_row(each) for each in wrong])]


def by_kind(verdicts: Sequence[Verdict]) -> list[dict[str, Cell]]:
    """Shares by kind and language."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.question["kind"]].append(verdict)
        if verdict.question["kind"] in GIVES_FIGURES:
            groups[f"{verdict.question['kind']} {verdict.question['language']}"].append(verdict)
    return [{"kind": name, **shares(members)} for name, members in sorted(groups.items())]


def shares(members: Sequence[Verdict]) -> dict[str, Cell]:
    return {
        "questions": len(members),
        "outcome": share([each.outcome_right for each in members]),
        "figures": share([each.figures_right for each in members if each.figures_right is not None]),
        "source": share([each.source_right for each in members if each.source_right is not None]),
        "verbatim": share([each.verbatim for each in members]),
    }


def share(values: Sequence[bool]) -> Cell:
    return round(sum(values) / len(values), 3) if values else "–"


def went_right(verdict: Verdict) -> bool:
    return verdict.outcome_right and verdict.figures_right is not False and verdict.verbatim


def wrong_row(verdict: Verdict) -> dict[str, Cell]:
    question = verdict.question
    figures = "; ".join(" / ".join(forms(each)) for each in question.get("figures", []))
    return {
        "id": question["id"],
        "kind": question["kind"],
        "question": question["question"],
        "outcome": str(verdict.answer.outcome),
        "figures": figures or "–",
        "source": "–" if verdict.source_right is None else "right" if verdict.source_right else "wrong",
    }


def read_questions(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
