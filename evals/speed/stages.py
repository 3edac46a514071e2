"""Stages of a sync: time for converting, chunking, embedding and writing.

The code that is measured does not know of it.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial, wraps
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import ingest.loaders.load_file
import ingest.sync.ocr_cache
import ingest.sync.read_file
import settings as configuration
from evals.folders import SHARED
from evals.results import Cell, Report, Table
from evals.speed.processes import count_seconds
from evals.speed.syncing import LAWS, open_files
from ingest.loaders import SUFFIXES
from ingest.loaders.formats import read_by_format
from store.embeddings import Embedder, open_embedder
from store.index import Index
from store.index.vector_store import Vectors

DOCUMENTS = 40
RUNS = 3
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("converting, waiting for child processes", ingest.sync.ocr_cache, "load"),
    ("metadata", ingest.sync.read_file, "read_metadata"),
    ("chunking", ingest.sync.read_file, "chunk"),
    ("embedding", Embedder, "embed_passages"),
    ("words and catalog", Index, "put"),
    ("words and catalog", Index, "embed"),
    ("words and catalog", Index, "tidy"),
    ("vectors", Vectors, "add"),
)
"""Functions of each stage, at the place where they are looked up."""
NOTE = (
    f"Medians of {RUNS} syncs of folders never indexed, the model and the readers loaded before. A stage is charged"
    " with its own time, without that of stages within it, summed over threads: what runs side by side adds up to more"
    " than the whole. other: while no stage ran. CPU: seconds of one processor; a file stopped for its time is missing."
)

Interval = tuple[float, float]


class Stopwatch:
    """Measures the time of each stage in all threads.

    `busy` has the intervals in which a thread was within any stage.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.busy: list[Interval] = []
        self.lock = threading.Lock()
        self.own = threading.local()

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        """Times a stage; the stage around it is paused meanwhile."""
        outer: list[float] | None = getattr(self.own, "within", None)
        self.own.within = within = [0.0]
        started = time.perf_counter()
        try:
            yield
        finally:
            ended = time.perf_counter()
            self.own.within = outer
            if outer is not None:
                outer[0] += ended - started
            with self.lock:
                self.seconds[stage] += ended - started - within[0]
                self.busy.append((started, ended))

    def timing(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the function, timed as part of a stage."""

        @wraps(function)
        def run_timed(*arguments: Any, **named: Any) -> Any:
            with self.running(stage):
                return function(*arguments, **named)

        return run_timed


def measure_covered(intervals: Sequence[Interval]) -> float:
    """Returns the time that at least one of the intervals covers."""
    total, reach = 0.0, float("-inf")
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, reach))
        reach = max(reach, end)
    return total


def tables(report: Report) -> list[Table]:
    """Returns the stages of a sync of laws, and of one of other documents."""
    laws = sorted((SHARED / "laws").glob("*.md"))[:LAWS]
    given = [path for path in sorted((SHARED / "documents").iterdir()) if path.suffix.lower() in SUFFIXES]
    embedder = open_embedder(configuration.current())
    with open_files(laws[:1], embedder) as library:
        library.sync()
    return [
        measure_stages("Laws", laws, embedder, report),
        measure_stages("Documents given", spread(given), embedder, report),
    ]


def spread(paths: Sequence[Path], most: int = DOCUMENTS) -> list[Path]:
    """Returns at most so many paths, from their whole range."""
    return [paths[number * len(paths) // most] for number in range(most)] if len(paths) > most else list(paths)


def measure_stages(title: str, paths: list[Path], embedder: Embedder, report: Report) -> Table:
    """Returns the medians of the stages over RUNS syncs of the files."""
    runs = []
    for number in range(1, RUNS + 1):
        report(f"{title}, {number} of {RUNS}")
        runs.append(time_stages(paths, embedder))
    middle = {name: median(run[name] for run in runs) for name in runs[0]}
    return Table(f"{title}, {len(paths)} files", rows(middle), NOTE)


def rows(seconds: dict[str, float]) -> list[dict[str, Cell]]:
    """Returns the seconds of each stage and its share of the whole."""
    return [
        {"stage": name, "seconds": round(each, 2), "share": f"{each / seconds['whole sync']:.0%}"}
        for name, each in seconds.items()
    ]


def time_stages(paths: list[Path], embedder: Embedder) -> dict[str, float]:
    """Returns the seconds of each stage of one sync, of the whole, and of the CPU."""
    watch = Stopwatch()
    with TemporaryDirectory() as place, open_files(paths, embedder) as library:
        ledger = Path(place) / "ledger"
        ledger.touch()
        with watch_stages(watch, ledger):
            before, started = time.process_time(), time.perf_counter()
            library.sync()
            whole, own = time.perf_counter() - started, time.process_time() - before
        children = sum(map(float, ledger.read_text(encoding="ascii").split()))
    stages = {stage: watch.seconds[stage] for stage, _, _ in STAGES}
    processors = {"CPU, this process": own, "CPU, reading processes": children}
    return {**stages, "other": whole - measure_covered(watch.busy), "whole sync": whole, **processors}


@contextmanager
def watch_stages(watch: Stopwatch, ledger: Path) -> Iterator[None]:
    """Times the stages, and the CPU time of the reading processes, within the context."""
    with ExitStack() as patches:
        for stage, owner, name in STAGES:
            patches.enter_context(patch.object(owner, name, watch.timing(stage, getattr(owner, name))))
        patches.enter_context(
            patch.object(ingest.loaders.load_file, "read_by_format", partial(count_seconds, ledger, read_by_format))
        )
        yield
