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

from bot.answers import Answer, Turn
from bot.bot import Bot
from bot.outcomes import Outcome

QUESTIONS = Path(__file__).parent / "questions.jsonl"
GIVES_FIGURES = {"answerable", "follow_up"}
WANTED = {
    "answerable": {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED},
    "follow_up": {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED},
    "near_miss": {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE, Outcome.NEEDS_CLARIFICATION},
    "unanswerable": {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE},
    "outside": {Outcome.OUTSIDE_SERVICE, Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.BLOCKED},
    "greeting": {Outcome.GREETING},
}


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
    verbatim = all(texts[each.source][each.start : each.end] == each.quote for each in answer.citations)
    if question["kind"] not in GIVES_FIGURES:
        return Verdict(question, answer, outcome_right, None, None, verbatim)
    said = plain(answer.text)
    figures = all(any(plain(form) in said for form in forms(each)) for each in question["figures"])
    sources = {re.sub(r"\.[a-z]{2}\.md$", "", each.source) for each in answer.citations}
    source = bool(sources & set(question["sources"]))
    return Verdict(question, answer, outcome_right, outcome_right and figures, source, verbatim)


def forms(figure: str | list[str]) -> list[str]:
    return figure if isinstance(figure, list) else [figure]


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0*]", "", unicodedata.normalize("NFKC", text)).lower()


def measure(bot: Bot, questions: Sequence[dict[str, Any]]) -> list[Verdict]:
    """Asks every question and judges the answers."""
    texts = {source: document.text for source in bot.index.documents() if (document := bot.index.document(source))}
    verdicts = []
    for question in questions:
        history = [Turn(turn["role"], turn["content"]) for turn in question.get("history", [])]
        verdicts.append(judge(question, bot.answer(question["question"], history), texts))
    return verdicts


def table(verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    """Shares by kind and language: outcome, figures, source, verbatim; and how many questions."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.question["kind"]].append(verdict)
        if verdict.question["kind"] in GIVES_FIGURES:
            groups[f"{verdict.question['kind']} {verdict.question['language']}"].append(verdict)
    return {name: row(members) for name, members in sorted(groups.items())}


def row(members: Sequence[Verdict]) -> dict[str, float]:
    shares = {"questions": float(len(members)), "outcome": share([each.outcome_right for each in members])}
    figures = [each.figures_right for each in members if each.figures_right is not None]
    sources = [each.source_right for each in members if each.source_right is not None]
    if figures:
        shares |= {"figures": share(figures), "source": share(sources)}
    return shares | {"verbatim": share([each.verbatim for each in members])}


def share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def read_questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line.strip()]
