"""Direction: tells if a question is about China or another country that it names.

"Can a firm from Brazil own a plant in Hangzhou?" and "Can a firm from Hangzhou own a plant in Brazil?" name the same
places, and their vectors are close. The words around the names tell them apart. A linear model on these and on how much
closer exemplars on China are, fitted on the training questions (`python -m training direction`).
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
"""Number of weights; features with the same checksum share one."""
SURE_INBOUND, SURE_OUTBOUND = 0.75, -0.25
"""Log odds from which on a question surely is about China, and about the other country.

Of 23 questions of other writers between 0 and the first 7 are about China, of 14 from the second to 0 twelve are about
the other country.
"""
ABROAD, CHINA = "⇗", "⇙"
"""Signs that replace names of other countries, and of China and places in it."""
MARKS = frozenset({ABROAD, CHINA})
AROUND, ENDING, PREFIX = 6, 3, 5
"""Most characters beside a name, of its end, and of a word's beginning."""
TOKEN = re.compile(rf"[{ABROAD}{CHINA}]|[{IDEOGRAPHS}](?=([{IDEOGRAPHS}])?)|[^\W\d_{IDEOGRAPHS}]+")


class DirectionModel(NamedTuple):
    """Weights of the features, `(FEATURES,)`, and of their sum.

    `head`: weights of that sum and of the lead of China, and the constant.
    """

    weights: Floats
    head: Floats


def in_direction(text: str, close: Closeness) -> Closeness:
    """Returns the closeness of a question, of one side if its direction is known."""
    numbers = context_features(text)
    odds = direction_odds(numbers, lead_of_china(close), load_direction()) if numbers else 0.0
    return close.of_side(side) if (side := sure_side(odds)) else close


def sure_side(odds: float) -> int:
    """Returns the side that log odds tell, or 0."""
    return INBOUND if odds >= SURE_INBOUND else OUTBOUND if odds <= SURE_OUTBOUND else 0


def direction_odds(numbers: list[int], lead: float, model: DirectionModel) -> float:
    """Returns the log odds that a question is about China.

    `numbers` are its features, `lead` is the lead of China.
    """
    return float(model.head @ [model.weights[numbers].sum(), lead, 1.0])


def lead_of_china(close: Closeness) -> float:
    """Returns the lead of exemplars on coming to China over those on going abroad.

    Compared are the closest exemplars of each side.
    """
    return close.of_side(INBOUND).highest - close.of_side(OUTBOUND).highest


def context_features(text: str) -> list[int]:
    """Returns the numbers of a text's features; [] if it names no other country."""
    return word_features(text) if any(mark == ABROAD for _, _, mark in place_spans(text)) else []


def word_features(text: str) -> list[int]:
    """Returns the numbers of a text's features, 0 to FEATURES."""
    return sorted({crc32(each.encode()) % FEATURES for each in features_of(lower_case(text), place_spans(text))})


def features_of(text: str, places: list[tuple[int, int, str]]) -> Iterator[str]:
    """Yields the features of a text that names `places`.

    Its words with the names replaced, the characters beside each name, and the end of each name.
    """
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
    """Returns start, end and mark of each place in a text, in order, none nested."""
    named = [(start, end, CHINA if code == HOME else ABROAD) for start, end, code in mention_spans(text)]
    here = [(*match.span(), CHINA) for match in HERE.finditer(text)]
    found = list[tuple[int, int, str]]()
    for each in sorted([*named, *here]):
        if not found or each[0] >= found[-1][1]:
            found.append(each)
    return found


@cache
def load_direction() -> DirectionModel:
    """Returns the weights that come with the program."""
    with np.load(FILE, allow_pickle=False) as state:
        return DirectionModel(state["weights"].astype(np.float32) * state["step"], state["head"])
