"""Speed from `make run` to answers: seconds and memory, without and with an index.

Also the time that the page adds to an answer.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import httpx

from bot.pipeline import Bot
from evals.answers import QUESTIONS, read_questions
from evals.folders import with_own_index
from evals.results import ROOT, Cell, Report, Table
from evals.speed.asking import time_each
from evals.speed.page import Page, open_page
from evals.speed.processes import family, memory
from evals.speed.timing import milliseconds
from ingest.watcher import open_watched_library

STARTS = 3
ASKED = 100
WARM = 20
PATIENCE = 300.0
"""Seconds after which a start has failed."""
REST = 5.0
"""Seconds from `ready` until memory is read."""
FAREWELL = 10.0
FIRST = "俄罗斯的企业所得税税率是多少？"
FIRST_SOURCE = "outbound/country-russia"
"""A file among the last in the folder; they are read in the order of their names."""
KINDS = ("never indexed", "index there")
NOTE = (
    f"Medians of {STARTS} starts of `make run`, seconds from the command on. page: GET / gives 200 (target 6); answer:"
    f" the first right answer to “{FIRST}”, asked again and again through the page (target 8, never indexed); ready:"
    " everything embedded, looked at from the first answer on; MB: resident"
    f" {REST:.0f} s later, summed over the process and its children, what they share counted for each."
)


def tables(report: Report) -> list[Table]:
    """Returns the times and memory of starts, and times of answers through the page."""
    starts: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for number in range(1, STARTS + 1):
        with TemporaryDirectory() as data:
            for kind in KINDS:
                report(f"start {number} of {STARTS}, {kind}")
                with running(Path(data)) as app:
                    starts[kind].append(measure(app))
    return [Table("Starting", [{"": kind, **medians(each)} for kind, each in starts.items()], NOTE), asking(report)]


def medians(rows: Sequence[dict[str, float]]) -> dict[str, Cell]:
    """Returns the median of each column, without decimals for large numbers."""
    middle = {name: median(row[name] for row in rows) for name in rows[0]}
    return {name: round(value, 1) if value < 100 else round(value) for name, value in middle.items()}


@dataclass(frozen=True)
class App:
    """A running `make run`: start time `since` (monotonic) and its log."""

    process: subprocess.Popen[bytes]
    address: str
    since: float
    log: Any

    def until(self, happens: Callable[[], Any], pause: float = 0.1) -> float:
        """Returns the seconds from the command on until something happens.

        Raises RuntimeError with the log if it does not happen.
        """
        while not happens():
            if self.process.poll() is not None or time.monotonic() > self.since + PATIENCE:
                self.log.seek(0)
                raise RuntimeError(f"The app ended or took over {PATIENCE:.0f} s: {self.log.read()[-2000:].decode()}")
            time.sleep(pause)
        return time.monotonic() - self.since


@contextmanager
def running(data: Path) -> Iterator[App]:
    """Runs `make run` over the repository's knowledge folder, as long as the context.

    It has a process group of its own.
    """
    port = str(free_port())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    environment |= {"ASSISTANT_KNOWLEDGE_DIR": str(ROOT / "knowledge"), "ASSISTANT_DATA_DIR": str(data)}
    environment |= {"ASSISTANT_CHAT_MODEL": "", "ASSISTANT_PORT": port}
    with TemporaryFile() as log:
        since = time.monotonic()
        process = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield App(process, f"http://127.0.0.1:{port}/", since, log)
        finally:
            end(process)


def free_port() -> int:
    """Returns a port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(process: subprocess.Popen[bytes], farewell: float = FAREWELL) -> None:
    """Ends the process group of a process, by force after some seconds."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):  # none of the group is left
            os.killpg(process.pid, sign)
            deadline = time.monotonic() + farewell
            while time.monotonic() < deadline:
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(0.05)


def measure(app: App) -> dict[str, float]:
    """Returns the seconds of one start, and the memory at rest."""
    with httpx.Client(base_url=app.address, timeout=PATIENCE) as client:
        shown = app.until(lambda: is_up(client))
        page = open_page(client)
        answered = app.until(lambda: is_right(page.ask(FIRST)))
        ready = app.until(lambda: not page.progress())
        time.sleep(REST)
        taken = sum(map(memory, family(app.process.pid)))
    return {"page s": shown, "answer s": answered, "ready s": ready, "MB": taken}


def is_up(client: httpx.Client) -> bool:
    """Checks that the page answers with 200; False if nothing can be reached."""
    try:
        return client.get("").status_code == 200
    except httpx.TransportError:
        return False


def is_right(answer: dict[str, Any]) -> bool:
    """Checks that FIRST is answered from its guide."""
    sources = [citation["source"] for citation in answer["citations"]]
    return answer["outcome"] == "answered" and any(source.startswith(FIRST_SOURCE) for source in sources)


def asking(report: Report) -> Table:
    """Compares questions through the page of an app at rest with the bot alone."""
    questions = [each["question"] for each in read_questions(QUESTIONS) if not each.get("history")][:ASKED]
    with TemporaryDirectory() as place:
        own, theirs = Path(place) / "own", Path(place) / "theirs"
        settings = with_own_index(ROOT / "knowledge", own).model_copy(update={"chat_model": ""})
        with open_watched_library(settings) as library:
            report("indexing")
            library.sync()
            # An index has one owner: the app gets a copy, without the note on where this owner is to be reached.
            shutil.copytree(own, theirs, ignore=shutil.ignore_patterns("owner.*"))
            report(f"{len(questions)} questions")
            bot = Bot(library.index, library.embedder, lists=library.lists)
            with running(theirs) as app, httpx.Client(base_url=app.address, timeout=PATIENCE) as client:
                paged, alone = in_turn(resting(app, client).ask, bot.answer, questions)
    rows: dict[str, dict[str, float]] = {"through the page": milliseconds(paged), "bot.answer": milliseconds(alone)}
    rows["the page adds"] = milliseconds([mine - own for mine, own in zip(paged, alone, strict=True)])
    note = f"{len(questions)} of our questions in turn, at rest; `adds` compares question by question."
    return Table("A whole answer through the page", [{"": name, **row} for name, row in rows.items()], note)


def resting(app: App, client: httpx.Client) -> Page:
    """Returns the page of an app that has nothing left to index."""
    app.until(lambda: is_up(client))
    page = open_page(client)
    app.until(lambda: not page.progress())
    time.sleep(REST)
    return page


def in_turn(
    one: Callable[[str], object], other: Callable[[str], object], questions: Sequence[str]
) -> tuple[list[float], list[float]]:
    """Returns the seconds of each question by two ways of asking, which alternate.

    So both meet the same load.
    """
    time_each(one, questions[:WARM])
    time_each(other, questions[:WARM])
    pairs = [(*time_each(one, [question]), *time_each(other, [question])) for question in questions]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
