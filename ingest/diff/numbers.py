"""Every number changed by a correction, in any notation: none may go unnoticed.

Versions of a document are compared by measured figures instead (`wording`), because their article numbers move.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.diff.comparison import Step, all_steps
from ingest.diff.paragraphs import plain_paragraphs
from ingest.diff.wording import FIGURE, FigureChange, Piece, run_text, with_words_beside
from text.boundaries import shorten
from text.numbers import find_all_figures
from text.scripts import COUNTED

ALL_NUMERALS = f"{COUNTED}万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
NUMBER = re.compile(rf"{FIGURE.pattern}|第?[{ALL_NUMERALS}]+[编章节条款项号]?|\S", re.DOTALL)
WORD_FORMING = "一"
"""Alone this ideograph is more often part of a word than a number."""
SHOWN = 120
"""Characters shown of paragraphs that only one side has."""


def find_changed_numbers(old: str, new: str) -> tuple[FigureChange, ...]:
    """Numbers that differ between two texts of a page, with their context."""
    found = list[FigureChange]()
    for is_one_sided, group in groupby(strict_steps(old, new), lambda step: step.kind in ("added", "removed")):
        if is_one_sided:
            found += come_and_gone([piece for step in group for piece in step.pieces])
        else:
            found += [each for step in group for each in numbers_in_place(step.pieces)]
    return tuple(found)


def strict_steps(old: str, new: str) -> Iterator[Step]:
    """Paragraphs of both texts; a space inside a number makes them differ."""
    return all_steps(plain_paragraphs(old), plain_paragraphs(new), as_compared=str)


def numbers_in_place(pieces: Sequence[Piece]) -> Iterator[FigureChange]:
    """Changes of a paragraph in which numbers differ.

    All of its changes if only the whole paragraph shows the difference.
    """
    runs = [
        list(group) for is_same, group in groupby(enumerate(pieces), lambda each: each[1].kind == "same") if not is_same
    ]
    differing = [run for run in runs if differ(run_text(run, "old"), run_text(run, "new"))]
    if not differing and find_all_figures(side(pieces, "old")) != find_all_figures(side(pieces, "new")):
        differing = runs
    for run in differing:
        old, new = run_text(run, "old"), run_text(run, "new")
        yield FigureChange(numbers_or_text(old), numbers_or_text(new), with_words_beside(pieces, run))


def come_and_gone(pieces: Sequence[Piece]) -> Iterator[FigureChange]:
    """Numbers of paragraphs without a counterpart in their place.

    Paragraphs that moved far are included.
    """
    old, new = (Counter(numbers_of("\n".join(piece.text for piece in pieces if piece.kind == kind))) for kind in SIDES)
    before, after = (old - new).elements(), (new - old).elements()
    sides = "、".join(before), "、".join(after)
    if any(sides):
        yield FigureChange(*sides, tuple(Piece(piece.kind, shorten(piece.text, SHOWN)) for piece in pieces[:4]))


SIDES = ("old", "new")


def side(pieces: Sequence[Piece], kind: str) -> str:
    """Returns the text of a paragraph in one version; `kind` is `old` or `new`."""
    return "".join(piece.text for piece in pieces if piece.kind in ("same", kind))


def numbers_or_text(text: str) -> str:
    """Numbers of a changed place as written, or all its text if there are none."""
    return "、".join(numbers_of(text)) or text.strip()


def differ(old: str, new: str) -> bool:
    """True if two places have different numbers, by spelling or by value."""
    return numbers_of(old) != numbers_of(new) or find_all_figures(old) != find_all_figures(new)


def numbers_of(text: str) -> list[str]:
    """Numbers of a text as written: digits, ideographs, ①, ½ and Ⅳ.

    Numbers of articles and documents are included.
    """
    return [token.strip() for token in NUMBER.findall(text) if is_number(token)]


def is_number(token: str) -> bool:
    """Checks that a token has a digit or numeral; 一 alone is none."""
    if token == WORD_FORMING:
        return False
    return any(unicodedata.category(sign)[0] == "N" or sign in ALL_NUMERALS for sign in token)
