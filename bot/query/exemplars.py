"""Exemplars: questions of companies, each with the lines of guides that answer it.

A question that means what an exemplar means is answered by the same lines, in whatever words it comes. Exemplars are
the training questions of `evals/independent`, whose labels say which lines answer them, and the questions that stand as
headings in the guides; `python -m training exemplars` makes the file. A line is known by its letters, so that one whose
figures were changed keeps its exemplars. A line that is not in the file, such as one of a new document, counts as a
line of typical closeness. Beside another embedding model there are no exemplars.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from store.embeddings.vectors import Floats

FILE = Path(__file__).with_name("exemplars.npz")
LEVELS = 127.0
"""Steps of a vector's values on each side of zero, as they are stored."""
TYPICAL, NEAR = 0.8, 0.78
"""Closeness of a line without exemplars (one that answers has .81 to .92), and of the closest exemplar.

Of 250 questions on guides .88 have one as close as NEAR, of 604 on notices .05.
"""
NOT_CLOSE = 0.0
"""Closeness of a known line that answers no exemplar."""
NEAREST, NEAR_TEMPERATURE = 10, 0.1
"""Number of nearest exemplars counted; gap of cosines for a weight e times less."""
SIDE_NEAREST, SIDE_TEMPERATURE = 20, 0.03
"""NEAREST and NEAR_TEMPERATURE for sides: a mirrored question is nearly as close."""
NO_GUIDE, UNKNOWN_SHARE, FARTHEST = 0, 0.5, -1.0
"""Guide number of an exemplar that no guide answers, its share, and its cosine if left out."""
MOST_GUIDES, LEAST_SHARE = 3, 0.1
"""Most guides searched whole; least share of nearest exemplars that each answers."""
CLEAR_SHARE, CLEAR_LEAD, CLEAR_SIDE = 0.8, 0.23, 0.95
"""Values from which a question is clear: share, lead and side.

One guide answers this share of the nearest exemplars, and the closest one leads by this over `Closeness.unanswered`.
From this mean side of the nearest on, it is clearly about coming to China.
"""
OUTBOUND, INBOUND = -1, 1
"""Sides: a company goes abroad, or somebody comes to China."""
SIDES: Mapping[str, int] = {"outbound": OUTBOUND, "inbound": INBOUND}
"""Sides by audience of documents and direction of questions; 0 for all others."""
WHOLE, ADDED, SAME_GUIDE, SHIFT = 0.76, 0.25, 0.15, 0.045
"""Weights of a later question's closeness: joined, added, its guide, constant.

Fitted on 1,262 training follow-ups without the exemplars of their own writers: a line that answers also answers the
closest one for .84 of 55 development ones, for .82 by the joined question alone. WHOLE and SHIFT make the values
comparable with the cosines of a first question.
"""
VOTE_TEMPERATURE = 0.05
"""Gap of cosines at which an exemplar adds e times less to its lines' closeness."""
MEANINGLESS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Exemplars:
    """Exemplars with the lines and guides that answer them.

    - `vectors`: `(n, k)`, of unit length, as the question encoder gives them.
    - `lines`: numbers of the exemplars that a line answers, maybe none, by its `fingerprint`.
    - `unanswered`: numbers of those that the guides do not answer.
    - `guides`: `(n,)`, number of the guide that answers each; NO_GUIDE if none does. `names`: their names, by number.
    - `sides`: `(n,)`, side of each: INBOUND, OUTBOUND, or 0 for either.
    """

    vectors: Floats
    lines: Mapping[int, NDArray[np.int32]]
    unanswered: NDArray[np.int32]
    guides: NDArray[np.int16]
    sides: NDArray[np.int8]
    names: Sequence[str] = ("",)

    def close_to(self, vector: Floats) -> Closeness:
        """Returns the closeness of all exemplars to a question's vector."""
        return Closeness(self, self.vectors @ vector)

    def share_by_guide(self, cosines: Floats) -> Floats:
        """Returns each guide's share of the exemplars nearest to a question, by number."""
        nearest, weights = heaviest(np.where(self.guides != NO_GUIDE, cosines, FARTHEST))
        return np.asarray(np.bincount(self.guides[nearest], weights, len(self.names)), np.float32)

    def side_of(self, numbers: NDArray[np.intp], weights: Floats) -> float:
        """Returns the mean side of some exemplars, -1 to 1."""
        return float(self.sides[numbers] @ weights)

    def guide_shares(self, cosines: Floats) -> Floats:
        """Returns for each exemplar the share of its guide (`share_by_guide`), `(n,)`."""
        shares = self.share_by_guide(cosines)
        shares[NO_GUIDE] = UNKNOWN_SHARE
        return shares[self.guides]


@dataclass(frozen=True)
class Closeness:
    """Closeness of each exemplar to a question.

    `cosines`: `(n,)`, -1 to 1, of vectors as the exemplars have them; for a later question, as changed by `going_on`.
    """

    exemplars: Exemplars
    cosines: Floats

    def of(self, lines: Iterable[int]) -> float | None:
        """Returns the closeness of the closest of some lines, given by fingerprints.

        A known line that answers no exemplar counts as NOT_CLOSE, an unknown one as TYPICAL.
        None if none is known.
        """
        found = [self.exemplars.lines.get(line) for line in lines]
        if all(each is None for each in found):
            return None
        return max(TYPICAL if each is None else self.together(each) for each in found)

    def lead(self, lines: Iterable[int], unknown: float) -> float:
        """Returns the lead of the closest line over TYPICAL; `unknown` if none is known."""
        return unknown if (close := self.of(lines)) is None else close - TYPICAL

    def together(self, numbers: NDArray[np.int32]) -> float:
        """Returns the closeness of a line by its exemplars: a soft maximum of cosines.

        The lines that answer are first for .83 instead of .74 of 1,361 questions that the encoder had not seen.
        """
        if not numbers.size:
            return NOT_CLOSE
        return max(NOT_CLOSE, VOTE_TEMPERATURE * math.log(float(self.votes[numbers].sum())))

    @cached_property
    def votes(self) -> Floats:
        """Weight of each exemplar in the soft maximum of its lines."""
        return np.asarray(np.exp(self.cosines / VOTE_TEMPERATURE), np.float32)

    def going_on(self, alone: Closeness, before: Closeness) -> Closeness:
        """Returns the closeness of a later question; `self` is that of all joined.

        Raises the exemplars that are close to what the question adds, and those of the guides that answer what was
        asked before.
        """
        added, guides = alone.cosines - before.cosines, self.exemplars.guide_shares(before.cosines)
        return Closeness(self.exemplars, WHOLE * self.cosines + ADDED * added + SAME_GUIDE * guides + SHIFT)

    def of_side(self, side: int) -> Closeness:
        """Returns the closeness for a known side; exemplars of the other side are far."""
        return Closeness(self.exemplars, np.where(self.exemplars.sides == -side, -1.0, self.cosines).astype(np.float32))

    def behind(self, guides: Collection[str], lag: float) -> Closeness:
        """Returns the closeness with the exemplars of some guides behind by a lag."""
        of_guide = np.array([name in guides for name in self.exemplars.names])
        return Closeness(self.exemplars, (self.cosines - lag * of_guide[self.exemplars.guides]).astype(np.float32))

    @cached_property
    def guides(self) -> dict[str, float]:
        """Shares of the leading guides among the nearest exemplars, by `guide_name`."""
        shares = self.exemplars.share_by_guide(self.cosines)
        leading = np.argsort(-shares)[:MOST_GUIDES].tolist()
        return {self.exemplars.names[each]: float(shares[each]) for each in leading if shares[each] >= LEAST_SHARE}

    @cached_property
    def highest(self) -> float:
        """The cosine of the closest exemplar."""
        return float(self.cosines.max(initial=NOT_CLOSE))

    @cached_property
    def is_clear(self) -> bool:
        """True if one guide answers the nearest exemplars, and no unanswered one is near."""
        is_one = max(self.guides.values(), default=0.0) >= CLEAR_SHARE
        return is_one and self.highest - self.unanswered >= CLEAR_LEAD

    @cached_property
    def is_clearly_inbound(self) -> bool:
        """True if it is clear, and those further away are also about coming to China."""
        return self.is_clear and self.exemplars.side_of(*heaviest(self.cosines)) > CLEAR_SIDE

    @cached_property
    def nearest(self) -> tuple[NDArray[np.intp], Floats]:
        """Numbers of the nearest exemplars `(n,)`, and their weights of sum 1."""
        return heaviest(self.cosines, SIDE_NEAREST, SIDE_TEMPERATURE)

    @cached_property
    def side(self) -> float:
        """Mean side of the nearest exemplars, from OUTBOUND to INBOUND."""
        return self.exemplars.side_of(*self.nearest)

    def share_of(self, numbers: NDArray[np.int32]) -> float:
        """Returns the share of some exemplars among the nearest, 0 to 1."""
        nearest, weights = self.nearest
        return float(weights[np.isin(nearest, numbers)].sum())

    def share_of_line(self, line: int) -> float:
        """Returns the share of the nearest exemplars that a line answers, 0 to 1."""
        return self.share_of(self.exemplars.lines.get(line, np.array([], np.int32)))

    @cached_property
    def unanswered(self) -> float:
        """The cosine of the closest unanswered exemplar that is not about China."""
        numbers = self.exemplars.unanswered
        others = numbers[self.exemplars.sides[numbers] != INBOUND]
        return max(NOT_CLOSE, float(self.cosines[others].max())) if others.size else NOT_CLOSE


def closeness(vector: Floats | None) -> Closeness | None:
    """None without a vector; otherwise the closeness of the exemplars to a question."""
    return None if vector is None else closeness_of(vector.tobytes())


@lru_cache(maxsize=64)
def closeness_of(vector: bytes) -> Closeness:
    """Returns the closeness to a vector, given by its bytes; it is kept."""
    return load_exemplars().close_to(np.frombuffer(vector, np.float32))


def heaviest(
    cosines: Floats, most: int = NEAREST, temperature: float = NEAR_TEMPERATURE
) -> tuple[NDArray[np.intp], Floats]:
    """Returns the numbers of the nearest exemplars `(n,)` and their weights of sum 1."""
    nearest = np.argpartition(-cosines, most)[:most] if most < len(cosines) else np.arange(len(cosines))
    nearest = nearest[np.argsort(-cosines[nearest])]
    weights = np.exp((cosines[nearest] - cosines[nearest].max(initial=-1.0)) / temperature)
    return nearest, np.asarray(weights / (weights.sum() or 1.0), np.float32)


def fingerprint(line: str) -> int:
    """Returns a number for the words of a line, without its figures, blanks and marks."""
    plain = MEANINGLESS.sub("", line).casefold()
    return int.from_bytes(blake2b(plain.encode(), digest_size=8).digest())


@cache
def load_exemplars() -> Exemplars:
    """Returns the exemplars that come with the program."""
    return read_exemplars(FILE)


def read_exemplars(path: Path) -> Exemplars:
    """Returns the exemplars of a file that `training.exemplars` wrote."""
    with np.load(path, allow_pickle=False) as state:
        vectors = state["vectors"].astype(np.float32) / LEVELS
        numbers = np.split(state["numbers"], state["ends"][:-1])
        lines = dict(zip(state["lines"].tolist(), numbers, strict=True))
        names = state["names"].tolist()
        return Exemplars(vectors, lines, state["unanswered"], state["guides"], state["sides"], names)
