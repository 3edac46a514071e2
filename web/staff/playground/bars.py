"""Scores as bars and words: how much each part speaks for a passage, without sums.

The exact points are given beside each bar to programs and in its title.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.retrieval.scoring import SIMILARITY_STD, ScoreParts

MUCH, SOME = 4.0, 1.0
"""Points from which a part of the score counts as strong, or as relevant at all.

MUCH is the penalty of a document that is not in force.
"""
CLEAR = 2.0
"""Answerability beyond which a question is clearly answered or refused."""
NEAR, FAR = 1.0, 4.0
"""Points below the best passage: up to NEAR nearly as good, from FAR far behind."""
HALF = 50.0
"""Percent of the bar on either side of its middle."""


@dataclass(frozen=True)
class Bar:
    """A bar from the middle of a scale: `start` and `width` are in percent of it.

    `level` is the key of its words, `points` the exact value.
    """

    name: str
    points: float
    start: float
    width: float
    level: str

    @property
    def side(self) -> str:
        """Side of the middle on which it lies: `for` is right, `against` left."""
        return "against" if self.start < HALF else "for"


def bar(name: str, points: float, share: float, level: str) -> Bar:
    """Returns a bar; `share` 1 fills the half right of the middle, -1 the left one."""
    width = min(abs(share), 1.0) * HALF
    return Bar(name, points, HALF - width if share < 0 else HALF, width, level)


def level_of(points: float) -> str:
    """Returns how much a part of the score says, as a key."""
    size = "much" if abs(points) >= MUCH else "some" if abs(points) >= SOME else "little"
    return size if points >= 0 or size == "little" else f"{size}_against"


def name_parts(parts: ScoreParts) -> Mapping[str, float]:
    """Returns all parts of a score in points, by name."""
    return {"meaning": parts.meaning, "words": parts.words, "agreement": parts.agreement, **parts.effects}


def part_bars(parts: ScoreParts, most: float) -> list[Bar]:
    """Returns a bar for each part of a score; `most` points fill one half."""
    return [bar(name, points, points / most, level_of(points)) for name, points in name_parts(parts).items()]


def largest_part(all_parts: Iterable[ScoreParts]) -> float:
    """Returns the largest part of several scores, in points; MUCH if all are 0."""
    return max((abs(points) for parts in all_parts for points in name_parts(parts).values()), default=MUCH) or MUCH


def standing(points: float, best: float) -> str:
    """Returns how far a score lies below the best one, as a key."""
    behind = best - points
    return "best" if behind <= 0 else "near" if behind < NEAR else "lower" if behind < FAR else "far"


def support_bar(support: float) -> Bar:
    """Returns the bar of answerability; right of the middle, the question is answered."""
    clear = "clearly" if abs(support) >= CLEAR else "just"
    return bar("support", support, support / (2 * CLEAR), f"{clear}_{'answered' if support > 0 else 'refused'}")


def similarity_bar(similarity: float, usual: float) -> Bar:
    """Returns how far a similarity lies above what is usual for the language."""
    above = (similarity - usual) / SIMILARITY_STD
    level = "much_closer" if above >= 3 else "closer" if above >= 1 else "usual" if above > -1 else "less_close"
    return bar("similarity", similarity, above / 6, level)


def difference(points: float) -> str:
    """Returns how large a difference is, as a key."""
    return "large" if points >= MUCH else "clear" if points >= SOME else "small"
