"""Growth of sync, start, memory and questions with the size of the index.

Each size runs in two processes of its own, on laws made from the articles of real ones: one reads everything, the
next finds nothing changed, asks, and changes a file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from evals.databases.measure import borrow_database
from evals.results import ROOT, Cell, Report, Table
from evals.speed.growth.laws import fill
from evals.speed.growth.measure import NOTES, Place
from evals.speed.plotting import Panel, plot
from store.vector_worker import NAME_FILE

SIZES = (2_000, 20_000, 100_000)
MINUTES = 50.0
NOTES_SHOWN = 10
PLOT = ROOT / "docs" / "images" / "growth.svg"
PLOTTED = {
    "sync s": "sync, s",
    "nothing changed s": "nothing changed, s",
    "opened s": "opened, s",
    "one file s": "one file changed, s",
    "CPU p50 ms": "question, CPU p50 ms",
    "CPU p95 ms": "question, CPU p95 ms",
    "MB": "memory, MB",
}
"""Columns and the titles of their panels."""
NOTE = (
    "Made-up vectors, and no model judges lines. sync: reading, chunking, words, writing; opened: a fresh process until"
    " it answers, vectors: until they are searched too; a question: the whole answer, by the clock and by what the"
    " processors worked for it, which other processes disturb less. MB: all processes of the assistant, without the"
    " servers; peak: of the sync."
)
COLLECTION = "{}/api/v2/tenants/default_tenant/databases/default_database/collections/{}"


@dataclass(frozen=True)
class Servers:
    """Addresses of an empty PostgreSQL database and a Chroma server; "" for files."""

    database: str = ""
    chroma: str = ""


def tables(
    report: Report, sizes: Sequence[int] = SIZES, servers: Servers | None = None, minutes: float = MINUTES
) -> list[Table]:
    """Returns times and memory by number of chunks; for files, draws them into PLOT.

    A process that takes longer than `minutes` is stopped, and its size has only the notes of its sync.
    Raises the errors of `borrow_database`.
    """
    rows: list[dict[str, Cell]] = []
    notes: list[dict[str, Cell]] = []
    for size in sizes:
        report(f"{size} chunks")
        with place_for(size, servers or Servers()) as place:
            try:
                rows.append(measure_twice(place, minutes))
                report(str(rows[-1]))
            except subprocess.TimeoutExpired:
                report(f"{size} chunks: stopped after {minutes:g} minutes")
            notes += [{"wanted": size, **note} for note in read_notes(place)]
    grown = Table("Growth", rows, NOTE)
    if rows and not servers:
        PLOT.write_text(plot(panels(grown.rows)), encoding="utf-8")
    return [each for each in (grown, Table("Within a sync", notes)) if each.rows]


@contextmanager
def place_for(size: int, servers: Servers) -> Iterator[Place]:
    """Yields a folder with laws of a size; removes it, and what servers hold of it."""
    with TemporaryDirectory() as folder, borrow_database(servers.database) if servers.database else nullcontext():
        fill(Path(folder) / "knowledge", size)
        try:
            yield Place(folder, servers.database, servers.chroma)
        finally:
            name = Path(folder) / "data" / "index" / "vectors" / NAME_FILE
            if servers.chroma and name.exists():
                address = COLLECTION.format(servers.chroma.rstrip("/"), name.read_text("utf-8"))
                urlopen(Request(address, method="DELETE")).close()  # noqa: S310 - the address that was given


def measure_twice(place: Place, minutes: float) -> dict[str, Cell]:
    """Returns the row of one size.

    Raises subprocess.TimeoutExpired if a process takes longer than `minutes`.
    """
    first = measure_apart(place, minutes)
    again = measure_apart(replace(place, asks=True), minutes)
    rest = {name: value for name, value in again.items() if name not in ("chunks", "sync")}
    both = {"chunks": first["chunks"], "sync s": first["sync"], "nothing changed s": again["sync"]}
    return both | rest | {"peak MB": first["peak MB"]}


def measure_apart(place: Place, minutes: float) -> dict[str, Cell]:
    """Measures in a process of its own; the place goes there by standard input.

    A command line would show the password of the database in the list of processes.
    """
    command = [sys.executable, "-m", "evals.speed.growth.measure"]
    sent = json.dumps(asdict(place)).encode()
    done = subprocess.run(command, cwd=ROOT, input=sent, stdout=subprocess.PIPE, check=True, timeout=60 * minutes)
    measured: dict[str, Cell] = json.loads(done.stdout)
    return measured


def read_notes(place: Place) -> list[dict[str, Cell]]:
    """Returns about NOTES_SHOWN notes of a sync, evenly spaced, the last among them."""
    file = Path(place.folder) / NOTES
    notes = [json.loads(line) for line in file.read_text(encoding="ascii").splitlines()] if file.exists() else []
    return notes[:: -max(1, len(notes) // NOTES_SHOWN)][::-1]


def panels(rows: Sequence[dict[str, Cell]]) -> list[Panel]:
    """Returns the panels of the plot."""
    return [
        Panel(title, [(float(row["chunks"]), float(row[column])) for row in rows]) for column, title in PLOTTED.items()
    ]
