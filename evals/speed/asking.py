"""Speed of questions without a model on 2,000 chunks, at rest and during a sync."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from bot.pipeline import Bot
from bot.retrieval.hybrid_search import hybrid
from evals.answers import QUESTIONS, read_questions
from evals.folders import SHARED, with_own_index
from evals.results import Cell, Report, Table
from evals.speed.timing import milliseconds, percentile, resident_megabytes
from ingest.watcher import WatchedLibrary, open_watched_library

CHUNKS = 2_000
ASKED = 150


def tables(report: Report) -> list[Table]:
    """Returns the times of searches and answers at rest, and during a sync."""
    questions = [each["question"] for each in read_questions(QUESTIONS) if not each.get("history")][:ASKED]
    with TemporaryDirectory() as place:
        knowledge = Path(place) / "knowledge"
        knowledge.mkdir()
        with open_watched_library(with_own_index(knowledge, Path(place) / "data")) as library:
            laws = fill(library, knowledge, report)
            bot = Bot(library.index, library.embedder)
            find = hybrid(library.index, library.embedder)
            time_each(bot.answer, questions[:20])
            report("at rest")
            rows: list[dict[str, Cell]] = [
                {"": "search", **milliseconds(time_each(lambda text: find(text, 10), questions))},
                {"": "whole answer", **milliseconds(resting := time_each(bot.answer, questions))},
            ]
            report("during a sync")
            busy = during(library, knowledge, laws, bot, questions)
            rows.append({"": "whole answer during a sync", **milliseconds(busy)})
            ratio = round(percentile(busy, 0.95) / percentile(resting, 0.95), 2)
            size = library.index.chunk_count()
    return [
        Table(
            f"A question on {size} chunks",
            rows,
            f"{ASKED} of our questions, one after the other; p95 during a sync to p95 at rest: {ratio} ({len(busy)}"
            f" questions); the process takes {resident_megabytes()} MB.",
        )
    ]


def fill(library: WatchedLibrary, knowledge: Path, report: Report) -> list[Path]:
    """Syncs laws until the index has CHUNKS chunks; returns the laws that are left."""
    paths = sorted((SHARED / "laws").glob("*.md"))
    while library.index.chunk_count() < CHUNKS and paths:
        for path in paths[:10]:
            (knowledge / path.name).write_bytes(path.read_bytes())
        paths = paths[10:]
        library.sync()
        report(f"{library.index.chunk_count()} chunks")
    return paths


def time_each(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Returns the seconds of each question."""
    taken = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        taken.append(time.perf_counter() - started)
    return taken


def during(
    library: WatchedLibrary, knowledge: Path, laws: Sequence[Path], bot: Bot, questions: Sequence[str]
) -> list[float]:
    """Returns the seconds of each question while a sync of more laws runs."""
    for path in laws:
        (knowledge / path.name).write_bytes(path.read_bytes())
    sync = Thread(target=library.sync)
    sync.start()
    taken: list[float] = []
    while sync.is_alive():
        taken += time_each(bot.answer, [questions[len(taken) % len(questions)]])
    sync.join()
    return taken
