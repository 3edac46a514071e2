"""Sizes of numbers as words: thousand, 万."""

from __future__ import annotations

import re

from text.lexicon.load import words

SIZES = {
    "thousand": 1e3,
    "ten_thousand": 1e4,
    "million": 1e6,
    "ten_million": 1e7,
    "hundred_million": 1e8,
    "billion": 1e9,
    "trillion": 1e12,
}
SPANISH = {"millón": 1e6, "millones": 1e6, "billón": 1e12, "billones": 1e12}
"""Size words of a language of guides that has no word list."""
SIZE = SPANISH | {word: size for key, size in SIZES.items() for word in words(f"size.{key}")}
"""Factor of each size word."""
SIZE_WORD = re.compile("|".join(sorted(SIZE, key=len, reverse=True)))
