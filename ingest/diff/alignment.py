"""Aligns the paragraphs of two versions in linear time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

WINDOW = 12
"""Number of following paragraphs searched for the changed form of one."""
ALIKE = 0.5
"""Similarity (Dice, on character pairs) from which two paragraphs count as one."""
LONGEST = 800
"""Characters of a paragraph used for its similarity."""

Pair = tuple[int | None, int | None]


def align(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Pairs of indices in reading order: equal or similar paragraphs.

    None marks a paragraph without a counterpart.
    """
    left = right = 0
    for stop_left, stop_right in [*anchors(old, new), (len(old), len(new))]:
        yield from pairs_between(old, new, range(left, stop_left), range(right, stop_right))
        if stop_left < len(old) and stop_right < len(new):
            yield stop_left, stop_right
        left, right = stop_left + 1, stop_right + 1


def anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Paragraphs that are equal and unique in both versions.

    The longest run of them in the same order (patience diff).
    """
    counts, theirs = Counter(old), Counter(new)
    places = {text: place for place, text in enumerate(new) if theirs[text] == 1}
    common = [(place, places[text]) for place, text in enumerate(old) if counts[text] == 1 and text in places]
    ends, piles, before = list[int](), list[int](), list[int]()
    for number, (_, place) in enumerate(common):
        pile = bisect_left(ends, place)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(ends):
            ends.append(place)
            piles.append(number)
        else:
            ends[pile], piles[pile] = place, number
    run, number = list[tuple[int, int]](), piles[-1] if piles else -1
    while number >= 0:
        run.append(common[number])
        number = before[number]
    return run[::-1]


def pairs_between(old: Sequence[str], new: Sequence[str], lefts: range, rights: range) -> Iterator[Pair]:
    """Pairs between two anchors: each paragraph with the best of the next WINDOW.

    The best is the most similar one, if it reaches ALIKE.
    """
    signs = {place: pairs_of(new[place]) for place in rights}
    right = rights.start
    for left in lefts:
        own = pairs_of(old[left])
        near = range(right, min(right + WINDOW, rights.stop))
        best = max(near, key=lambda place: likeness(own, signs[place]), default=None)
        if best is None or likeness(own, signs[best]) < ALIKE:
            yield left, None
            continue
        yield from ((None, place) for place in range(right, best))
        yield left, best
        right = best + 1
    yield from ((None, place) for place in range(right, rights.stop))


def pairs_of(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters of a paragraph."""
    text = f"\n{text[:LONGEST]}\n"
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Similarity of two paragraphs, 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other))
