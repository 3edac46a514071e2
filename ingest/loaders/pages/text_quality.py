"""How plausible the text of a page is: whether it was decoded rightly."""

from __future__ import annotations

import unicodedata
from collections import Counter

NONSENSE = ("Cc", "Co", "Cn", "Cs")
MOST_GARBLED = 0.15
LEAST_AGREEMENT = 0.9


def garbled(text: str) -> float:
    """The share, 0 to 1, of characters that no writer typed.

    Counted are U+FFFD, controls, private use, unassigned code points, radicals that stand for ideographs,
    and names of glyphs such as /g437 or (cid:12). Spaces count for nothing. Empty text is not garbled.
    """
    characters = solid(text)
    if not characters:
        return 0.0
    return min(1.0, (sum(map(is_nonsense, characters)) + glyph_names(text)) / len(characters))


def is_nonsense(character: str) -> bool:
    return character == "\ufffd" or "\u2e80" <= character <= "\u2fdf" or unicodedata.category(character) in NONSENSE


def glyph_names(text: str) -> int:
    """How many characters belong to glyph names that were written out for want of a mapping."""
    words = text.replace("/", " /").split()
    return sum(len(word) for word in words if word.startswith("(cid:") or (word[:2] == "/g" and word[2:].isdigit()))


def agreement(text: str, other: str) -> float:
    """How far two readings of a page hold the same characters, 0 to 1, whatever their order and spacing."""
    ours, theirs = Counter(solid(plain(text))), Counter(solid(plain(other)))
    longer = max(ours.total(), theirs.total())
    return (ours & theirs).total() / longer if longer else 1.0


def is_plausible(text: str, other: str) -> bool:
    """True where `text` holds about what `other`, a second reading of the same page, holds, and is not garbled."""
    return garbled(text) < MOST_GARBLED and agreement(text, other) >= LEAST_AGREEMENT


def weight(text: str) -> float:
    """About how many ideographs' worth of text there is: an ideograph counts one, any other letter a half."""
    return sum(1.0 if character >= "\u2e80" else 0.5 for character in solid(text))


def solid(text: str) -> str:
    return "".join(text.split())


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
