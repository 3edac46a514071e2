"""Every number that a correction changes, whatever it counts and however it is written: nothing of that kind may change
unnoticed. Versions of a document are compared by what they measure instead (`wording`), for their articles move."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.diff import Step, all_steps
from ingest.diff.paragraphs import paragraphs
from ingest.diff.wording import FIGURE, FigureChange, Piece, around, run_text
from text.boundaries import shortened
from text.numbers import known_figures

IDEOGRAPHS = "〇零一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
NUMBER = re.compile(rf"{FIGURE.pattern}|第?[{IDEOGRAPHS}]+[编章节条款项号]?|\S", re.DOTALL)
WORD_FORMING = "一"
"""Alone it is more often part of a word than a number."""
MOST_FIGURES = 60
SHOWN = 120
"""Characters that are shown of paragraphs that only one side has."""


def changed_numbers(old: str, new: str) -> tuple[FigureChange, ...]:
    """The numbers that differ between two texts of a page, with the places; the first MOST_FIGURES of them."""
    found = list[FigureChange]()
    for is_one_sided, group in groupby(strict_steps(old, new), lambda step: step.kind in ("added", "removed")):
        if is_one_sided:
            found += come_and_gone([piece for step in group for piece in step.pieces])
        else:
            found += [each for step in group for each in numbers_in_place(step.pieces)]
    return tuple(found[:MOST_FIGURES])


def strict_steps(old: str, new: str) -> Iterator[Step]:
    """The paragraphs of both texts; a blank within a number makes a paragraph another one."""
    return all_steps(paragraphs(old), paragraphs(new), as_compared=str)


def numbers_in_place(pieces: Sequence[Piece]) -> Iterator[FigureChange]:
    """The changes of a paragraph in which numbers differ; all of them where only the paragraph as a whole tells."""
    runs = [
        list(group) for is_same, group in groupby(enumerate(pieces), lambda each: each[1].kind == "same") if not is_same
    ]
    differing = [run for run in runs if differ(run_text(run, "old"), run_text(run, "new"))]
    if not differing and known_figures(side(pieces, "old")) != known_figures(side(pieces, "new")):
        differing = runs
    for run in differing:
        old, new = run_text(run, "old"), run_text(run, "new")
        yield FigureChange(shown(old), shown(new), around(pieces, run))


def come_and_gone(pieces: Sequence[Piece]) -> Iterator[FigureChange]:
    """The numbers of paragraphs that have no counterpart where they stand; those that moved far are told as well."""
    old, new = (Counter(numbers_of("\n".join(piece.text for piece in pieces if piece.kind == kind))) for kind in SIDES)
    before, after = (old - new).elements(), (new - old).elements()
    sides = "、".join(before), "、".join(after)
    if any(sides):
        yield FigureChange(*sides, tuple(Piece(piece.kind, shortened(piece.text, SHOWN)) for piece in pieces[:4]))


SIDES = ("old", "new")


def side(pieces: Sequence[Piece], kind: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in ("same", kind))


def shown(text: str) -> str:
    """The numbers of a changed place as they are written, or all of it where they are words."""
    return "、".join(numbers_of(text)) or text.strip()


def differ(old: str, new: str) -> bool:
    """Whether two places hold other numbers, as they are written or as they are read."""
    return numbers_of(old) != numbers_of(new) or known_figures(old) != known_figures(new)


def numbers_of(text: str) -> list[str]:
    """The numbers of a text as they are written: digits, ideographs, ①, ½ and Ⅳ, also of articles and documents."""
    return [token.strip() for token in NUMBER.findall(text) if is_number(token)]


def is_number(token: str) -> bool:
    if token == WORD_FORMING:
        return False
    return any(unicodedata.category(sign)[0] == "N" or sign in IDEOGRAPHS for sign in token)
