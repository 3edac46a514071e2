"""Command line of the training.

`questions` makes what `fit_questions.py` trains the question encoder on, `pack-questions` puts it into the program.
`rows` makes what `fit.py` trains on, `measure` tells how good its model is, `pack` puts it into the program,
`calibrate` gives the weights of the answerability score with it, `kinds` fits what tells vague questions and those
outside the service, `cities` chooses names among those of `cities/read_geonames.py`, `direction` fits what tells
whether a question is about China or about the other country that it names, `exemplars`
keeps the training questions with the lines that answer them, `additions` fits what tells that a line
answers something that the quotes leave open, `paraphrases` what tells a question that the center answered, and `search`
how much each part of a passage's score counts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import settings as configuration
from bot.pipeline import Bot
from evals.dropped.measure import beside_guides
from evals.dropped.questions import Corpus, read_dropped_questions
from evals.folders import SHARED
from evals.independent.questions import Question, Use, read_questions
from ingest.watcher import open_watched_library
from store.answerability.encoding import RowEncoder
from store.answerability.model import PARAMETERS_FILE
from store.embeddings import BUNDLED_MODEL, Embedder
from store.embeddings.e5 import E5
from store.embeddings.parameters import quantise, read_parameters
from store.embeddings.tokenizer import tokenizer_of
from store.embeddings.weights import FILE, Weights, read_weights
from training import additions, calibrate, direction, exemplars, kinds, paraphrases, search_weights
from training.cities import choose
from training.dropped import law_rows, notice_rows
from training.measure import report
from training.network import SEGMENTS, initial_arrays
from training.questions import pack_questions, write_questions
from training.reading import reading_rows
from training.rows import Asked, LabelledRow, RowSearch, after_another, forms, part_forms, sample_rows, write_rows

SEED = 20261127
READING = 1_200
"""Questions of each file of reading data."""
LAW_PASSES, NOTICE_PASSES = 2, 3
"""Number of passes over the rows on laws and on notices, which are few."""
ROWS, FOLLOW_UP_ROWS = 4, 6
"""Rows of a question, and of one that follows others."""
GIVEN = 4
"""Answering snippets of a question after which missing facts are asked for."""
AFTER_ANOTHER = 1 / 8
"""Share of training questions that are asked after another one as well."""
LATEST: tuple[str, ...] = ()
"""Prefixes of batches new to the shipped model; a round reads all of these."""
KEPT = 0.18
"""Share of known guide questions that a round reads again, against forgetting."""
NEW = 0.7
"""Weight of the newly trained network beside the one it was trained on from."""
COMMANDS = (
    *("rows", "pack", "questions", "pack-questions", "exemplars"),
    *("additions", "calibrate", "kinds", "cities", "direction", "paraphrases", "search", "measure"),
)


def main() -> int:
    """Makes rows, or measures. Returns 0."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("folder", type=Path, help="folder for rows and weights")
    parser.add_argument("--most", type=int, default=1_000_000, help="questions of each use, for a trial")
    parser.add_argument("--without", metavar="PREFIX", default="-", help="leave out the exemplars of these batches")
    parser.add_argument("--anew", action="store_true", help="train on from the embedding model, not from the last one")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.command == "rows":
        make_rows(options.folder, options.most, options.anew)
    elif options.command == "pack":
        pack(options.folder)
    elif options.command in {"additions", "calibrate", "search"}:
        print(fit_answers(options.command, options.most))
    elif options.command in {"questions", "exemplars"}:
        with open_watched_library(configuration.current()) as library:
            library.sync()
            training, held = (read_questions(use)[: options.most] for use in (Use.TRAIN, Use.DEVELOPMENT))
            if options.command == "questions":
                print(write_questions(options.folder, library.index, training, held, options.anew))
            else:
                asked = [each for each in read_questions(Use.TRAIN) if not each.id.startswith(options.without)]
                print(exemplars.report(library.index, Embedder(E5(), BUNDLED_MODEL), asked, options.folder))
    elif options.command == "pack-questions":
        pack_questions(options.folder)
    elif options.command == "kinds":
        embedding_model = Embedder(E5(), BUNDLED_MODEL)
        print(kinds.report(embedding_model, read_questions(Use.TRAIN), read_questions(Use.DEVELOPMENT)))
    elif options.command == "cities":
        print(choose.report(options.folder, configuration.current().knowledge_dir))
    elif options.command == "direction":
        print(direction.report(Embedder(E5(), BUNDLED_MODEL)))
    elif options.command == "paraphrases":
        print(paraphrases.report(Embedder(E5(), BUNDLED_MODEL)))
    else:
        print(report(options.folder, read_questions(Use.DEVELOPMENT)[: options.most]))
    return 0


def fit_answers(command: str, most: int) -> str:
    """Fits what is measured on answers; returns the weights in Markdown."""
    with open_watched_library(configuration.current()) as library:
        library.sync()
        bot = Bot(library.index, library.embedder, lists=library.lists)
        training, held = (read_questions(use)[:most] for use in (Use.TRAIN, Use.DEVELOPMENT))
        if command == "calibrate":
            return calibrate.report(bot, held)
        if command == "additions":
            return additions.report(bot, training, held)
        return search_weights.report(bot, training, held)


def make_rows(folder: Path, most: int, anew: bool) -> None:
    """Writes `train.npz`, `dev.npz` and `initial.npz`."""
    weights = read_weights(FILE)
    encoder, draw = RowEncoder(weights.vocabulary, tokenizer_of(weights.vocabulary)), random.Random(SEED)  # noqa: S311
    settings = configuration.current()
    with open_watched_library(settings) as library:
        library.sync()
        bot = Bot(library.index, library.embedder, lists=library.lists)
        search = RowSearch(bot, encoder, date.today())
        asked = [each for each in read_questions(Use.TRAIN)[:most] if anew or is_read(each, draw)]
        put = [(number, each) for number, own in enumerate(asked) for each in (*forms(own), *part_forms(own))]
        put += list(after_others(asked, draw))
        most_rows = [FOLLOW_UP_ROWS if each.history else ROWS for _, each in put]
        found = zip(all_rows(search, put, GIVEN), most_rows, strict=True)
        train = [row for rows, own in found for row in sample_rows(rows, draw, own)]
        developing = [(number, forms(each)[0]) for number, each in enumerate(read_questions(Use.DEVELOPMENT)[:most])]
        dev = [row for rows in all_rows(search, developing) for row in rows]
    train += reading_rows(SHARED / "reading", encoder, READING, len(asked), draw)
    about = read_dropped_questions(Corpus.LAWS, Use.TRAIN)[:most]
    train += LAW_PASSES * law_rows(about, encoder, train[-1].question + 1, draw)
    about = read_dropped_questions(Corpus.NOTICES, Use.TRAIN)[:most]
    with beside_guides() as library:
        train += NOTICE_PASSES * notice_rows(library, about, encoder, train[-1].question + 1, draw)
    write_rows(folder / "train.npz", train)
    write_rows(folder / "dev.npz", dev)
    write_initial(folder / "initial.npz", weights, [*train, *dev], anew)
    print(json.dumps({"train": len(train), "answering": sum(row.answers for row in train), "dev": len(dev)}))


def is_read(question: Question, draw: random.Random) -> bool:
    """True if a further round reads a question: all of the latest batches, few others."""
    return question.id.removeprefix("train-").startswith(LATEST) or draw.random() < KEPT


def after_others(asked: Sequence[Question], draw: random.Random) -> Iterator[tuple[int, Asked]]:
    """Some questions of training, each after another one of its language."""
    for number, question in enumerate(asked):
        if not question.history and draw.random() < AFTER_ANOTHER:
            others = [each for each in asked if each.language == question.language and each.id != question.id]
            yield number, after_another(question, draw.choice(others))


def all_rows(search: RowSearch, put: Sequence[tuple[int, Asked]], given: int = 0) -> Iterator[list[LabelledRow]]:
    """Rows of each question with its number; `given`: see `RowSearch.rows`."""
    for at, (number, asked) in enumerate(put):
        if at % 200 == 0:
            print(f"{at} of {len(put)} questions", file=sys.stderr, flush=True)
        yield search.rows(asked, number, given)


def write_initial(path: Path, weights: Weights, rows: Sequence[LabelledRow], anew: bool) -> None:
    """Writes the network that the training starts with.

    It is the one that comes with the program, or `anew` the embedding model.
    """
    ids = np.unique(np.concatenate([np.array(row.row.tokens) for row in rows]))
    last = None if anew else read_parameters(PARAMETERS_FILE)
    np.savez(path, allow_pickle=False, **initial_arrays(weights, ids, last))


def pack(folder: Path) -> None:
    """Writes the trained network as the one that comes with the program.

    If it was trained on from another one, that is a mean of both: it forgets less of what it knew.
    """
    arrays = dict[str, NDArray[np.generic]]()
    with np.load(folder / "trained.npz") as state, np.load(folder / "initial.npz") as before:
        share = NEW if SEGMENTS in before.files else 1.0
        for name in state.files:
            plain = name.removeprefix("values.").replace("_", ".").replace("weight", "w").replace("bias", "b")
            known = before[plain].reshape(state[name].shape) if share < 1 else 0.0
            arrays |= quantise(plain, share * state[name] + (1 - share) * known)
    np.savez_compressed(PARAMETERS_FILE, allow_pickle=False, **arrays)
    print(f"{PARAMETERS_FILE}: {PARAMETERS_FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
