"""Exemplars: questions that companies may ask, each with the lines of the guides that answer it.

A question that means what an exemplar means is answered by the same lines, in whatever words it comes. Exemplars are
the training questions of `evals/independent`, whose labels say which lines answer them, and the questions that stand as
headings in the guides; `python -m training exemplars` makes the file. A line is known by its letters, so that one whose
figures were changed keeps its exemplars. Of a line that is not in the file, such as one of a new document, nothing is
said: it stands as a line of typical closeness does. Vectors of another embedding model mean something else: then there
are no exemplars.
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
from store.embeddings.vectors import Floats, normalised

FILE = Path(__file__).with_name("exemplars.npz")
LEVELS = 127.0
"""Steps of a vector's values on each side of zero, as they are stored."""
ANY = ""
"""Language of the mean of all questions."""
TYPICAL = 0.6
"""Cosine of the closest exemplar of a line that tells nothing.

Of the development questions a line that answers has .65 to .81 (quartiles), the best one that does not .51 to .63.
"""
NOT_CLOSE = 0.0
"""Cosine of a known line that answers no exemplar."""
NEAREST, NEAR_TEMPERATURE = 10, 0.1
"""Number of the nearest exemplars that tell what a question is about, and the gap by which one weighs e times less."""
NO_GUIDE, UNKNOWN_SHARE = 0, 0.5
"""Guide of an exemplar that none answers, and its share in what was asked before."""
OUTBOUND, INBOUND = -1, 1
"""Sides: a company goes abroad, or somebody comes to China."""
SIDES: Mapping[str, int] = {"outbound": OUTBOUND, "inbound": INBOUND}
"""Sides by audience of documents and direction of questions; 0 for all others."""
WHOLE, ADDED, SAME_GUIDE, SHIFT = 0.76, 0.25, 0.15, 0.045
"""Weights of a later question's closeness: with what was asked before, what it adds to that, and its guide.

Fitted on the 1,262 training follow-ups without the exemplars of their own writers: a line that answers also answers the
closest one for .66 of them, .58 by the joined question alone; development .82 and .75. WHOLE and SHIFT make the values
comparable with the cosines of a first question.
"""
MEANINGLESS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Told:
    """What is told of an exemplar.

    `question` is the id of the question that it is a form or a part of, `guide` the one that answers it, or "".
    """

    question: str
    language: str
    guide: str
    side: int


@dataclass(frozen=True)
class Exemplars:
    """Exemplars and what answers them.

    - `means`: mean vector of questions by language `(dim,)`; ANY for all.
    - `metric`: map of vectors without that mean, after which questions with the same answer are close `(dim, k)`.
    - `vectors`: `(n, k)`, mapped so and of unit length.
    - `lines`: numbers of the exemplars that a line answers, maybe none, by its `fingerprint`.
    - `unanswered`: numbers of those that the guides do not answer.
    - `guides`: `(n,)`, number of the guide that answers each; NO_GUIDE if none does.
    - `sides`: `(n,)`, what each is about: INBOUND, OUTBOUND, or 0 for either.
    """

    means: Mapping[str, Floats]
    metric: Floats
    vectors: Floats
    lines: Mapping[int, NDArray[np.int32]]
    unanswered: NDArray[np.int32]
    guides: NDArray[np.int16]
    sides: NDArray[np.int8]

    def close_to(self, vector: Floats, language: str) -> Closeness:
        """Returns how close the exemplars are to a question with a vector of the bundled model."""
        return Closeness(self, self.vectors @ normalised(centred(vector, language, self.means) @ self.metric))

    def guide_shares(self, cosines: Floats) -> Floats:
        """Returns for each exemplar the share of its guide among those that are nearest to a question, `(n,)`."""
        answered = np.flatnonzero(self.guides != NO_GUIDE)
        nearest, weights = heaviest(cosines[answered])
        shares = np.bincount(self.guides[answered[nearest]], weights, int(self.guides.max(initial=NO_GUIDE)) + 1)
        shares[NO_GUIDE] = UNKNOWN_SHARE
        return np.asarray(shares[self.guides], np.float32)


@dataclass(frozen=True)
class Closeness:
    """How close each exemplar is to a question.

    `cosines`: `(n,)`, -1 to 1, of vectors as the exemplars have them; of a later question, what `going_on` makes of it.
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

    def going_on(self, alone: Closeness, before: Closeness) -> Closeness:
        """Returns the closeness of a question after what was asked before; its own is that of both together.

        Closer are exemplars that are like what it adds, and of the guides that answer what was asked before.
        """
        added, guides = alone.cosines - before.cosines, self.exemplars.guide_shares(before.cosines)
        return Closeness(self.exemplars, WHOLE * self.cosines + ADDED * added + SAME_GUIDE * guides + SHIFT)

    @cached_property
    def side(self) -> float:
        """What the nearest exemplars are about: from OUTBOUND to INBOUND."""
        nearest, weights = heaviest(self.cosines)
        return float(self.exemplars.sides[nearest] @ weights)

    @cached_property
    def unanswered(self) -> float:
        """The cosine of the closest exemplar that the guides do not answer."""
        return self.closest(self.exemplars.unanswered)


def closeness(vector: Floats, language: str, model: str) -> Closeness | None:
    """Returns how close the exemplars are to a question; None for a vector of another model than the bundled one."""
    if model != BUNDLED_MODEL or not vector.size:
        return None
    return bundled_exemplars().close_to(vector, language)


def heaviest(cosines: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Returns the numbers of the NEAREST exemplars, and their weights, whose sum is 1."""
    nearest = np.argsort(-cosines)[:NEAREST]
    weights = np.exp((cosines[nearest] - cosines[nearest].max(initial=-1.0)) / NEAR_TEMPERATURE)
    return nearest, np.asarray(weights / (weights.sum() or 1.0), np.float32)


def lead_over_typical(close: Closeness | None, lines: Iterable[int]) -> float:
    """Returns how much closer than typical the closest exemplar of some lines is; 0 if nothing tells."""
    cosine = close.of(lines) if close else None
    return 0.0 if cosine is None else cosine - TYPICAL


def centred(vector: Floats, language: str, means: Mapping[str, Floats]) -> Floats:
    """Returns a vector of unit length without the mean of its language."""
    return normalised(vector - means.get(language, means[ANY]))


def means_of(vectors: Floats, languages: Sequence[str]) -> dict[str, Floats]:
    """Returns the mean of vectors `(n, dim)` by language, and of all."""
    own = np.array(languages)
    return {ANY: vectors.mean(axis=0)} | {each: vectors[own == each].mean(axis=0) for each in sorted(set(languages))}


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
        vectors = state["vectors"].astype(np.float32) / LEVELS
        means = dict(zip(state["languages"].tolist(), state["means"].astype(np.float32), strict=True))
        metric = state["metric"].astype(np.float32)
        numbers = np.split(state["numbers"], state["ends"][:-1])
        lines = dict(zip(state["lines"].tolist(), numbers, strict=True))
        return Exemplars(means, metric, vectors, lines, state["unanswered"], state["guides"], state["sides"])


def write_exemplars(
    path: Path, questions: tuple[Floats, Sequence[Told]], metric: Floats, lines: Mapping[int, Sequence[int]]
) -> None:
    """Writes exemplars.

    `questions` are their vectors `(n, dim)` with what is told of each, `lines` the numbers of those of each line.
    """
    vectors, told = questions
    means = means_of(vectors, [each.language for each in told])
    own = [centred(vector, each.language, means) for vector, each in zip(vectors, told, strict=True)]
    order, guides = sorted(lines), ["", *sorted({each.guide for each in told if each.guide})]
    np.savez_compressed(
        path,
        allow_pickle=False,
        metric=metric.astype(np.float16),
        vectors=np.rint(normalised(np.stack(own) @ metric) * LEVELS).astype(np.int8),
        languages=np.array(list(means)),
        means=np.stack(list(means.values())).astype(np.float16),
        lines=np.array(order, np.uint64),
        numbers=np.concatenate([np.array(lines[line], np.int32) for line in order]),
        ends=np.cumsum([len(lines[line]) for line in order], dtype=np.int64),
        unanswered=np.array([number for number, each in enumerate(told) if not each.guide], np.int32),
        guides=np.array([guides.index(each.guide) for each in told], np.int16),
        sides=np.array([each.side for each in told], np.int8),
    )
