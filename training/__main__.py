"""Command line of the training: `rows` makes what `fit.py` trains on, `measure` tells how good its model is."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

import settings as configuration
from bot.pipeline import Bot
from evals.folders import SHARED
from evals.independent.questions import Question, Use, read_questions
from ingest.watcher import open_watched_library
from store.answerability.encoding import RowEncoder
from store.embeddings.e5 import FILE
from store.embeddings.tokenizer import Tokenizer
from store.embeddings.weights import Weights, dequantised, read
from training.measure import report
from training.reading import reading_rows
from training.rows import LabelledRow, RowSearch, chosen, write_rows

SEED = 20261127
READING = 700
"""Rows of each file of reading data."""
PARTS = ("q", "k", "v", "ao", "fi", "fo")


def main() -> int:
    """Makes rows, or measures. Returns 0."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("command", choices=("rows", "measure"))
    parser.add_argument("folder", type=Path, help="folder for rows and weights")
    parser.add_argument("--most", type=int, default=1_000_000, help="questions of each use, for a trial")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.command == "rows":
        make_rows(options.folder, options.most)
    else:
        print(report(options.folder, read_questions(Use.DEVELOPMENT)[: options.most]))
    return 0


def make_rows(folder: Path, most: int) -> None:
    """Writes `train.npz`, `dev.npz` and `initial.npz`."""
    weights = read(FILE)
    encoder, draw = RowEncoder(weights.vocabulary, Tokenizer(weights.vocabulary)), random.Random(SEED)  # noqa: S311
    settings = configuration.current()
    with open_watched_library(settings) as library:
        library.sync()
        bot = Bot(library.index, library.embedder, lists=library.lists)
        search = RowSearch(bot, encoder, date.today())
        asked = read_questions(Use.TRAIN)[:most]
        train = [row for rows in all_rows(search, asked) for row in chosen(rows, draw)]
        dev = [row for rows in all_rows(search, read_questions(Use.DEVELOPMENT)[:most]) for row in rows]
    train += reading_rows(SHARED / "reading", encoder, READING, len(asked), draw)
    write_rows(folder / "train.npz", train)
    write_rows(folder / "dev.npz", dev)
    write_initial(folder / "initial.npz", weights, [*train, *dev])
    print(json.dumps({"train": len(train), "answering": sum(row.answers for row in train), "dev": len(dev)}))


def all_rows(search: RowSearch, asked: Sequence[Question]) -> Iterator[list[LabelledRow]]:
    """Rows of each question."""
    for number, question in enumerate(asked):
        if number % 200 == 0:
            print(f"{number} of {len(asked)} questions", file=sys.stderr, flush=True)
        yield search.rows(question, number)


def write_initial(path: Path, weights: Weights, rows: Sequence[LabelledRow]) -> None:
    """Writes the network that the training starts with; of its table of words only those that the rows have."""
    tensors, width = weights.tensors, weights.shape.width
    ids = np.unique(np.concatenate([np.array(row.row.tokens) for row in rows]))
    table = tensors.blocks("emb.word").reshape(weights.shape.words, -1)
    arrays = {"ids": ids, "words": dequantised(table[ids]).reshape(len(ids), width).astype(np.float16)}
    names = ["emb.pos", "emb.type", "emb.ln.w", "emb.ln.b"]
    for layer in range(weights.shape.layers):
        names += [f"l{layer}.{part}.{kind}" for part in (*PARTS, "aln", "oln") for kind in "wb"]
    arrays |= {name: tensors.floats(name).copy() for name in names}
    np.savez(path, allow_pickle=False, **arrays)


if __name__ == "__main__":
    sys.exit(main())
