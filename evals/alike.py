"""Eval of knowledge gaps: grouping of questions by meaning.

The questions were written for this, in five languages, mostly on subjects that the knowledge folder does not cover.
The independent questions in `questions/` of the shared folder, of which no two ask the same in one language, show how
many come together wrongly.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import settings as configuration
from bot.diagnostics.knowledge_gaps import Vectors, group_questions
from evals.folders import open_synced
from evals.results import Cell, Report, Table
from ingest.watcher import WatchedLibrary
from records import Exchange, Unanswered

QUESTIONS = Path(__file__).parent / "alike.jsonl"
NOTE = (
    "pairs: of questions of one meaning, in one language; together: those that come into one group; wrongly: pairs of"
    " different meanings in one group; pure: groups that hold one meaning; purity: share of the questions that have"
    " the most frequent meaning of their group. The thresholds were chosen on the questions of this folder."
)


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the grouping by language and of independent questions, and its time."""
    report("alike")
    lines = read_lines(QUESTIONS)
    others = [
        {"language": line["lang"], "meaning": line["id"], "question": line["question"]}
        for file in sorted((shared / "questions").glob("*.jsonl"))
        for line in read_lines(file)
    ]
    with open_synced(configuration.current().knowledge_dir) as library:
        library.embedder.query("warm")
        started = time.monotonic()
        groups = meanings_of(lines, library)
        seconds = time.monotonic() - started
        independent = meanings_of(others, library)
    languages = sorted({language for language, _ in groups})
    rows = [language_row(each, [own for language, own in groups if language == each]) for each in languages]
    rows.append(language_row("all", [own for _, own in groups]))
    speed = Table("How long it takes", [{"questions": len(lines), "seconds": round(seconds, 2)}])
    apart = Table(
        "Independent questions, no two of one meaning", [language_row("all", [own for _, own in independent])], NOTE
    )
    return [Table("Questions grouped by meaning", rows, NOTE), *([apart] if others else []), speed]


def read_lines(path: Path) -> list[dict[str, str]]:
    """Returns the JSON objects of a file with one in each line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def meanings_of(lines: Sequence[dict[str, str]], library: WatchedLibrary) -> list[tuple[str, list[str]]]:
    """Returns `(language, meanings of its questions)` for each group."""
    meaning = {str(number): line["meaning"] for number, line in enumerate(lines)}
    asked = [to_question(str(number), line) for number, line in enumerate(lines)]
    vectors = Vectors(library.embedder).of([each.exchange.question for each in asked], lambda *_: None)
    found = group_questions(asked, vectors)
    return [(gap.first.language, [meaning[each.exchange.id] for each in gap.questions]) for gap in found]


def to_question(number: str, line: dict[str, str]) -> Unanswered:
    """Returns a line as an unanswered question, `number` minutes after a fixed day."""
    moment = datetime(2026, 11, 25, tzinfo=UTC) + timedelta(minutes=int(number))
    return Unanswered(Exchange(number, line["question"], "failed", language=line["language"], asked_at=moment))


def language_row(language: str, groups: Sequence[Sequence[str]]) -> dict[str, Cell]:
    """Returns the counts of a language; `groups` has the meanings in each group."""
    every = [meaning for group in groups for meaning in group]
    within = [one == other for group in groups for one, other in combinations(group, 2)]
    return {
        "language": language,
        "questions": len(every),
        "pairs": sum(one == other for one, other in combinations(every, 2)),
        "together": sum(within),
        "wrongly": len(within) - sum(within),
        "groups": len(groups),
        "pure": sum(len(set(group)) == 1 for group in groups),
        "meanings": len(set(every)),
        "purity": round(sum(max(map(group.count, group)) for group in groups) / len(every), 3) if every else 1.0,
    }
