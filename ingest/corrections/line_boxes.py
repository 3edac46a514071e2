"""Positions of OCR lines in the page text, also after corrections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from store.documents import Line
from text.normalise import normalise
from text.scripts import COMPATIBILITY_IDEOGRAPHS, WITHOUT_BLANKS

WIDE = WITHOUT_BLANKS + COMPATIBILITY_IDEOGRAPHS
PIECE = re.compile(rf"[{WIDE}]|[^\W{WIDE}]+|\s+|.", re.DOTALL)
"""Units of comparison: single ideographs, other words whole."""


@dataclass(frozen=True)
class LinePlace:
    """Position of a line in a text: `text[start:end]`.

    `line`: its number among the lines, from 0.
    """

    line: int
    start: int
    end: int


def line_places(lines: Sequence[Line], text: str) -> list[LinePlace]:
    """Positions of the lines found in `text`, in order, without overlap.

    Together they cover all of it: text between two lines belongs to the first of them.
    """
    starts = sorted(find_lines(lines, text))
    if not starts:
        return []
    begins = [0, *(start for start, _ in starts[1:])]
    spans = zip(starts, begins, [*begins[1:], len(text)], strict=True)
    return [LinePlace(line, begin, end) for (_, line), begin, end in spans if begin < end]


def find_lines(lines: Sequence[Line], text: str) -> Iterator[tuple[int, int]]:
    """`(start, number)` of each line whose letters occur in the text.

    Prefers the occurrence after the line before.
    """
    offsets = [offset for offset, letter in enumerate(text) if letter.isalnum()]
    letters = "".join(text[offset] for offset in offsets)
    cursor, taken = 0, bytearray(len(letters))
    for number, line in enumerate(lines):
        words = normalise(line.text)
        own = "".join(filter(str.isalnum, words))
        at = next((at for at in occurrences(letters, own, cursor) if not any(taken[at : at + len(own)])), None)
        if at is not None:
            cursor = at + len(own)
            taken[at:cursor] = b"1" * len(own)
            signs = words[: words.index(own[0])].lstrip()
            yield offsets[at] - len(signs) * text[: offsets[at]].endswith(signs), number


def occurrences(letters: str, own: str, cursor: int) -> Iterator[int]:
    """Positions of a line's letters: after the cursor first, then before it."""
    for first, last in ((cursor, len(letters)), (0, cursor)):
        at = letters.find(own, first) if own else -1
        while 0 <= at < last:
            yield at
            at = letters.find(own, at + 1)


def carry_lines(lines: Sequence[Line], before: str, after: str) -> tuple[Line, ...]:
    """Lines of a page with their corrected texts.

    Lines without text are left out; lines that were not found stay unchanged.
    """
    own = line_places(lines, before)
    moved = moves(before, after, [place.end for place in own])
    begins = [0, *moved]
    texts = {place.line: after[start:end].strip() for place, start, end in zip(own, begins, moved, strict=False)}
    kept = [replace(lines[number], text=text) for number, text in texts.items() if text]
    return (*kept, *(line for number, line in enumerate(lines) if number not in texts))


def moves(before: str, after: str, offsets: Sequence[int]) -> list[int]:
    """Maps offsets in `before`, in order, to `after`; proportional in rewritten parts."""
    spans = list(stretches(before, after))
    found = []
    for offset in offsets:
        old, old_end, new, new_end = next(span for span in reversed(spans) if span[0] <= offset)
        share = (offset - old) / (old_end - old) if old_end > old else 1.0
        found.append(new + round(share * (new_end - new)))
    return found


def stretches(before: str, after: str) -> Iterator[tuple[int, int, int, int]]:
    """Corresponding spans: start and end in `before`, start and end in `after`."""
    old, new = PIECE.findall(before), PIECE.findall(after)
    old_ends, new_ends = ends(old), ends(new)
    yield 0, 0, 0, 0
    for _, start, end, begin, finish in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield old_ends[start], old_ends[end], new_ends[begin], new_ends[finish]


def ends(pieces: Sequence[str]) -> list[int]:
    """Start offset of each piece, and the end of the last one."""
    found = [0]
    for piece in pieces:
        found.append(found[-1] + len(piece))
    return found
