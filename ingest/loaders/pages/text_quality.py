"""Text quality of a page: plausibility of its decoding."""

from __future__ import annotations

import unicodedata
from collections import Counter

NONSENSE = ("Cc", "Co", "Cn", "Cs")
"""Unicode categories of characters that no author types."""
MOST_GARBLED = 0.15
"""Share of garbled characters from which a text is implausible."""
LEAST_AGREEMENT = 0.9
"""Minimum agreement of two readings of a page."""


def measure_garbled(text: str) -> float:
    """Share of characters that no author typed, 0 to 1; 0 for empty text.

    These are U+FFFD, controls, private use, unassigned code points, radicals in place of ideographs, and glyph
    names such as /g437 or (cid:12). Spaces do not count.
    """
    characters = solid(text)
    if not characters:
        return 0.0
    return min(1.0, (sum(map(is_nonsense, characters)) + glyph_names(text)) / len(characters))


def is_nonsense(character: str) -> bool:
    """Checks that a character is one that no author types."""
    return character == "\ufffd" or "\u2e80" <= character <= "\u2fdf" or unicodedata.category(character) in NONSENSE


def glyph_names(text: str) -> int:
    """Number of characters in glyph names written out because a mapping is missing."""
    words = text.replace("/", " /").split()
    return sum(len(word) for word in words if word.startswith("(cid:") or (word[:2] == "/g" and word[2:].isdigit()))


def agreement(text: str, other: str) -> float:
    """Share of characters that two readings of a page have in common, 0 to 1.

    Order and spacing do not matter.
    """
    ours, theirs = Counter(solid(compatible_form(text))), Counter(solid(compatible_form(other)))
    longer = max(ours.total(), theirs.total())
    return (ours & theirs).total() / longer if longer else 1.0


def is_plausible(text: str, other: str) -> bool:
    """True if `text` is not garbled and agrees with a second reading of the page."""
    return measure_garbled(text) < MOST_GARBLED and agreement(text, other) >= LEAST_AGREEMENT


def weight(text: str) -> float:
    """Amount of text in ideographs: an ideograph counts one, any other letter a half."""
    return sum(1.0 if character >= "\u2e80" else 0.5 for character in solid(text))


def solid(text: str) -> str:
    """Returns a text without white space."""
    return "".join(text.split())


def compatible_form(text: str) -> str:
    """Returns a text in which compatible characters are one (NFKC)."""
    return unicodedata.normalize("NFKC", text)
