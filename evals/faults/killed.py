"""Subprocesses of the kill eval: one runs a command, one inspects the result."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import settings as configuration
from bot.pipeline import Bot
from ingest.__main__ import main
from ingest.watcher import open_watched_library


@dataclass(frozen=True)
class Found:
    """Answers by subject, chunks, vectors, and chunks whose vector is missing."""

    answers: tuple[str, ...]
    chunks: int
    vectors: int
    unembedded: int


def run_to_the_end(environment: Mapping[str, str], arguments: Sequence[str], _: Connection | None) -> None:
    """Runs `python -m ingest` and ends the process with its exit code."""
    os.environ.update(environment)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  # until the process ends
    sys.exit(main(list(arguments)))


def look(environment: Mapping[str, str], subjects: Sequence[str], answer: Connection) -> None:
    """Asks about each subject, counts, and sends what it found."""
    os.environ.update(environment)
    with open_watched_library(configuration.load()) as library:
        bot, index = Bot(library.index, library.embedder, lists=library.lists), library.index
        answers = tuple(bot.answer(f"境外投资{each}需要几个工作日？").text for each in subjects)
        lacking = sum(size for _, size in index.without_vectors())
        answer.send(Found(answers, index.chunk_count(), index.vectors.count(), lacking))
