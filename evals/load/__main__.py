"""Load test of an app with visitors and an ingest; prints and draws the results.

They are times, errors, processor time and memory. With `--idle`, pages that only stay open.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import httpx

from evals.faults.flood import app
from evals.load.picture import Curve, draw_curves
from evals.results import ROOT, Cell, Result, Table, circumstances
from evals.speed.growth.laws import write_laws
from evals.speed.page import open_page
from evals.speed.processes import busy_seconds, family, memory
from evals.speed.running import Peer, environment

HERE = Path(__file__).parent
QUESTIONS = ROOT / "evals" / "questions.jsonl"
PICTURE = ROOT / "docs" / "images" / "load.svg"
LOCUST = Peer("locust", tuple((HERE / "requirements.txt").read_text("utf-8").split()), (3, 10), "")
BROWSERS = ("chromium", "chromium-headless-shell", "google-chrome")
SETTLING, IDLE_SHARE, PATIENCE = 10, 0.06, 600
"""Seconds of little work, the share of a core that is little, and seconds to wait for it."""
PAGE_CHARACTERS = 1_300
PAGES = 200
SHARE = 1 / 3
"""Start of the ingest, as a share of the whole time."""
PAUSE = "5 15"
"""Shortest and longest time that a visitor reads, in seconds."""
NOTE = "Each visitor has an address of their own and asks in zh, en or ru; 3 of 10 questions follow."


def main() -> int:
    """Runs the load test, stores and prints its result.

    Returns 1 if a question was not answered.
    """
    parser = argparse.ArgumentParser(prog="python -m evals.load", description=__doc__)
    parser.add_argument("--visitors", type=int, default=50, help="default: 50")
    parser.add_argument("--minutes", type=float, default=5.0, help="default: 5")
    parser.add_argument("--knowledge", type=Path, default=ROOT / "knowledge", help="the documents; default: knowledge")
    parser.add_argument("--pause", default=PAUSE, help=f'shortest and longest pause in seconds; default: "{PAUSE}"')
    parser.add_argument("--no-ingest", action="store_true", help="add no pages meanwhile, and draw nothing")
    parser.add_argument("--idle", action="store_true", help="pages stay open in Chromium and ask nothing")
    options = parser.parse_args()
    started, settings, seconds = time.monotonic(), circumstances(), 60 * options.minutes
    with TemporaryDirectory() as place:
        shutil.copytree(options.knowledge, knowledge := Path(place) / "knowledge")
        with app(knowledge, TRUSTED_PROXIES="127.0.0.1") as (process, port):
            wait_until_embedded(port)
            if options.idle:
                table = idle(process, port, options.visitors, seconds)
            else:
                visits = Visits(options.visitors, seconds, options.pause, 0 if options.no_ingest else PAGES)
                table = run_visits(Path(place), process, port, visits)
    name = "load-idle" if options.idle else "load-quiet" if options.no_ingest else "load"
    result = Result(name, [table], settings, round(time.monotonic() - started, 1))
    result.store()
    print(result.markdown())
    return 1 if any(row.get("errors") for row in table.rows) else 0


@dataclass(frozen=True)
class Visits:
    """Visitors, seconds that they come for, their pauses, and pages added meanwhile."""

    visitors: int
    seconds: float
    pause: str
    pages: int

    def __str__(self) -> str:
        return f"{self.visitors} visitors for {self.seconds:.0f} s with pauses of {self.pause.replace(' ', ' to ')} s"


def run_visits(place: Path, process: int, port: int, visits: Visits) -> Table:
    """Runs visitors against an app; returns times. Draws curves if pages are added."""
    python = environment(LOCUST, report)
    report(str(visits))
    adding = ingesting(place / "knowledge", SHARE * visits.seconds) if visits.pages else nullcontext()
    before = processor_time(process)
    with sample_memory(process) as samples, adding:
        run_locust(python, port, place / "load", visits)
    used, rows = processor_time(process) - before, stats(place / "load_stats.csv")
    if visits.pages:
        curves = [Curve("memory of all processes, MB", samples), *history(place / "load_stats_history.csv")]
        title = f"{visits.pages} pages are added"
        PICTURE.write_text(draw_curves(curves, visits.seconds, SHARE * visits.seconds, title), encoding="utf-8")
    most, last = max(value for _, value in samples), samples[-1][1]
    answers = max(1, sum(int(str(row["count"])) for row in rows if row[""] == "whole answer"))
    note = f"{NOTE} Pages added meanwhile: {visits.pages}. Memory: {most:.0f} MB at most, {last:.0f} at the end."
    return Table(str(visits), rows, f"{note} Processor: {used / answers:.3f} s an answer.")


def idle(process: int, port: int, pages: int, seconds: float) -> Table:
    """Opens pages in Chromium that ask nothing; returns the processor time of the app."""
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        wait_until_idle(process)
        rows = [busy_row(process, 0, seconds)]
        for number in range(pages):
            report(f"page {number + 1} of {pages}")
            browser.new_page().goto(f"http://127.0.0.1:{port}/", wait_until="networkidle")
        wait_until_idle(process)
        rows.append(busy_row(process, pages, seconds))
        browser.close()
    return Table("Open pages that ask nothing", rows, "Processor time of the app and its processes.")


def wait_until_idle(process: int) -> None:
    """Waits until an app has found its examples and its pages have loaded.

    That is when it takes less than IDLE_SHARE of a core for SETTLING seconds; at most PATIENCE seconds.
    """
    started = time.monotonic()
    while float(busy_row(process, 0, SETTLING)["share of a core"]) > IDLE_SHARE:
        report("the app is still busy")
        if time.monotonic() - started > PATIENCE:
            return


def busy_row(process: int, pages: int, seconds: float) -> dict[str, Cell]:
    """Returns the mean share of a core that the app takes in the next `seconds`."""
    before = processor_time(process)
    time.sleep(seconds)
    return {"open pages": pages, "share of a core": round((processor_time(process) - before) / seconds, 4)}


def processor_time(process: int) -> float:
    """Returns the CPU seconds of a process and its descendants."""
    return sum(map(busy_seconds, family(process)))


def report(text: str) -> None:
    """Prints progress on standard error."""
    print(f"load: {text}", file=sys.stderr, flush=True)


def wait_until_embedded(port: int) -> None:
    """Waits until the page shows no more progress of indexing."""
    report("the guides are read")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/", timeout=60) as client:
        page = open_page(client)
        while page.progress():
            time.sleep(2)


@contextmanager
def sample_memory(process: int) -> Iterator[list[tuple[float, float]]]:
    """Yields a list that grows by second and MB of a process and its descendants."""
    samples: list[tuple[float, float]] = []
    started, over = time.monotonic(), Event()

    def sample() -> None:
        while not samples or not over.wait(1):
            samples.append((round(time.monotonic() - started, 1), sum(map(memory, family(process)))))

    thread = Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


@contextmanager
def ingesting(knowledge: Path, after: float) -> Iterator[None]:
    """Adds made-up laws of PAGES pages after so many seconds."""
    over = Event()

    def add() -> None:
        if not over.wait(after):
            write_laws(knowledge, "load", PAGES * PAGE_CHARACTERS)

    thread = Thread(target=add)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def run_locust(python: Path, port: int, to: Path, visits: Visits) -> None:
    """Lets the visitors come within a tenth of the time."""
    visitors, seconds = visits.visitors, visits.seconds
    rate = max(1.0, visitors / (0.1 * seconds))
    command: list[str | Path] = [python, "-m", "locust", "-f", HERE / "visitors.py", "--headless", "--only-summary"]
    command += ["--csv", to, "--csv-full-history", "-u", str(visitors), "-r", f"{rate:.1f}", "-t", f"{seconds:.0f}s"]
    command += ["--host", f"http://127.0.0.1:{port}/"]
    given = os.environ | {"LOAD_QUESTIONS": str(QUESTIONS), "LOAD_PAUSE": visits.pause}
    subprocess.run(command, cwd=to.parent, env=given, stdout=sys.stderr, check=False)  # 1 if there were errors


def stats(path: Path) -> list[dict[str, Cell]]:
    """Returns times and errors of whole answers, first words and other requests."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Name"] not in {"Aggregated", "stream"}]
    return [
        {
            "": row["Name"],
            "count": int(row["Request Count"]),
            "errors": int(row["Failure Count"]),
            "a second": round(float(row["Requests/s"]), 2),
            "p50 ms": int(float(row["50%"])),
            "p95 ms": int(float(row["95%"])),
        }
        for row in sorted(rows, key=lambda row: row["Name"], reverse=True)
    ]


def history(path: Path) -> list[Curve]:
    """Returns curves of whole answers: 95th percentile, and answers per second."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Name"] == "whole answer"]
    begun = float(rows[0]["Timestamp"]) if rows else 0.0
    columns = {"95%": "whole answer, p95 ms of the last 10 s", "Requests/s": "answers a second"}
    return [
        Curve(title, [(float(row["Timestamp"]) - begun, float(row[column])) for row in rows if row[column] != "N/A"])
        for column, title in columns.items()
        if rows
    ]


if __name__ == "__main__":
    sys.exit(main())
