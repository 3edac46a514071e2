"""Eval of real files: all samples, good, bad and hostile, in one sync.

The result is docs/files.md.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import settings as configuration
from evals.folders import with_own_index
from evals.reading.ideographs import count_kept_rows
from evals.results import ROOT, Cell, Report, Table, circumstances, markdown
from ingest.loaders import load
from ingest.sync.progress import Report as SyncReport
from ingest.watcher import open_watched_library
from store.documents import Quality, UnreadableFileError
from store.index import Entry, Failure

PAGE = ROOT / "docs" / "files.md"
NOT_A_SAMPLE = "MANIFEST.tsv"
METHODS = {"text": "text layer", "pdfium": "text layer, by pdfium", "ocr": "OCR", "empty": "nothing found"}
INTRODUCTION = """# What becomes of real files

{count} real files, good, bad and hostile, went through one `sync` with the default settings on {day}.
`python -m evals files` writes this page from the samples in `../shared/documents`.

PDF pages are read from their text layer by pypdf, by pdfium if its text is better, and by OCR if there is no usable
text layer. A file that cannot be read is refused with a reason and a remedy; the others are read all the same."""
BUSY = "Seconds: time to read the file alone, on {processors} processors (load before: {load})."
KEPT_NOTE = (
    "Share of the ideographs seen by pdfium that are in the text of the pages, counted over all pages before"
    " headers and footers are removed; both sides normalised, so that radicals count as ideographs."
)


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the sync, each file and the Chinese text kept; writes docs/files.md."""
    samples = sorted(path for path in (shared / "documents").iterdir() if path.name != NOT_A_SAMPLE)
    busy = BUSY.format(**circumstances())
    report(f"one sync of {len(samples)} files")
    synced, entries, failures = sync(samples)
    report("every file alone, to see its seconds")
    seconds = {path.name: seconds_alone(path) for path in samples}
    report("ideographs kept")
    found = [
        Table("The sync", [whole(synced, seconds)], "Two files are read at a time."),
        Table("File by file", per_file(entries, failures, seconds), busy),
        Table("Chinese text kept", count_kept_rows(samples), KEPT_NOTE),
    ]
    head = INTRODUCTION.format(count=len(samples), day=date.today())
    PAGE.write_text("\n\n".join([head, *map(markdown, found)]) + "\n", encoding="utf-8")
    return found


def sync(samples: Sequence[Path]) -> tuple[SyncReport, list[Entry], list[Failure]]:
    """Runs one sync of copies of the samples."""
    with TemporaryDirectory() as folder:
        knowledge = Path(folder) / "knowledge"
        knowledge.mkdir()
        for path in samples:
            shutil.copy(path, knowledge)
        with open_watched_library(with_own_index(knowledge, Path(folder) / "data")) as library:
            return library.sync(), library.index.entries(), library.index.failures()


def seconds_alone(path: Path) -> float:
    """Returns the seconds to read a file, or to refuse it."""
    started = time.monotonic()
    with suppress(UnreadableFileError):
        load(path, path.name, configuration.current())
    return time.monotonic() - started


def whole(synced: SyncReport, seconds: dict[str, float]) -> dict[str, Cell]:
    """Returns the row about the sync; `seconds` are those of each file alone."""
    return {
        "files": synced.added + len(synced.failed),
        "read": synced.added,
        "refused": len(synced.failed),
        "chunks": synced.chunks,
        "seconds in all": round(synced.seconds),
        "sum of the files read alone": round(sum(seconds.values())),
    }


def per_file(entries: Sequence[Entry], failures: Sequence[Failure], seconds: dict[str, float]) -> list[dict[str, Cell]]:
    """Returns a row for each file, read or refused, by name."""
    rows = {entry.source: read_row(entry) for entry in entries}
    rows |= {failure.source: show_refused_row(failure) for failure in failures}
    return [{**rows[source], "seconds": f"{seconds[source]:.1f}"} for source in sorted(rows)]


def read_row(entry: Entry) -> dict[str, Cell]:
    """Returns the row of a file that was read, without its seconds."""
    quality = entry.quality
    return {
        "file": entry.source,
        "what was done": describe_reading(quality),
        "pages": quality.pages or "–",
        "empty": quality.empty_pages,
        "OCR": quality.ocr_pages,
        "tables": quality.tables,
        "characters": quality.characters,
        "chunks": entry.chunks,
    }


def describe_reading(quality: Quality) -> str:
    """Returns how a file was read, and the notes of its quality record."""
    parts = [METHODS.get(quality.method, quality.method) if quality.pages else "text of the file"]
    if quality.method != "pdfium" and quality.pdfium_pages:
        parts.append(f"pages by pdfium: {quality.pdfium_pages}")
    if quality.method != "ocr" and quality.ocr_pages:
        parts.append(f"pages by OCR: {quality.ocr_pages}")
    return "; ".join([*parts, *map(str, quality.notes)])


def show_refused_row(failure: Failure) -> dict[str, Cell]:
    """Returns the row of a refused file: reason and remedy, without its seconds."""
    said = f"refused: {failure.reason} {failure.remedy}"
    empty = dict.fromkeys(("pages", "empty", "OCR", "tables", "characters", "chunks"), "–")
    return {"file": failure.source, "what was done": said, **empty}
