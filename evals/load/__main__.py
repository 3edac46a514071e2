"""Load test of an app with visitors and an ingest; prints and draws the results.

They are times, errors and memory.
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
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import httpx

from evals.faults.flood import app
from evals.load.picture import Curve, drawn
from evals.results import ROOT, Cell, Result, Table, circumstances
from evals.speed.growth import write_laws
from evals.speed.page import opened
from evals.speed.processes import family, memory
from evals.speed.running import Peer, environment

HERE = Path(__file__).parent
QUESTIONS = ROOT / "evals" / "questions.jsonl"
PICTURE = ROOT / "docs" / "images" / "load.svg"
LOCUST = Peer("locust", tuple((HERE / "requirements.txt").read_text("utf-8").split()), (3, 10), "")
PAGE_CHARACTERS = 1_300
PAGES = 200
SHARE = 1 / 3
"""Start of the ingest, as a share of the whole time."""
NOTE = (
    "Each visitor has an address of their own, asks in zh, en or ru and reads for 5 to 15 s; 3 of 10 questions follow."
)


def main() -> int:
    """Runs the load test, stores and prints its result.

    Returns 1 if a question was not answered.
    """
    parser = argparse.ArgumentParser(prog="python -m evals.load", description=__doc__)
    parser.add_argument("--visitors", type=int, default=50, help="default: 50")
    parser.add_argument("--minutes", type=float, default=5.0, help="default: 5")
    parser.add_argument("--knowledge", type=Path, default=ROOT / "knowledge", help="the documents; default: knowledge")
    options = parser.parse_args()
    started, settings = time.monotonic(), circumstances()
    with TemporaryDirectory() as place:
        tables = loaded(Path(place), options.knowledge, options.visitors, 60 * options.minutes)
    result = Result("load", tables, settings, round(time.monotonic() - started, 1))
    result.store()
    print(result.markdown())
    return 1 if any(row["errors"] for row in tables[0].rows) else 0


def loaded(place: Path, knowledge: Path, visitors: int, seconds: float) -> list[Table]:
    """Runs visitors against an app for some seconds; returns times, draws curves."""
    python = environment(LOCUST, report)
    shutil.copytree(knowledge, place / "knowledge")
    with app(place / "knowledge", TRUSTED_PROXIES="127.0.0.1") as (process, port):
        wait_until_embedded(port)
        report(f"{visitors} visitors for {seconds:.0f} s")
        with sampled(process) as samples, ingesting(place / "knowledge", SHARE * seconds):
            run_locust(python, port, place / "load", visitors, seconds)
    curves = [Curve("memory of all processes, MB", samples), *history(place / "load_stats_history.csv")]
    PICTURE.write_text(drawn(curves, seconds, SHARE * seconds, f"{PAGES} pages are added"), encoding="utf-8")
    most, last = max(value for _, value in samples), samples[-1][1]
    note = f"{NOTE} {PAGES} pages are ingested meanwhile. Memory: {most:.0f} MB at most, {last:.0f} at the end."
    return [Table(f"{visitors} visitors for {seconds:.0f} s", stats(place / "load_stats.csv"), note)]


def report(text: str) -> None:
    print(f"load: {text}", file=sys.stderr, flush=True)


def wait_until_embedded(port: int) -> None:
    report("the guides are read")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/", timeout=60) as client:
        page = opened(client)
        while page.progress():
            time.sleep(2)


@contextmanager
def sampled(process: int) -> Iterator[list[tuple[float, float]]]:
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


def run_locust(python: Path, port: int, to: Path, visitors: int, seconds: float) -> None:
    """Lets the visitors come within a tenth of the time."""
    rate = max(1.0, visitors / (0.1 * seconds))
    command: list[str | Path] = [python, "-m", "locust", "-f", HERE / "visitors.py", "--headless", "--only-summary"]
    command += ["--csv", to, "--csv-full-history", "-u", str(visitors), "-r", f"{rate:.1f}", "-t", f"{seconds:.0f}s"]
    command += ["--host", f"http://127.0.0.1:{port}/"]
    given = os.environ | {"LOAD_QUESTIONS": str(QUESTIONS)}
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
