"""Writes the training arrays of `fit_questions.py`, and packs its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.independent.questions import ANSWERED, Question
from store.embeddings.parameters import Parameters, quantise, read_parameters
from store.embeddings.question_encoder import PARAMETERS_FILE, question_tokens
from store.embeddings.tokenizer import tokenizer_of
from store.embeddings.weights import FILE, Weights, read_weights
from store.index import Index
from training.exemplars import (
    At,
    Exemplar,
    ExemplarInfo,
    GuideLine,
    exemplars_of,
    guide_lines,
    read_asked_in_guides,
)
from training.network import initial_arrays

DIMENSIONS = 256
"""Dimensions kept of the 384 of the network.

The closest exemplar of .73 of 1,361 unseen questions is right, with all of them .74.
"""
LINE_TOKENS = 160


def write_questions(
    folder: Path, index: Index, training: Sequence[Question], held: Sequence[Question], anew: bool
) -> str:
    """Writes `questions.npz` and the initial weights; returns the counts in a line.

    The questions are training questions, lines of the guides, then held-out questions. The weights are those of the
    encoder that comes with the program, or `anew` those of the embedding model.
    """
    weights = read_weights(FILE)
    lines = list(guide_lines(index))
    asked = [*(each for question in training for each in exemplars_of(question)), *read_asked_in_guides(lines)]
    later = [next(iter(exemplars_of(each))) for each in held if each.kind in ANSWERED]
    texts = [question_tokens(each.text, weights) for each in asked]
    texts += [line_tokens(each, weights) for each in lines]
    texts += [question_tokens(each.text, weights) for each in later]
    spoken = [
        *asked,
        *(Exemplar("", ExemplarInfo("", each.language, "", 0), frozenset([each.at])) for each in lines),
        *later,
    ]
    numbers = number_lines(at for each in spoken for at in each.answers)
    np.savez(
        folder / "questions.npz",
        allow_pickle=False,
        tokens=np.concatenate([np.array(each, np.int32) for each in texts]),
        lengths=np.array([len(each) for each in texts]),
        answers=np.array([numbers[at] for each in spoken for at in sorted(each.answers)]),
        counts=np.array([len(each.answers) for each in spoken]),
        groups=np.unique([each.info.question for each in spoken], return_inverse=True)[1],
        guides=np.unique([each.info.guide for each in spoken], return_inverse=True)[1],
        parts=np.array([len(asked), len(lines), len(later)]),
    )
    initial = initial_arrays(weights, np.unique(np.concatenate(texts)))
    initial = initial if anew else initial | layers_of(read_parameters(PARAMETERS_FILE), initial)
    np.savez(folder / "initial-questions.npz", allow_pickle=False, **initial)
    return f"{len(asked)} questions and {len(lines)} lines; {len(later)} questions held out"


def layers_of(encoder: Parameters, initial: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """Returns the layers that an encoder shares with the initial network, as float32.

    Each is in its shape there, such as `(size,)`.
    """
    names = encoder.arrays.keys() & initial.keys()
    return {name: encoder.floats(name).reshape(initial[name].shape) for name in names}


def line_tokens(line: GuideLine, weights: Weights) -> Sequence[int]:
    """Token ids of a line of a guide below its heading, with begin and end."""
    ids = tokenizer_of(weights.vocabulary).ids(f"passage: {line.heading}\n{line.text}".replace(": \n", ": "))
    return [weights.vocabulary.begin, *ids[: LINE_TOKENS - 2], weights.vocabulary.end]


def number_lines(lines: Iterable[At]) -> dict[At, int]:
    """Returns a number for each line."""
    return {line: number for number, line in enumerate(sorted(set(lines)))}


def pack_questions(folder: Path) -> None:
    """Packs the trained layers and the main directions of their vectors.

    Writes the file that comes with the program.
    """
    arrays = dict[str, NDArray[np.generic]]()
    with np.load(folder / "trained-questions.npz") as state:
        for name in state.files:
            arrays |= quantise(name, state[name])
    vectors = np.load(folder / "question-vectors.npy").astype(np.float32)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    arrays |= quantise("score.w", directions[:, : -DIMENSIONS - 1 : -1].T.copy())
    arrays |= quantise("score.b", np.zeros(DIMENSIONS, np.float32))
    np.savez_compressed(PARAMETERS_FILE, allow_pickle=False, **arrays)
    print(f"{PARAMETERS_FILE}: {PARAMETERS_FILE.stat().st_size / 1e6:.1f} MB")
