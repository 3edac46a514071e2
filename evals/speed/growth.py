"""Growth of sync, start, memory and questions with the size of the index.

Vectors are made up, so that the model does not count. Each size runs in a process of its own, on laws with changed
numbers.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import numpy as np
from langchain_core.embeddings import Embeddings

import settings as configuration
from bot.pipeline import Bot
from evals.answers import QUESTIONS, read_questions
from evals.folders import SHARED
from evals.results import ROOT, Cell, Report, Table
from evals.speed.plotting import Panel, plot
from evals.speed.timing import milliseconds, resident_megabytes
from ingest.watcher import open_watched_library
from store.embeddings import Embedder

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
ASKED = 100
CHARACTERS = 170
"""Characters in a chunk of a law, about."""
PLOT = ROOT / "docs" / "images" / "growth.svg"
PLOTTED = {
    "sync s": "sync, s",
    "nothing changed s": "nothing changed, s",
    "opened s": "opened, s",
    "p50 ms": "question, p50 ms",
    "p95 ms": "question, p95 ms",
    "MB": "memory, MB",
}
"""Columns and the titles of their panels."""
NOTE = (
    "Made-up vectors; sync: reading, chunking, words, writing; opened: a fresh process until the index answers; a"
    " question: the whole answer without a model, of which the model's own time (about 4 ms for the question, and what"
    " comparing lines takes) is missing."
)


class MadeUp(Embeddings):
    """Made-up vectors that depend only on the text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.random.default_rng(crc32(text.encode())).standard_normal(384)
        made: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return made


def tables(report: Report) -> list[Table]:
    rows: list[dict[str, Cell]] = []
    for size in SIZES:
        report(f"{size} chunks")
        with TemporaryDirectory() as place:
            fill(Path(place) / "knowledge", size)
            first, again = (json.loads(measured(place)) for _ in range(2))
            second = {name: value for name, value in again.items() if name not in ("chunks", "sync")}
            rows.append(
                {"chunks": first["chunks"], "sync s": first["sync"], "nothing changed s": again["sync"], **second}
            )
    grown = Table("Growth", rows, NOTE)
    PLOT.write_text(plot(panels(grown.rows)), encoding="utf-8")
    return [grown]


def panels(rows: Sequence[dict[str, Cell]]) -> list[Panel]:
    """Returns the panels of the plot."""
    return [
        Panel(title, [(float(row["chunks"]), float(row[column])) for row in rows]) for column, title in PLOTTED.items()
    ]


def measured(place: str) -> bytes:
    command = [sys.executable, "-m", "evals.speed.growth", place]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, env=None).stdout


def fill(knowledge: Path, size: int) -> None:
    """Writes laws with changed numbers in titles and texts, about `size` chunks."""
    knowledge.mkdir()
    laws = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "laws").glob("*.md"))]
    copies, written = 0, 0
    while written < size:
        for number, text in enumerate(laws):
            changed = re.sub(r"\d+", lambda match: str(int(match[0]) % 9_000 + copies), text)  # noqa: B023
            (knowledge / f"law-{copies}-{number}.md").write_text(f"<!-- {copies} -->\n{changed}", encoding="utf-8")
            written += max(1, len(text) // CHARACTERS)
            if written >= size:
                return
        copies += 1


def measure(place: Path) -> dict[str, Cell]:
    """Syncs and asks a folder; returns times and memory."""
    update = {"knowledge_dir": place / "knowledge", "data_dir": place / "data"}
    settings = configuration.current().model_copy(update=update)
    questions = [each["question"] for each in read_questions(QUESTIONS) if not each.get("history")][:ASKED]
    opening = time.perf_counter()
    with open_watched_library(settings, embedder=Embedder(MadeUp(), "made-up")) as library:
        bot = Bot(library.index, library.embedder)
        bot.answer(questions[0])
        opened = time.perf_counter() - opening
        started = time.perf_counter()
        library.sync()
        synced = time.perf_counter() - started
        taken = []
        for question in questions:
            started = time.perf_counter()
            bot.answer(question)
            taken.append(time.perf_counter() - started)
        return {
            "chunks": library.index.chunk_count(),
            "sync": round(synced, 2),
            "opened s": round(opened, 2),
            **milliseconds(taken),
            "MB": resident_megabytes(),
        }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
