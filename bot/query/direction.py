"""Direction: whether a question that names another country is about China or about that country.

"Can a firm from Brazil own a plant in Hangzhou?" and "Can a firm from Hangzhou own a plant in Brazil?" name the same
places, and their vectors are close. What stands around the names tells them apart. A linear model on that and on how
much closer exemplars on China are, fitted on the training questions (`python -m training direction`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from bot.query.countries import HERE, HOME, lower_case, mention_spans
from bot.query.exemplars import INBOUND, OUTBOUND, Closeness
from store.embeddings.vectors import Floats
from text.scripts import IDEOGRAPHS

FILE = Path(__file__).with_name("direction.npz")
FEATURES = 1 << 15
"""Number of weights; features whose checksums fall together share one."""
SURE = 0.25
"""Least logarithm of the odds from which the direction is taken as known."""
ABROAD, CHINA = "⇗", "⇙"
"""What names of other countries, and of China and places in it, are replaced by."""
MARKS = frozenset({ABROAD, CHINA})
AROUND, ENDING, PREFIX = 6, 3, 5
"""Most characters beside a name, most last letters of it, and letters by which inflected words are alike."""
TOKEN = re.compile(rf"[{ABROAD}{CHINA}]|[{IDEOGRAPHS}](?=([{IDEOGRAPHS}])?)|[^\W\d_{IDEOGRAPHS}]+")


class DirectionModel(NamedTuple):
    """Weights of the features, `(FEATURES,)`; `head`: of their sum, the lead of China, and the constant."""

    weights: Floats
    head: Floats


def in_direction(text: str, close: Closeness) -> Closeness:
    """Returns the closeness of a question; exemplars of the other side are far if its direction is known."""
    numbers = context_features(text)
    odds = direction_odds(numbers, lead_of_china(close), bundled_direction()) if numbers else 0.0
    return close if abs(odds) < SURE else close.of_side(INBOUND if odds > 0 else OUTBOUND)


def direction_odds(numbers: list[int], lead: float, model: DirectionModel) -> float:
    """Returns the logarithm of the odds that a question is about China, by its features and the lead of China."""
    return float(model.head @ [model.weights[numbers].sum(), lead, 1.0])


def lead_of_china(close: Closeness) -> float:
    """Returns by how much the closest exemplar on coming to China is closer than the one on going abroad."""
    return close.of_side(INBOUND).highest - close.of_side(OUTBOUND).highest


def context_features(text: str) -> list[int]:
    """Returns the numbers of the features of a text; none if it names no other country."""
    places = place_spans(text)
    if all(mark == CHINA for _, _, mark in places):
        return []
    return sorted({crc32(feature.encode()) % FEATURES for feature in features_of(lower_case(text), places)})


def features_of(text: str, places: list[tuple[int, int, str]]) -> Iterator[str]:
    """Yields the features of a text: its words with names replaced, what stands beside each name, and how it ends."""
    masked, end = "", 0
    for start, stop, mark in places:
        for length in range(1, AROUND + 1):
            yield f"{mark}<{text[max(0, start - length) : start]}"
            yield f"{mark}>{text[stop : stop + length]}"
        for length in range(1, ENDING + 1):
            yield f"{mark}={text[max(start, stop - length) : stop]}"
        masked, end = f"{masked}{text[end:start]}{mark}", stop
    words = [match[0] + (match[1] or "") for match in TOKEN.finditer(masked + text[end:])]
    yield from words
    yield from (f"{word[:PREFIX]}*" for word in words)
    yield from (f"{one}_{other}" for one, other in pairwise(words) if {one, other} & MARKS)
    yield "".join(word for word in words if word in MARKS)


def place_spans(text: str) -> list[tuple[int, int, str]]:
    """Returns start, end and mark of each place that a text names, in order, none within another."""
    named = [(start, end, CHINA if code == HOME else ABROAD) for start, end, code in mention_spans(text)]
    here = [(*match.span(), CHINA) for match in HERE.finditer(text)]
    found = list[tuple[int, int, str]]()
    for each in sorted([*named, *here]):
        if not found or each[0] >= found[-1][1]:
            found.append(each)
    return found


@cache
def bundled_direction() -> DirectionModel:
    """Returns the weights that come with the program."""
    with np.load(FILE, allow_pickle=False) as state:
        return DirectionModel(state["weights"].astype(np.float32) * state["step"], state["head"])
