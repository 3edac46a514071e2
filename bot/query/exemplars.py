"""Exemplars: questions that companies may ask, each with the lines of the guides that answer it.

A question that means what an exemplar means is answered by the same lines, in whatever words it comes. Exemplars are
the training questions of `evals/independent`, whose labels say which lines answer them; `python -m training exemplars`
makes the file. A line is known by its letters, so that one whose figures were changed keeps its exemplars. Of a line
that is not in the file, such as one of a new document, nothing is said: it stands as a line of typical closeness does.
Vectors of another embedding model mean something else: then there are no exemplars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from store.embeddings import BUNDLED_MODEL
from store.embeddings.vectors import Floats

FILE = Path(__file__).with_name("exemplars.npz")
STEPS = 127.0
"""Steps of a vector's values on each side of zero, as they are stored."""
ANY = ""
"""Language of the mean of all questions."""
TYPICAL = 0.5
"""Cosine of the closest exemplar of a line that tells nothing.

Of the development questions a line that answers has .53 to .75 (quartiles), the best one that does not .29 to .52.
"""
NOT_CLOSE = 0.0
"""Cosine of a known line that answers no exemplar."""
MEANINGLESS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Exemplars:
    """Exemplars and what answers them.

    - `vectors`: `(n, dim)`, unit length, without the mean of the language.
    - `means`: mean vector of questions by language; ANY for all.
    - `lines`: numbers of the exemplars that a line answers, maybe none, by its `fingerprint`.
    - `unanswered`: numbers of those that the guides do not answer.
    """

    vectors: Floats
    means: Mapping[str, Floats]
    lines: Mapping[int, NDArray[np.int32]]
    unanswered: NDArray[np.int32]

    def close_to(self, vector: Floats, language: str) -> Closeness:
        """Returns how close the exemplars are to a question with a vector of the bundled model."""
        return Closeness(self, self.vectors @ centred(vector, self.means.get(language, self.means[ANY])))


@dataclass(frozen=True)
class Closeness:
    """How close each exemplar is to a question.

    `cosines`: `(n,)`, -1 to 1, of vectors without the mean of all questions of their language.
    """

    exemplars: Exemplars
    cosines: Floats

    def of(self, lines: Iterable[int]) -> float | None:
        """Returns the cosine of the closest exemplar that one of some lines answers, by their fingerprints.

        A known line that answers none counts as NOT_CLOSE, one that is not known as TYPICAL; None if none is known.
        """
        found = [self.exemplars.lines.get(line) for line in lines]
        if all(each is None for each in found):
            return None
        return max(TYPICAL if each is None else self.closest(each) for each in found)

    def closest(self, numbers: NDArray[np.int32]) -> float:
        """Returns the highest cosine of some exemplars; NOT_CLOSE if there are none."""
        return max(NOT_CLOSE, float(self.cosines[numbers].max())) if numbers.size else NOT_CLOSE

    @cached_property
    def unanswered(self) -> float:
        """The cosine of the closest exemplar that the guides do not answer."""
        return self.closest(self.exemplars.unanswered)


def closeness(vector: Floats, language: str, model: str) -> Closeness | None:
    """Returns how close the exemplars are to a question; None for a vector of another model than the bundled one."""
    if model != BUNDLED_MODEL or not vector.size:
        return None
    return bundled_exemplars().close_to(vector, language)


def lead_over_typical(close: Closeness | None, lines: Iterable[int]) -> float:
    """Returns how much closer than typical the closest exemplar of some lines is; 0 if nothing tells."""
    cosine = close.of(lines) if close else None
    return 0.0 if cosine is None else cosine - TYPICAL


def centred(vector: Floats, mean: Floats) -> Floats:
    """Returns a vector of unit length without a mean."""
    own = vector - mean
    return np.asarray(own / (float(np.linalg.norm(own)) or 1.0), np.float32)


def fingerprint(line: str) -> int:
    """Returns a number for the words of a line, without its figures, blanks and marks."""
    plain = MEANINGLESS.sub("", line).casefold()
    return int.from_bytes(blake2b(plain.encode(), digest_size=8).digest())


@cache
def bundled_exemplars() -> Exemplars:
    """Returns those that come with the program."""
    return read_exemplars(FILE)


def read_exemplars(path: Path) -> Exemplars:
    """Returns the exemplars of a file that `write_exemplars` made."""
    with np.load(path, allow_pickle=False) as state:
        vectors = state["vectors"].astype(np.float32) / STEPS
        means = dict(zip(state["languages"].tolist(), state["means"].astype(np.float32), strict=True))
        numbers = np.split(state["numbers"], state["ends"][:-1])
        lines = dict(zip(state["lines"].tolist(), numbers, strict=True))
        return Exemplars(vectors, means, lines, state["unanswered"])


def write_exemplars(
    path: Path,
    vectors: Floats,
    languages: Sequence[str],
    lines: Mapping[int, Sequence[int]],
    unanswered: Sequence[int],
) -> None:
    """Writes exemplars from their vectors `(n, dim)`, the language of each, and the numbers of those of each line."""
    of = np.array(languages)
    means = {ANY: vectors.mean(axis=0)} | {each: vectors[of == each].mean(axis=0) for each in sorted(set(languages))}
    own = np.stack([centred(vector, means[language]) for vector, language in zip(vectors, languages, strict=True)])
    order = sorted(lines)
    np.savez_compressed(
        path,
        allow_pickle=False,
        vectors=np.rint(own * STEPS).astype(np.int8),
        languages=np.array(list(means)),
        means=np.stack(list(means.values())).astype(np.float16),
        lines=np.array(order, np.uint64),
        numbers=np.concatenate([np.array(lines[line], np.int32) for line in order]),
        ends=np.cumsum([len(lines[line]) for line in order], dtype=np.int64),
        unanswered=np.array(unanswered, np.int32),
    )
