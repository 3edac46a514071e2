"""Text direction: Word needs the direction of every right-to-left run."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Hebrew, Arabic, Syriac and neighbouring scripts, with their digits and presentation forms.
LEFTWARD = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff"
FIRST_LETTER = re.compile(rf"([{LEFTWARD}])|[^\W\d_]")
# Characters between two words of a run belong to it; digits after a Latin word belong to that word.
LEFTWARD_STRETCH = re.compile(rf"[{LEFTWARD}](?:[\W\d_{LEFTWARD}]*[{LEFTWARD}])?")
RIGHTWARD_STRETCH = re.compile(rf"(?![{LEFTWARD}])[^\W\d_](?:[^{LEFTWARD}]*(?![{LEFTWARD}])\w)?")


def is_leftward(text: str) -> bool:
    """True if a paragraph of `text` is right-to-left, by its first letter."""
    first = FIRST_LETTER.search(text)
    return bool(first and first[1])


def stretches(text: str, within: bool) -> Iterator[tuple[str, bool]]:
    """Splits `text` into runs of one direction, each with True for right-to-left.

    `within` is the direction of the paragraph.
    """
    against = RIGHTWARD_STRETCH if within else LEFTWARD_STRETCH
    done = 0
    for stretch in against.finditer(text):
        if stretch.start() > done:
            yield text[done : stretch.start()], within
        yield stretch[0], not within
        done = stretch.end()
    if done < len(text):
        yield text[done:], within
