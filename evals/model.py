"""Eval of a chat model: own answers, figures, markers, refusals, languages, time.

Asks forty questions of the shown half. Answers are kept beside the index, so that an interrupted run continues; another
commit starts anew.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import settings as configuration
from bot.answer import Answer, Turn
from bot.generation.chat_model import open_model
from bot.generation.grounding import unsupported_figures
from bot.pipeline import Bot
from bot.query.query import spoken
from evals.answers import QUESTIONS, compare_answer, forms, read_documents, read_questions, says
from evals.folders import synced
from evals.halves import is_shown
from evals.results import Cell, Report, Table, circumstances, share
from ingest.watcher import WatchedLibrary
from text.numbers import figures, known_figures

GROUPS: Mapping[str, tuple[int, frozenset[str], frozenset[str]]] = {
    "answerable, zh and en": (20, frozenset({"answerable"}), frozenset({"zh", "en"})),
    "not answerable": (12, frozenset({"near_miss", "unanswerable"}), frozenset({"zh", "en", "pt", "ru", "ar"})),
    "answerable, pt, ru, ar": (8, frozenset({"answerable"}), frozenset({"pt", "ru", "ar"})),
}
"""Number of questions by group, with their kinds and languages."""
NOTE = (
    "own: answered in the model's own words after checking; figures, own / fallback: all right figures and no wrong one"
    " among those in its own words / among those quoted instead; refused: no answer given; language: that of the"
    " question; unsupported: figures of own answers that stand nowhere in the documents cited; markers: that stand for"
    " no citation; seconds: median to the first words and to the end."
)


@dataclass(frozen=True)
class Judged:
    """Result of one question with a model."""

    id: str
    group: str
    outcome: str
    own: bool
    outcome_right: bool
    figures_right: bool | None
    language_right: bool
    unsupported: int
    unresolved: int
    first: float
    whole: float
    text: str


def tables(_: Path, report: Report) -> list[Table]:
    """Returns the shares of each group. Raises SettingsError if no model is set."""
    return measured(sample_questions(shown=True), report)


def measured(questions: Sequence[tuple[str, dict[str, Any]]], report: Report) -> list[Table]:
    settings = configuration.current()
    if not settings.chat_model:
        raise configuration.SettingsError("ASSISTANT_CHAT_MODEL names no model: set it and OPENAI_BASE_URL.")
    with synced(settings.knowledge_dir) as library:
        judged = list(resumed(library, questions, settings.data_dir / f"eval-model-{key(settings)}.jsonl", report))
    groups = {
        group: [each for each in judged if each.group == group] for group in dict.fromkeys(g for g, _ in questions)
    }
    rows = [row(group, members) for group, members in groups.items()]
    return [Table("With a model", [*rows, row("all", judged)], f"{settings.chat_model}. {NOTE}")]


def sample_questions(shown: bool, part: float = 1.0) -> list[tuple[str, dict[str, Any]]]:
    """Returns `(group, question)` for one half, in the order of hashes.

    `part` is the share of each group, 0 to 1.
    """
    half = [each for each in read_questions(QUESTIONS) if is_shown(each["id"]) is shown]
    half.sort(key=lambda each: hashlib.sha256(each["id"].encode()).hexdigest())
    found = []
    for group, (count, kinds, languages) in GROUPS.items():
        members = [each for each in half if each["kind"] in kinds and each["language"] in languages]
        found += [(group, each) for each in members[: round(count * part)]]
    return found


def key(settings: configuration.Settings) -> str:
    """Returns the key of kept answers: the model and the commit."""
    model = re.sub(r"\W+", "-", settings.chat_model)
    return f"{model}-{circumstances()['commit']}"


def resumed(
    library: WatchedLibrary, questions: Sequence[tuple[str, dict[str, Any]]], kept: Path, report: Report
) -> Iterator[Judged]:
    """Yields the results; those that an earlier run kept are read from its file."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    known = {each["id"]: Judged(**each) for each in read_questions(kept)} if kept.is_file() else {}
    settings = configuration.current()
    bot = Bot(
        library.index,
        library.embedder,
        open_model(settings),
        settings.chat_seconds,
        lists=library.lists,
    )
    texts = {source: document.text for source, document in read_documents(bot).items()}
    for number, (group, question) in enumerate(questions, 1):
        report(f"question {number} of {len(questions)}")
        if question["id"] not in known:
            known[question["id"]] = ask(bot, group, question, texts)
            with kept.open("a", encoding="utf-8") as out:
                out.write(json.dumps(asdict(known[question["id"]]), ensure_ascii=False) + "\n")
        yield known[question["id"]]


def ask(bot: Bot, group: str, question: dict[str, Any], texts: Mapping[str, str]) -> Judged:
    """Asks one question and judges the answer."""
    started = time.monotonic()
    history = [Turn(**turn) for turn in question.get("history", [])]
    arrived = [(time.monotonic() - started, answer) for answer in bot.stream(question["question"], history)]
    (first, _), (whole, answer) = arrived[0], arrived[-1]
    verdict = compare_answer(question, answer, texts)
    return Judged(
        question["id"],
        group,
        str(answer.outcome),
        answer.mode == "model",
        verdict.outcome_right,
        None if verdict.figures_right is None else verdict.outcome_right and right_figures(question, answer),
        language_right(question["language"], answer),
        len(unsupported(answer, texts)) if answer.mode == "model" else 0,
        len({int(each) for each in re.findall(r"\[(\d+)\]", answer.text)} - {each.number for each in answer.citations}),
        round(first, 2),
        round(whole, 2),
        answer.text,
    )


def right_figures(question: dict[str, Any], answer: Answer) -> bool:
    """Checks the figures of an answer in any spelling: US$100 bilhões for 1,000亿美元."""
    known = known_figures(answer.text)

    def given(form: str) -> bool:
        return says(answer.text, form) or bool(figures(form) and set(figures(form)) <= known)

    wrong = any(says(answer.text, form) for each in question.get("not_figures", []) for form in forms(each))
    return not wrong and all(any(map(given, forms(each))) for each in question["figures"])


def language_right(language: str, answer: Answer) -> bool:
    """Checks the language of a model's words, or of the words around quotes."""
    return spoken(answer.text, language) == language if answer.mode == "model" else answer.language == language


def unsupported(answer: Answer, texts: Mapping[str, str]) -> list[str]:
    """Returns the figures of an answer that are not in the documents that it cites."""
    sources = [f"{each.title}\n{texts.get(each.source, '')}" for each in answer.citations]
    return unsupported_figures(re.sub(r"^> .*$", "", answer.text, flags=re.MULTILINE), sources)


def row(group: str, members: Sequence[Judged]) -> dict[str, Cell]:
    own = [each for each in members if each.own]
    quoted = [each for each in members if not each.own and each.outcome == "answered"]
    return {
        "": group,
        "questions": len(members),
        "outcome": share([each.outcome_right for each in members]),
        "own": share([each.own for each in members]),
        "figures, own": share([each.figures_right for each in own]),
        "figures, fallback": share([each.figures_right for each in quoted]),
        "language": share([each.language_right for each in members]),
        "unsupported": sum(each.unsupported for each in members),
        "markers": sum(each.unresolved for each in members),
        "first": round(median(each.first for each in members), 1),
        "end": round(median(each.whole for each in members), 1),
    }
