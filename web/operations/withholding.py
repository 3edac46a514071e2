"""Whether a text holds words of a question: what a library says of a failure may repeat what it was given."""

from __future__ import annotations

import re

WITHHELD = "(withheld: it holds words of a question)"
WORD = re.compile(r"[^\W_]{3,}", re.UNICODE)
WIDE = re.compile(r"[⺀-鿿豈-﫿]+")
"""Ideographs, which stand in pairs: single ones mean little."""


def shares_words(text: str, question: str) -> bool:
    """Whether `text` has a word of at least three letters, or a pair of ideographs, of `question`."""
    return bool(question) and not words(text).isdisjoint(words(question))


def words(text: str) -> set[str]:
    """Lower-case words and pairs of ideographs."""
    text = unescaped(text).casefold()
    pairs = {run[place : place + 2] for run in WIDE.findall(text) for place in range(len(run) - 1)}
    return pairs | set(WORD.findall(WIDE.sub(" ", text)))


def unescaped(text: str) -> str:
    """A text with what stands in it as \\uXXXX, as JSON and repr write it."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
