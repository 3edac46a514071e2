"""Which way text runs: Word must be told of every stretch that runs from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Hebrew, Arabic, Syriac and their neighbours, with their digits and the shapes of their letters.
LEFTWARD = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff"
FIRST_LETTER = re.compile(rf"([{LEFTWARD}])|[^\W\d_]")
# What stands between two words of a stretch belongs to it; digits after a Latin word read on with that word.
LEFTWARD_STRETCH = re.compile(rf"[{LEFTWARD}](?:[\W\d_{LEFTWARD}]*[{LEFTWARD}])?")
RIGHTWARD_STRETCH = re.compile(rf"(?![{LEFTWARD}])[^\W\d_](?:[^{LEFTWARD}]*(?![{LEFTWARD}])\w)?")


def leftward(text: str) -> bool:
    """Whether a paragraph of `text` begins at the right, as its first letter says."""
    first = FIRST_LETTER.search(text)
    return bool(first and first[1])


def stretches(text: str, within: bool) -> Iterator[tuple[str, bool]]:
    """`text` in pieces, each with whether it runs leftward; `within` says whether its paragraph does."""
    against = RIGHTWARD_STRETCH if within else LEFTWARD_STRETCH
    done = 0
    for stretch in against.finditer(text):
        if stretch.start() > done:
            yield text[done : stretch.start()], within
        yield stretch[0], not within
        done = stretch.end()
    if done < len(text):
        yield text[done:], within
