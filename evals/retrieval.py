"""Eval of retrieval: XQuAD within and across languages, Chinese policy notices.

Each passage or notice is a file of its own that goes through a sync; each question goes through the bot's search with
default settings. Baselines on the same index are vectors alone and full text alone; on the same texts, the usual
tutorial pipeline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.retrieval.hybrid_search import hybrid
from evals.folders import sync_texts
from evals.halves import is_shown
from evals.results import Cell, Report, Table, share
from store.embeddings import Embedder
from store.index import Index, query_terms
from store.index.tables.connection import marks
from store.index.tables.full_text import search as best_by_words

LANGUAGES = ("zh", "en", "ru", "ar")
ACROSS = {"zh": ("en", "ru", "ar"), "en": ("zh",)}
"""Languages of the questions that are also asked of texts in another language."""
PASSAGES = 60
TUTORIAL_PASSAGES = 4
NOTE = (
    "Shown is the half of the questions whose passage's id has an even SHA-256; the other half is for tuning."
    " R@1 and R@5: the share of questions whose document is the first, or among the first five different ones;"
    " R@5p: among the documents of the first five passages. Words alone is BM25. Tutorial:"
    " splitting by 1000 characters with 200 of overlap, the first four by meaning (its R@5 is R@4)."
)

MIXED = ("zh", "en", "ru")
MIXED_NOTE = (
    "Each passage lies there in three languages; only the one in the language of the question counts. Nothing may fall"
    " by more than one point."
)

Ranking = Callable[[str], list[str]]
"""Function from a question to sources, best passage first, with repetitions."""


@dataclass(frozen=True)
class Asked:
    """A question, its labelled passage, and all passages that count as found."""

    text: str
    labelled: str
    right: frozenset[str]


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns R@1 and R@5 by benchmark, for hybrid search and the baselines."""
    same, across = [], []
    for language in LANGUAGES:
        report(f"XQuAD {language}")
        texts = read_texts(shared / "bench" / "xquad" / f"corpus.{language}.jsonl")
        with sync_texts(as_files(texts)) as library:
            rankings = rankings_of(library.index, library.embedder)
            same += rows(f"XQuAD {language}", rankings, keep_shown_half(xquad(shared, language)))
            for other in ACROSS.get(language, ()):
                questions = keep_shown_half(xquad(shared, other))
                across += rows(f"XQuAD {other} on {language}", rankings, questions)
    return [
        Table("Question and text in one language", same, NOTE),
        Table("Question in another language than the text", across, "The hybrid must not fall below meaning alone."),
        Table("Hybrid against meaning alone, across languages", margins(across)),
        policies(shared, report),
        measure_mixed(shared, same, report),
    ]


def policies(shared: Path, report: Report) -> Table:
    """Returns the results for Chinese policy notices, with both kinds of labels."""
    report("NCP policies")
    folder = shared / "bench" / "ncp_policies"
    texts = read_texts(folder / "corpus.jsonl")
    asked = keep_shown_half(read_labelled_questions(folder / "queries.jsonl", folder / "qrels.tsv", texts))
    labelled = [Asked(each.text, each.labelled, frozenset({each.labelled})) for each in asked]
    with sync_texts(as_files(texts)) as library:
        rankings = rankings_of(library.index, library.embedder)
        measured = rows("NCP, labelled or holding the answer verbatim", rankings, asked)
        measured += rows("NCP, labelled only", rankings, labelled)
    return Table("Chinese notices on support for enterprises", measured)


def measure_mixed(shared: Path, alone: Sequence[dict[str, Cell]], report: Report) -> Table:
    """Returns the results for one folder with each passage in all three languages."""
    report(f"one folder of {', '.join(MIXED)}")
    bench = shared / "bench" / "xquad"
    files = {
        f"{language}-{name}.txt": text
        for language in MIXED
        for name, text in read_texts(bench / f"corpus.{language}.jsonl").items()
    }
    found: list[dict[str, Cell]] = []
    with sync_texts(files) as library:
        ranking = by_meaning_and_words(library.index, library.embedder)
        for language in MIXED:
            asked = [
                Asked(each.text, each.labelled, frozenset({f"{language}-{each.labelled}"}))
                for each in keep_shown_half(xquad(shared, language))
            ]
            own = next(row for row in alone if (row["benchmark"], row["search"]) == (f"XQuAD {language}", "hybrid"))
            together = recall(ranking, asked)
            row: dict[str, Cell] = {"benchmark": f"XQuAD {language}", "questions": len(asked)}
            row |= {f"{name} alone": own[name] for name in ("R@1", "R@5")}
            row |= {f"{name} mixed": together[name] for name in ("R@1", "R@5")}
            found.append(row)
    return Table("One folder of three languages", found, MIXED_NOTE)


def xquad(shared: Path, language: str) -> list[Asked]:
    """Returns all questions of XQuAD in one language, with their labelled passages."""
    folder = shared / "bench" / "xquad"
    return read_labelled_questions(folder / f"queries.{language}.jsonl", folder / "qrels.tsv", {})


def read_texts(path: Path) -> dict[str, str]:
    """Returns the texts of a corpus by their ids."""
    return {line["id"]: line["text"] for line in map(json.loads, path.read_text("utf-8").splitlines())}


def read_labelled_questions(queries: Path, labels: Path, texts: Mapping[str, str]) -> list[Asked]:
    """Returns the questions with their passages.

    Those of `texts` that contain an answer verbatim count as well.
    """
    labelled = dict(line.split("\t")[:2] for line in labels.read_text("utf-8").splitlines())
    lines = map(json.loads, queries.read_text("utf-8").splitlines())
    return [
        Asked(line["text"], labelled[line["id"]], holders(texts, line["answers"]) | {labelled[line["id"]]})
        for line in lines
    ]


def holders(texts: Mapping[str, str], answers: Sequence[str]) -> frozenset[str]:
    """Returns the passages that contain one of the answers verbatim."""
    return frozenset(name for name, text in texts.items() if any(answer in text for answer in answers))


def keep_shown_half(questions: Sequence[Asked]) -> list[Asked]:
    """Returns the questions whose labelled passage is in the shown half."""
    return [each for each in questions if is_shown(each.labelled)]


def as_files(texts: Mapping[str, str]) -> dict[str, str]:
    """Returns the texts by file name: the id with the ending `.txt`."""
    return {f"{name}.txt": text for name, text in texts.items()}


def rankings_of(index: Index, embedder: Embedder) -> dict[str, Ranking]:
    """Returns the bot's search and its baselines, on one index."""

    def near(text: str) -> list[str]:
        candidates = index.candidates([], embedder.query(text), PASSAGES)
        return [each.source for each in sorted(candidates, key=lambda each: -(each.similarity or 0))]

    return {
        "hybrid": by_meaning_and_words(index, embedder),
        "meaning alone": near,
        "words alone": by_words(index),
        "tutorial": tutorial(index, embedder),
    }


def by_meaning_and_words(index: Index, embedder: Embedder) -> Ranking:
    """Returns the bot's hybrid search, which finds up to PASSAGES passages."""
    find = hybrid(index, embedder)
    return lambda text: [passage.source for passage in find(text, PASSAGES)]


def by_words(index: Index) -> Ranking:
    """Returns a search of the full text alone, which finds up to PASSAGES passages."""

    def holding(text: str) -> list[str]:
        connection = index.reader()
        ids = best_by_words(connection, query_terms(text), PASSAGES)
        found = connection.execute(f"SELECT id, source FROM chunks WHERE id IN ({marks(ids)})", ids)
        sources = dict(found.fetchall())
        return [sources[each] for each in ids]

    return holding


def tutorial(index: Index, embedder: Embedder) -> Ranking:
    """Returns the pipeline of LangChain's tutorials, with the same texts and model.

    Recursive splitting, the first four passages by similarity; no validity and no titles.
    """
    store = InMemoryVectorStore(embedder.embeddings)
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    for source in index.documents():
        document = index.document(source)
        pieces = splitter.split_text(document.text if document else "")
        store.add_texts(pieces, metadatas=[{"source": source}] * len(pieces))
    return lambda text: [str(each.metadata["source"]) for each in store.similarity_search(text, TUTORIAL_PASSAGES)]


def rows(name: str, rankings: Mapping[str, Ranking], asked: Sequence[Asked]) -> list[dict[str, Cell]]:
    """Returns a row for each search."""
    return [
        {"benchmark": name, "search": search, "questions": len(asked), **recall(ranking, asked)}
        for search, ranking in rankings.items()
    ]


def recall(ranking: Ranking, asked: Sequence[Asked]) -> dict[str, Cell]:
    """Returns the recall at ranks 1 and 5, by documents and by passages."""
    found = [([Path(source).stem for source in ranking(each.text)], each.right) for each in asked]
    return {
        "R@1": share([is_hit(passages[:1], right) for passages, right in found]),
        "R@5": share([is_hit(list(dict.fromkeys(passages))[:5], right) for passages, right in found]),
        "R@5p": share([is_hit(passages[:5], right) for passages, right in found]),
    }


def is_hit(names: Sequence[str], right: frozenset[str]) -> bool:
    """Checks that one of the names is a right one."""
    return any(name in right for name in names)


def margins(measured: Sequence[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Returns the hybrid search beside vectors alone, in R@5."""
    at_five = {(row["benchmark"], row["search"]): float(row["R@5"]) for row in measured}
    return [
        {"benchmark": name, "hybrid": score, "meaning alone": other, "not below": "yes" if score >= other else "NO"}
        for (name, search), score in at_five.items()
        if search == "hybrid" and (other := at_five[name, "meaning alone"]) is not None
    ]
