"""Detects words of a question in a text.

Error texts of libraries may repeat their input.
"""

from __future__ import annotations

import re

from text.scripts import UNSPACED

WITHHELD = "(withheld: it holds words of a question)"
WORD = re.compile(r"[^\W_]{3,}", re.UNICODE)
WIDE = re.compile(f"[{UNSPACED}]+")
"""Letters that are searched one by one, such as ideographs; compared in pairs, because single ones mean little."""


def shares_words(text: str, question: str) -> bool:
    """True if `text` shares a word or a pair of ideographs with `question`.

    Words have at least three letters.
    """
    return bool(question) and not words(text).isdisjoint(words(question))


def words(text: str) -> set[str]:
    """Returns lower-case words and pairs of ideographs."""
    text = unescape(text).casefold()
    pairs = {run[place : place + 2] for run in WIDE.findall(text) for place in range(len(run) - 1)}
    return pairs | set(WORD.findall(WIDE.sub(" ", text)))


def unescape(text: str) -> str:
    r"""Replaces \uXXXX escapes, as JSON and repr write them, by their characters."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
