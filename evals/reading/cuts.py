"""Eval of cuts: numbers, dates, document numbers and words must stay whole.

Checks all chunks and quotable lines of all readable files. `evals.reading.walking` decides what is cut by walking along
the characters, independently of the rules by which the product cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import settings as configuration
from bot.retrieval.snippets import find_snippets
from evals.reading.walking import cut
from evals.results import ROOT, Cell, Report, Table
from ingest.sync.read_file import read_revision
from store.documents import Document, Metadata, Passage, UnreadableFileError
from store.index import Revision

FOLDERS = (("knowledge", ROOT / "knowledge"), ("laws", Path("laws")), ("documents", Path("documents")))
SHOWN = 200
NOTE = "cut: borders of chunks and of quotable lines that lie inside a number, a date, a document number or a word."


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the number of borders and the wrong ones."""
    rows, wrong = list[dict[str, Cell]](), list[dict[str, Cell]]()
    for name, folder in FOLDERS:
        report(name)
        files = revisions(shared / folder)
        torn = wrong_borders(files)
        count = sum(1 for each in files for _ in borders(each))
        rows.append({"folder": name, "files": len(files), "borders": count, "cut": len(torn)})
        wrong += torn
    return [Table("Borders of chunks and quotes", rows, NOTE), *([Table("Cut", wrong[:SHOWN])] if wrong else [])]


def revisions(folder: Path) -> list[Revision]:
    """Returns the files of a folder that can be read without OCR, as they are indexed."""
    settings = configuration.current().model_copy(update={"ocr": "off"})
    found = list[Revision]()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".yaml"):
        try:
            found.append(read_revision(path, path.relative_to(folder).as_posix(), settings))
        except UnreadableFileError:
            continue
    return found


def borders(revision: Revision) -> Iterator[tuple[str, int]]:
    """Yields the kind and the offset of each start and end of chunks and snippets."""
    for chunk in revision.chunks:
        yield from (("chunk", chunk.start), ("chunk", chunk.end))
        for snippet in find_snippets(Passage(revision.document.source, chunk, Metadata(), 0.0), 0):
            yield from ((snippet.kind, snippet.start), (snippet.kind, snippet.end))


def describe_cut(document: Document, kind: str, place: int) -> dict[str, Cell] | None:
    """Returns a border that cuts something, with 20 characters on each side.

    None if it cuts nothing.
    """
    if not (what := cut(document.text, place)):
        return None
    around = f"{document.text[max(0, place - 20) : place]}‖{document.text[place : place + 20]}"
    return {"file": document.source, "border of": kind, "cuts": what, "text": repr(around)}


def wrong_borders(revisions: Sequence[Revision]) -> list[dict[str, Cell]]:
    """Returns the borders in files that cut something."""
    return [bad for each in revisions for border in borders(each) if (bad := describe_cut(each.document, *border))]
