"""Groups of questions with one meaning, each joined by the question most like it."""

from __future__ import annotations

import numpy as np

from bot.curated.facets import facets
from records import Unanswered
from store.index import Vector

ALIKE = 0.65
"""Lowest mean cosine of the question encoder at which a question joins a group.

Of 104 pairs of one meaning in `evals/alike.jsonl` (178 questions in five languages) 88 come together, and no pair of
different meanings (2026-12-02). By the embedding model, less the centroid of its language, it was 84 from 0.54, and
a deposit came to a price and a number of people. At 0.60, 4 pairs of other meanings come together.
"""


class Groups:
    """Groups of one language and the same countries.

    `directions` has for both forms of a question one row for each group, `(2, groups, k)`: the sum of its different
    questions, `sizes` of them. `firsts` are the texts of their first questions.
    """

    def __init__(self) -> None:
        self.members: list[list[Unanswered]] = []
        self.of_text: dict[str, int] = {}
        self.firsts: list[str] = []
        self.directions = np.empty((2, 0, 0), np.float32)
        self.sizes = np.empty(0, np.float32)

    def add(self, question: Unanswered, text: str, directions: Vector | None) -> None:
        """Adds a question to its group; `text` is its standalone form."""
        place = self.of_text.get(text)
        if place is None:
            place = self.of_text[text] = self.nearest(text, directions)
            if place == len(self.members):
                self.members.append([])
                self.firsts.append(text)
            if directions is not None:
                self.include(place, directions)
        self.members[place].append(question)

    def nearest(self, text: str, directions: Vector | None) -> int:
        """Returns the group of a question; the number of groups for a new one.

        Questions after the same one may differ: what was typed must be alike too.
        """
        count = len(self.members)
        if directions is None or not count:
            return count
        whole, typed = (sums[:count] @ each for sums, each in zip(self.directions, directions, strict=True))
        likeness = np.minimum(whole, typed) / self.sizes[:count]
        for place in map(int, np.argsort(-likeness)):
            if likeness[place] < ALIKE:
                break
            if not are_apart(text, self.firsts[place]):
                return place
        return count

    def include(self, place: int, directions: Vector) -> None:
        """Adds a question to the sum of its group.

        Full arrays double in size, so that they are not copied each time.
        """
        if place >= len(self.sizes):
            larger = np.zeros((2, 2 * place + 8, directions.shape[1]), np.float32)
            sizes = np.zeros(larger.shape[1], np.float32)
            if len(self.sizes):
                larger[:, : len(self.sizes)] = self.directions
            sizes[: len(self.sizes)] = self.sizes
            self.directions, self.sizes = larger, sizes
        self.directions[:, place] += directions
        self.sizes[place] += 1


def are_apart(one: str, other: str) -> bool:
    """True if both questions name concepts, but none in common.

    However near, they are not one gap.
    """
    own, others = facets(one).concepts, facets(other).concepts
    return bool(own and others) and own.isdisjoint(others)
