"""Highlight: the boxes of the glyphs of a quote on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from text.normalise import spellings
from text.scripts import FULL_STOPS

Box = tuple[float, float, float, float]
FRAGMENT_END = re.compile(rf"[\n\t|；;{FULL_STOPS}]")
SHORTEST_FRAGMENT = 4
SHORTEST_PIECE = 8
# PDFs give the two letters of the Arabic ligature lam-alef in either order.
LAM_ALEF = re.compile("[\u0627\u0622\u0623\u0625\u0644]{2,}")


@dataclass(frozen=True)
class Glyph:
    """A character, or a line read by OCR, with its box in points from the top left."""

    text: str
    box: Box


def boxes(glyphs: Sequence[Glyph], quote: str) -> list[Box]:
    """Returns one box for each line of `quote` on the page; empty if it is not there.

    Only letters, digits and ideographs are compared, because line ends, spaces, Markdown and table signs differ.
    """
    letters, owners = spell(glyphs)
    found = {index for start, end in spans(letters, quote) for index in range(owners[start], owners[end - 1] + 1)}
    return merge_boxes(glyphs[index].box for index in sorted(found))


def spell(glyphs: Sequence[Glyph]) -> tuple[str, list[int]]:
    """Returns the comparable letters of the page, and the glyph index of each."""
    letters, owners = [], []
    for index, glyph in enumerate(glyphs):
        own = comparable(glyph.text)
        letters.append(own)
        owners += [index] * len(own)
    return align("".join(letters)), owners


def comparable(text: str) -> str:
    """Returns the letters and digits of a text, in lower case and one spelling."""
    return "".join(letter for letter in text.translate(spellings()).lower() if letter.isalnum())


def align(letters: str) -> str:
    """Returns letters in which lam and alef always stand in the same order."""
    return LAM_ALEF.sub(lambda run: "".join(sorted(run[0])), letters)


def spans(letters: str, quote: str) -> Iterator[tuple[int, int]]:
    """Yields the places of the quote: as a whole, else its sentences, lines and cells."""
    whole = align(comparable(quote))
    position = letters.find(whole)
    if whole and position >= 0:
        yield position, position + len(whole)
        return
    cursor = 0
    for fragment in FRAGMENT_END.split(quote):
        words = align(comparable(fragment))
        if len(words) >= SHORTEST_FRAGMENT:
            for start, end in pieces(letters, words, cursor):
                cursor = end
                yield start, end


def pieces(letters: str, words: str, cursor: int) -> Iterator[tuple[int, int]]:
    """Yields the places of `words`, preferably after `cursor`.

    If they are not found, each half is searched, because columns may be read in another order.
    """
    position = letters.find(words, cursor)
    position = position if position >= 0 else letters.find(words)
    if position >= 0:
        yield position, position + len(words)
    elif len(words) >= 2 * SHORTEST_PIECE:
        middle = len(words) // 2
        yield from pieces(letters, words[:middle], cursor)
        yield from pieces(letters, words[middle:], cursor)


def merge_boxes(glyph_boxes: Iterable[Box]) -> list[Box]:
    """Returns one box for all boxes that follow each other on a line."""
    lines: list[Box] = []
    for box in glyph_boxes:
        if lines and is_same_line(lines[-1], box):
            left, top, right, bottom = lines[-1]
            lines[-1] = min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3])
        else:
            lines.append(box)
    return lines


def is_same_line(line: Box, box: Box) -> bool:
    """True if `box` continues `line`: equal height, at its right, no column gap."""
    height = min(line[3] - line[1], box[3] - box[1])
    overlap = min(line[3], box[3]) - max(line[1], box[1])
    gap = box[0] - line[2]
    return overlap > height / 2 and -height < gap < 3 * max(height, 1)
