"""What changed within a paragraph, and which of it are figures: amounts, rates, dates, periods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from text.boundaries import REACH, boundaries, shortened
from text.dates import DATE
from text.numbers import MEASURE, NUMERAL

UNIT = (
    r"\s?(?:%|％|‰|(?:[万亿千百]+|million |billion )?"
    r"(?:美元|欧元|港元|人民币|卢布|雷亚尔|元|平方米|吨|人|户|家|项|倍|USD|EUR|RMB|RUB|BRL)|[万亿]"
    r"|个?工作日|自然日|个?月|日|天|年|小时|周|岁|(?:working |business |calendar )?"
    r"(?:days?|weeks?|months?|years?|hours?)\b|per ?cent\b|million\b|billion\b)"
)
MEASURED = (
    rf"{DATE}|百分之{NUMERAL.pattern}|{NUMERAL.pattern}(?:{MEASURE.pattern})"
    rf"|[¥$€￥]\s?\d[\d.,]*\d?(?:{UNIT})?|\d(?:[\d.,]*\d)?(?:{UNIT})"
)
FIGURE = re.compile(rf"{MEASURED}|\d(?:[\d.,]*\d)?")
WITH_UNIT = re.compile(MEASURED)
TOKEN = re.compile(
    r"第[一二三四五六七八九十百千零〇\d]+[编章节条款项号]|^\d{1,2}[.、)）](?!\d)"
    rf"|{FIGURE.pattern}|[^\W\d_一-龥]+|.",
    re.DOTALL,
)
"""A number of an article or of a list item, a figure, a word, or one character."""
LONGEST = 500_000
"""Pairs of tokens above which a paragraph is not looked into."""
BUDGET = 8_000_000
"""Pairs of tokens that all paragraphs of a comparison may cost together: a few seconds."""
CONTEXT = 30


@dataclass
class Budget:
    """What is left of BUDGET."""

    left: int = BUDGET

    def allows(self, cost: int) -> bool:
        if cost > min(LONGEST, self.left):
            return False
        self.left -= cost
        return True


@dataclass(frozen=True)
class Piece:
    """A part of a paragraph: in both versions, in the `old` one alone, or in the `new` one alone."""

    kind: Literal["same", "old", "new"]
    text: str


@dataclass(frozen=True)
class FigureChange:
    """Figures that changed in a place: as they were, as they are (one of them may be empty), and the place."""

    before: str
    after: str
    context: tuple[Piece, ...]


def wording(old: str, new: str, budget: Budget) -> tuple[Piece, ...]:
    """The parts of a changed paragraph; the old one whole, then the new one, where it is too long to look into."""
    one, other = TOKEN.findall(old), TOKEN.findall(new)
    lead, rest = shared_ends(one, other)
    middle, counterpart = one[lead : len(one) - rest], other[lead : len(other) - rest]
    pieces = [Piece("same", "".join(one[:lead]))] * bool(lead)
    pieces += differences(middle, counterpart, budget)
    pieces += [Piece("same", "".join(one[len(one) - rest :]))] * bool(rest)
    return tuple(joined([each for each in pieces if each.text]))


def shared_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many tokens two paragraphs have in common at their start, and then at their end."""
    most = min(len(one), len(other))
    lead = next((place for place in range(most) if one[place] != other[place]), most)
    rest = next((place for place in range(most - lead) if one[-1 - place] != other[-1 - place]), most - lead)
    return lead, rest


def differences(one: Sequence[str], other: Sequence[str], budget: Budget) -> list[Piece]:
    """The pieces of two runs of tokens; the one whole, then the other, where they are too long to look into."""
    if not budget.allows(len(one) * len(other)):
        return [Piece("old", "".join(one)), Piece("new", "".join(other))]
    pieces = list[Piece]()
    for kind, start, end, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(other[begin:stop])))
        else:
            pieces += [Piece("old", "".join(one[start:end])), Piece("new", "".join(other[begin:stop]))]
    return pieces


def joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Changes between which only a character stands as one change, so that it can be read."""
    lone = {
        place
        for place, piece in enumerate(pieces)
        if piece.kind == "same" and len(piece.text) < 2 and 0 < place < len(pieces) - 1
    }
    for is_same, group in groupby(enumerate(pieces), lambda each: each[1].kind == "same" and each[0] not in lone):
        run = [piece for _, piece in group]
        if is_same:
            yield from run
        else:
            for kind in ("old", "new"):
                if text := "".join(piece.text for piece in run if piece.kind in ("same", kind)):
                    yield Piece(kind, text)


def figures_in_place(pieces: Sequence[Piece]) -> Iterator[FigureChange]:
    """The changes of a paragraph in which figures differ."""
    for is_same, group in groupby(enumerate(pieces), lambda each: each[1].kind == "same"):
        run = list(group)
        before, after = (figures_of(run_text(run, kind)) for kind in ("old", "new"))
        if not is_same and before != after:
            yield FigureChange("、".join(before), "、".join(after), around(pieces, run))


def around(pieces: Sequence[Piece], run: Sequence[tuple[int, Piece]]) -> tuple[Piece, ...]:
    """A run of changed pieces, which come with their places, between the words beside it."""
    start, end = run[0][0], run[-1][0]
    lead = last_words(pieces[start - 1].text) if start else ""
    rest = first_words(pieces[end + 1].text) if end + 1 < len(pieces) else ""
    return Piece("same", lead), *(piece for _, piece in run), Piece("same", rest)


def last_words(text: str) -> str:
    """About the last CONTEXT characters of a text; a word or a number that would be cut by that is left out."""
    if len(text) <= CONTEXT:
        return text
    near = text[-CONTEXT - REACH :]
    place = len(near) - CONTEXT
    return near[boundaries(near).after(place) :].lstrip() or near[place:]


def first_words(text: str) -> str:
    """About the first CONTEXT characters, likewise."""
    return shortened(text, CONTEXT, "")


def run_text(run: Sequence[tuple[int, Piece]], kind: str) -> str:
    return "".join(piece.text for _, piece in run if piece.kind == kind)


def figures_of(text: str) -> list[str]:
    """The figures of a text as they are written, numbers of articles and list items left out."""
    return [token.strip() for token in TOKEN.findall(text) if FIGURE.fullmatch(token)]


def figures_in_one(paragraphs: Sequence[Sequence[Piece]], old: str, new: str) -> Iterator[FigureChange]:
    """The measured figures of paragraphs that only one version has, where they stand nowhere in the other."""
    known = {"new": set(figures_of(old)), "old": set(figures_of(new))}
    for (piece,) in paragraphs:
        own = [each for each in figures_of(piece.text) if WITH_UNIT.fullmatch(each) and each not in known[piece.kind]]
        if own:
            listed = "、".join(dict.fromkeys(own))
            sides = (listed, "") if piece.kind == "old" else ("", listed)
            yield FigureChange(*sides, (Piece(piece.kind, shortened(piece.text, 4 * CONTEXT)),))
