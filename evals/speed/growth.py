"""Growth of sync, start, memory and questions with the size of the index.

Vectors are made up, so that the model does not count. Each size runs in a process of its own, on laws made from the
articles of real ones.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zlib import crc32

import numpy as np
from langchain_core.embeddings import Embeddings

from bot.pipeline import Bot
from evals.answers import QUESTIONS, read_questions
from evals.folders import SHARED, with_own_index
from evals.results import ROOT, Cell, Report, Table
from evals.speed.plotting import Panel, plot
from evals.speed.processes import family, memory
from evals.speed.timing import milliseconds
from ingest.watcher import open_watched_library
from store.embeddings import Embedder
from text.scripts import ORDINAL

SIZES = (2_000, 20_000, 100_000)
ASKED = 100
CHARACTERS = 170
"""Characters in a chunk of a law, about."""
ARTICLES = 40
"""Articles of a made-up law, about as many as a law has in the middle."""
ARTICLE = re.compile(rf"^[#*\s]*{ORDINAL}条[\s*]*", re.MULTILINE)
PLACES = "浙江省 杭州市 钱塘区 江苏省 上海市 广东省 四川省 福建省 山东省 湖北省".split()
SUBJECTS = "境外投资 外商投资 进出口 外汇 数据出境 劳动用工 知识产权 税收征收 企业登记 环境保护".split()
UPDATED = "\n第九十九条 本办法自2026年12月1日起施行。\n"
PLOT = ROOT / "docs" / "images" / "growth.svg"
PLOTTED = {
    "sync s": "sync, s",
    "nothing changed s": "nothing changed, s",
    "opened s": "opened, s",
    "one file s": "one file changed, s",
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
        """Returns a vector of 384 numbers for each text."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Returns a vector of 384 numbers and length 1, made from the CRC-32 of a text."""
        vector = np.random.default_rng(crc32(text.encode())).standard_normal(384)
        made: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return made


def tables(report: Report) -> list[Table]:
    """Returns times and memory by number of chunks, and draws them into PLOT."""
    rows: list[dict[str, Cell]] = []
    for size in SIZES:
        report(f"{size} chunks")
        with TemporaryDirectory() as place:
            fill(Path(place) / "knowledge", size)
            first, again = (json.loads(measure_apart(place)) for _ in range(2))
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


def measure_apart(place: str) -> bytes:
    """Measures a folder in a process of its own; returns the result as JSON."""
    command = [sys.executable, "-m", "evals.speed.growth", place]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, env=None).stdout


def fill(knowledge: Path, size: int) -> None:
    """Writes made-up laws of about `size` chunks, from articles of real laws.

    Figures and places are replaced.
    Everything follows from the number of the law, so that two runs have the same texts.
    """
    knowledge.mkdir()
    write_laws(knowledge, "law", size * CHARACTERS)


def write_laws(folder: Path, name: str, characters: int) -> None:
    """Writes made-up laws of at least `characters` in total; `name` begins file names."""
    articles = [each for path in sorted((SHARED / "laws").glob("*.md")) for each in articles_of(path)]
    number = written = 0
    while written < characters:
        law = make_law(number, articles)
        (folder / f"{name}-{number:04}.md").write_text(law, encoding="utf-8")
        written, number = written + len(law), number + 1


def articles_of(path: Path) -> list[str]:
    """Returns the articles of a law, each without its number."""
    return [part.strip() for part in ARTICLE.split(path.read_text(encoding="utf-8"))[1:] if part.strip()]


def make_law(number: int, articles: Sequence[str]) -> str:
    """Returns a made-up law as Markdown; all choices follow from `number`."""
    chosen = Random(number)  # noqa: S311 - nothing secret
    place, subject = chosen.choice(PLACES), chosen.choice(SUBJECTS)
    lines = [f"# {place}{subject}管理办法（{number:04}号）"]
    for at, article in enumerate(chosen.sample(articles, min(len(articles), ARTICLES)), 1):
        text = re.sub(r"\d+", lambda match: str(int(match[0]) % 9_000 + number), article)
        lines.append(f"第{at}条 {text.replace('国务院', f'{place}人民政府')}")
    return "\n\n".join(lines) + "\n"


def measure(place: Path) -> dict[str, Cell]:
    """Syncs and asks a folder; returns times and memory."""
    settings = with_own_index(place / "knowledge", place / "data")
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
        changed = next(iter(sorted(settings.knowledge_dir.iterdir())))
        changed.write_text(changed.read_text(encoding="utf-8") + UPDATED, encoding="utf-8")
        started = time.perf_counter()
        library.sync()
        return {
            "chunks": library.index.chunk_count(),
            "sync": round(synced, 2),
            "one file s": round(time.perf_counter() - started, 2),
            "opened s": round(opened, 2),
            **milliseconds(taken),
            "MB": round(sum(map(memory, family(os.getpid())))),
        }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
