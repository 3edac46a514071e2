"""Speed and memory of a PDF of 619 pages beside one of 60.

Shows if memory grows with the pages. Each is synced in a process of its own, whose memory is read from outside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from evals.folders import SHARED, with_own_index
from evals.results import ROOT, Cell, Report, Table
from evals.speed.processes import family, memory
from ingest.watcher import open_watched_library
from store.embeddings import open_embedder

SIZES = (60, 619)
SAMPLED_EVERY = 0.2
LONGEST = 1_800.0
"""Seconds after which a sync has failed."""
FONT = "STSong-Light"
SIZE = 12
CHARACTERS = 36
"""Characters in a line."""
LINES = 38
"""Lines on a page."""
NOTE = (
    "Laws, printed with page numbers; a folder never indexed, a fresh process, the model loaded before the clock"
    f" starts. MB, looked at every {SAMPLED_EVERY} s: main, the most that the process took; reading, the most of any of"
    " its children, which begin with what the readers' libraries take; together, the most at one moment, what they"
    " share counted for each. Constant memory: the ratios of MB stay far below that of pages."
)


def tables(report: Report) -> list[Table]:
    """Returns time and memory for PDF files of each of SIZES pages, and their ratios."""
    rows = []
    for pages in SIZES:
        report(f"{pages} pages")
        rows.append(measure_sync(pages))
    return [Table("Large PDF files", [*rows, ratios(rows[0], rows[-1])], NOTE)]


def ratios(small: dict[str, Cell], large: dict[str, Cell]) -> dict[str, Cell]:
    """Returns the ratio of the large file to the small one in each column."""
    return {name: f"× {float(large[name]) / float(small[name]):.2f}" for name in small}


def measure_sync(pages: int) -> dict[str, Cell]:
    """Returns the time and memory of the sync of a PDF of so many pages."""
    with TemporaryDirectory() as place:
        write_pdf(Path(place) / "knowledge" / "laws.pdf", pages)
        command = [sys.executable, "-m", "evals.speed.large", place]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            try:
                peaks = watch_memory(process)
                synced = json.loads(process.communicate()[0])
            finally:
                process.kill()
    assert synced["pages"] == pages, f"{synced['pages']} of {pages} pages were read"
    speed = {"pages a second": round(pages / synced["seconds"], 1)}
    return {**synced, **speed, **{f"{name} MB": round(peak) for name, peak in peaks.items()}}


def watch_memory(process: subprocess.Popen[bytes], every: float = SAMPLED_EVERY) -> dict[str, float]:
    """Returns the peak MB of a process, of any descendant, and of all together.

    Raises TimeoutExpired if the process does not end within LONGEST.
    """
    peaks = {"main": 0.0, "reading": 0.0, "together": 0.0}
    deadline = time.monotonic() + LONGEST
    while process.poll() is None:
        if time.monotonic() > deadline:
            raise subprocess.TimeoutExpired(process.args, LONGEST)
        main, *children = family(process.pid)
        seen = memory(main, "VmHWM"), max((memory(child, "VmHWM") for child in children), default=0.0)
        together = sum(map(memory, (main, *children)))
        peaks = dict(zip(peaks, map(max, peaks.values(), (*seen, together)), strict=True))
        time.sleep(every)
    return peaks


def write_pdf(path: Path, pages: int) -> None:
    """Writes a PDF of texts of laws with so many pages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4)
    lines = law_lines()
    for number in range(1, pages + 1):
        canvas.setFont(FONT, SIZE)
        for row, line in enumerate(islice(lines, LINES)):
            canvas.drawString(81, 760 - 18 * row, line)
        canvas.drawCentredString(A4[0] / 2, 40, f"- {number} -")
        canvas.showPage()
    canvas.save()


def law_lines() -> Iterator[str]:
    """Yields lines of laws endlessly, from the first again after the last."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "laws").glob("*.md"))]
    for text in cycle(texts):
        yield from wrap_lines(text.splitlines())


def wrap_lines(paragraphs: Iterable[str]) -> Iterator[str]:
    """Yields the lines of paragraphs without Markdown signs, at most CHARACTERS long."""
    for paragraph in paragraphs:
        plain = paragraph.replace("*", "").lstrip("# ").strip()
        yield from (plain[start : start + CHARACTERS] for start in range(0, len(plain), CHARACTERS))


def sync(place: Path) -> dict[str, Cell]:
    """Syncs a folder that was never indexed; returns its pages, chunks and seconds."""
    settings = with_own_index(place / "knowledge", place / "data")
    embedder = open_embedder(settings)
    embedder.query("税率是多少？")
    with open_watched_library(settings, embedder=embedder) as library:
        started = time.perf_counter()
        report = library.sync()
        seconds = time.perf_counter() - started
        assert not report.failed, report.failed
        documents = filter(None, map(library.index.document, library.index.documents()))
        pages = sum(len(document.pages) for document in documents)
        return {"pages": pages, "chunks": report.chunks, "seconds": round(seconds, 1)}


if __name__ == "__main__":
    print(json.dumps(sync(Path(sys.argv[1]))))
