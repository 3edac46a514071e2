"""Telling terms of a question: chunks that hold none of them are not scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

FEWEST_SCORED, MOST_SCORED = 1_000, 20_000
"""Chunks that a search scores, about: one rare word, such as a name typed wrongly, does not tell enough.

Scoring takes eight times as long as finding which chunks hold a term, and most chunks of a large index hold only the
common terms of a question.
"""


def choose_telling(asked: Sequence[str], holding: Mapping[str, int]) -> list[str]:
    """Returns the rarest terms, which at most MOST_SCORED chunks hold together.

    Or the next one as well, while they hold fewer than FEWEST_SCORED. Terms that `holding`, the number of chunks by
    term, does not have stay.
    """
    held = sorted((term for term in asked if holding.get(term)), key=lambda term: holding[term])
    sizes = accumulate(holding[term] for term in held)
    sized = zip(held, sizes, strict=True)
    rarest = [term for term, size in sized if size <= MOST_SCORED or size - holding[term] < FEWEST_SCORED]
    return [term for term in asked if term in rarest or not holding.get(term)]
