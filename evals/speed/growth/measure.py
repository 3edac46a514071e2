"""Measures one folder in a process of its own: sync, start, questions, memory.

Vectors are made up and no model judges lines, so that only what grows with the index counts.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from bot.pipeline import Bot
from evals.answers import QUESTIONS, read_questions
from evals.folders import with_own_index
from evals.results import Cell
from evals.speed.processes import family, memory, spent_seconds
from evals.speed.timing import milliseconds
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store.embeddings import Embedder

ASKED = 100
UPDATED = "\n第九十九条 本办法自2026年12月1日起施行。\n"
LOOK_SECONDS, NOTE_SECONDS = 2.0, 30.0
"""Seconds between two looks at the memory, and between two notes of a sync."""
NOTES = "notes.jsonl"
"""File with the notes of a sync, a line of JSON each; it stays if the sync is stopped."""


@dataclass(frozen=True)
class Place:
    """Folder with `knowledge`, and the servers that hold its index; "" for files.

    `asks`: questions are asked and a file is changed after the sync.
    """

    folder: str
    database: str = ""
    chroma: str = ""
    asks: bool = False

    def settings(self) -> Settings:
        """Returns settings with an index of their own, in files or on the servers."""
        own = with_own_index(Path(self.folder) / "knowledge", Path(self.folder) / "data")
        return own.model_copy(update={"database_url": SecretStr(self.database), "chroma_url": self.chroma})


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


class SyncNotes:
    """Notes on a running sync: files and vectors done, and the memory it takes."""

    def __init__(self, library: WatchedLibrary, file: Path) -> None:
        self.library, self.file = library, file
        self.started, self.peak = time.monotonic(), 0.0

    @contextmanager
    def take(self) -> Iterator[None]:
        """Takes notes during the block."""
        over = threading.Event()
        looking = threading.Thread(target=self.look_until, args=(over,), daemon=True)
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()

    def look_until(self, over: threading.Event) -> None:
        """Looks at the memory until the sync is over, and writes notes."""
        noted = self.started
        while not over.wait(LOOK_SECONDS):
            megabytes = sum_megabytes()
            self.peak = max(self.peak, megabytes)
            if time.monotonic() - noted > NOTE_SECONDS:
                noted = time.monotonic()
                self.write(megabytes)

    def write(self, megabytes: float) -> None:
        """Writes one note into the file, and to standard error."""
        done = self.library.latest
        note = {"s": round(time.monotonic() - self.started), "files": done.files_done}
        line = json.dumps(note | {"vectors": done.chunks_done, "MB": round(megabytes)})
        with self.file.open("a", encoding="ascii") as notes:
            notes.write(f"{line}\n")
        print(line, file=sys.stderr, flush=True)


def sum_megabytes() -> float:
    """Returns the MB in RAM of this process and all that it started."""
    return sum(map(memory, family(os.getpid())))


def measure(place: Place) -> dict[str, Cell]:
    """Syncs a folder, and asks if it should; returns times and memory."""
    settings = place.settings()
    questions = [each["question"] for each in read_questions(QUESTIONS) if not each.get("history")][:ASKED]
    opening = time.perf_counter()
    with open_watched_library(settings, embedder=Embedder(MadeUp(), "made-up")) as library:
        bot = Bot(library.index, library.embedder, answerability=None)
        bot.answer(questions[0])
        opened = time.perf_counter() - opening
        library.condition(is_patient=True)
        whole = time.perf_counter() - opening
        notes = SyncNotes(library, Path(place.folder) / NOTES)
        started = time.perf_counter()
        with notes.take():
            library.sync()
        synced: dict[str, Cell] = {
            "chunks": library.index.chunk_count(),
            "sync": round(time.perf_counter() - started, 2),
        }
        if not place.asks:
            return synced | {"peak MB": round(max(notes.peak, sum_megabytes()))}
        asked = ask(bot, questions)
        changed = change_one(library, settings.knowledge_dir)
        opens = {"opened s": round(opened, 2), "vectors s": round(whole, 2)}
        return synced | changed | opens | asked | {"MB": round(sum_megabytes())}


def ask(bot: Bot, questions: list[str]) -> dict[str, Cell]:
    """Returns how long answers take, and how long processors work for them."""
    taken, spent, processes = [], [], family(os.getpid())
    for question in questions:
        started, before = time.perf_counter(), spent_seconds(processes)
        bot.answer(question)
        taken.append(time.perf_counter() - started)
        spent.append(spent_seconds(processes) - before)
    return {**milliseconds(taken), **{f"CPU {name}": value for name, value in milliseconds(spent).items()}}


def change_one(library: WatchedLibrary, knowledge: Path) -> dict[str, Cell]:
    """Changes one file, and returns how long a sync takes then.

    One that is changed before it starts the process that reads files, and does not count.
    """
    taken = 0.0
    for changed in sorted(knowledge.iterdir())[:2]:
        changed.write_text(changed.read_text(encoding="utf-8") + UPDATED, encoding="utf-8")
        started = time.perf_counter()
        library.sync()
        taken = time.perf_counter() - started
    return {"one file s": round(taken, 2)}


if __name__ == "__main__":
    print(json.dumps(measure(Place(**json.load(sys.stdin)))))
