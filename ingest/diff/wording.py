"""Changed words and figures of a paragraph: amounts, dates, periods, counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from ingest.diff.bare_numbers import find_names, is_number_word, numbers_item
from text.boundaries import REACH, boundaries, shorten
from text.dates import DATE
from text.lexicon.load import alternatives, bodies, keys, words
from text.numbers import MEASURE, NUMBER, NUMERAL, OTHERS
from text.scripts import COUNTED, IDEOGRAPHS, ORDINAL

SPACED = ("en", *OTHERS)
SIZES = "|".join(re.escape(word) for size in keys("size") for word in words(f"size.{size}", *SPACED))
UNIT = (
    rf"\s?(?:[%％‰€£₽₹]|[万亿千百]*(?:{bodies('measure.counted', 'zh')})|[万亿]|{bodies('measure.unit', 'zh')}"
    rf"|(?:(?:{SIZES})\w*\.?\s)?(?:{alternatives('measure.counted', *SPACED)})\w*"
    rf"|(?:{bodies('measure.unit', 'en')}|{SIZES})\b|(?:{bodies('measure.unit', *OTHERS)})\w*)"
)
FIRST = rf"(?=[{COUNTED}]|[^{IDEOGRAPHS}\s])"
"""The first character of a figure; without it each ideograph of a text costs many tries."""
MEASURED = (
    rf"{FIRST}(?i:{DATE}|\d{{1,2}}\s?月\s?\d{{1,2}}\s?[日号]|百分之{NUMERAL.pattern}|{NUMERAL.pattern}(?:{MEASURE.pattern})"
    rf"|[A-Z]{{0,3}}[$€£¥￥₽₹]\s?(?:{NUMBER.pattern})(?:{UNIT})?|(?:{NUMBER.pattern})(?:{UNIT}))"
)
BARE = re.compile(rf"\d{{1,2}}[:：]\d\d(?!\d)|{NUMBER.pattern}")
"""A number, or a time of day."""
FIGURE = re.compile(rf"{MEASURED}|{BARE.pattern}")
WITH_UNIT = re.compile(MEASURED)
TOKEN = re.compile(
    rf"{ORDINAL}[编章节条款项号]|^\d{{1,2}}[.、)）](?!\d)"
    rf"|{FIGURE.pattern}|[^\W\d_{IDEOGRAPHS}]+|.",
    re.DOTALL,
)
"""A number of an article or list item, a figure, a word, or one character."""
LONGEST = 500_000
"""Pairs of tokens above which a paragraph is not compared in detail."""
BUDGET = 8_000_000
"""Pairs of tokens for all paragraphs of a comparison together: a few seconds."""
CONTEXT = 30


@dataclass
class Budget:
    """Rest of BUDGET."""

    left: int = BUDGET

    def allows(self, cost: int) -> bool:
        """Takes `cost` pairs of tokens from the rest; False if they are too many."""
        if cost > min(LONGEST, self.left):
            return False
        self.left -= cost
        return True


@dataclass(frozen=True)
class Piece:
    """Part of a paragraph: in both versions, or only in the `old` or the `new` one."""

    kind: Literal["same", "old", "new"]
    text: str


@dataclass(frozen=True)
class FigureChange:
    """Figures that changed in a place, before and after, with the context.

    One side may be empty.
    """

    before: str
    after: str
    context: tuple[Piece, ...]


def wording(old: str, new: str, budget: Budget) -> tuple[Piece, ...]:
    """Parts of a changed paragraph.

    If it is too long, the whole old one, then the whole new one.
    """
    one, other = TOKEN.findall(old), TOKEN.findall(new)
    lead, rest = measure_shared_ends(one, other)
    middle, counterpart = one[lead : len(one) - rest], other[lead : len(other) - rest]
    pieces = [Piece("same", "".join(one[:lead]))] * bool(lead)
    pieces += differences(middle, counterpart, budget)
    pieces += [Piece("same", "".join(one[len(one) - rest :]))] * bool(rest)
    return tuple(merge_changes([each for each in pieces if each.text]))


def measure_shared_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Number of tokens that two paragraphs share at the start and at the end."""
    most = min(len(one), len(other))
    lead = next((place for place in range(most) if one[place] != other[place]), most)
    rest = next((place for place in range(most - lead) if one[-1 - place] != other[-1 - place]), most - lead)
    return lead, rest


def differences(one: Sequence[str], other: Sequence[str], budget: Budget) -> list[Piece]:
    """Pieces of two token runs.

    If they are too long, all of the first, then all of the second.
    """
    if not budget.allows(len(one) * len(other)):
        return [Piece("old", "".join(one)), Piece("new", "".join(other))]
    pieces = list[Piece]()
    for kind, start, end, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(other[begin:stop])))
        else:
            pieces += [Piece("old", "".join(one[start:end])), Piece("new", "".join(other[begin:stop]))]
    return pieces


def merge_changes(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Merges changes separated by a single character, for readability."""
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
    """Changes of a paragraph in which figures or number words differ."""
    for is_same, group in groupby(enumerate(pieces), lambda each: each[1].kind == "same"):
        run = list(group)
        around = with_words_beside(pieces, run)
        before, after = figures_of_sides(run_text(run, "old"), run_text(run, "new"), around)
        if not is_same and before != after:
            yield FigureChange("、".join(before), "、".join(after), around)


def figures_of_sides(old: str, new: str, around: Sequence[Piece]) -> Sequence[list[str]]:
    """Figures of a changed place before and after.

    A number word is one where the other side has a number too, unless it is the number of an item.
    """
    figures = [figures_of(each) for each in (old, new)]
    worded = [own or [text.strip()] * is_number_word(text) for own, text in zip(figures, (old, new), strict=True)]
    is_item = not any(figures) and numbers_item(around[0].text, around[-1].text)
    return worded if all(worded) and not is_item else figures


def with_words_beside(pieces: Sequence[Piece], run: Sequence[tuple[int, Piece]]) -> tuple[Piece, ...]:
    """A run of changed pieces (with their indices) between the words beside it."""
    start, end = run[0][0], run[-1][0]
    lead = last_words(pieces[start - 1].text) if start else ""
    rest = first_words(pieces[end + 1].text) if end + 1 < len(pieces) else ""
    return Piece("same", lead), *(piece for _, piece in run), Piece("same", rest)


def last_words(text: str) -> str:
    """About the last CONTEXT characters of a text, without a cut word or number."""
    if len(text) <= CONTEXT:
        return text
    near = text[-CONTEXT - REACH :]
    place = len(near) - CONTEXT
    return near[boundaries(near).after(place) :].lstrip() or near[place:]


def first_words(text: str) -> str:
    """About the first CONTEXT characters of a text, without a cut word or number."""
    return shorten(text, CONTEXT, "")


def run_text(run: Sequence[tuple[int, Piece]], kind: str) -> str:
    """Returns the joined text of the pieces of one kind in a run."""
    return "".join(piece.text for _, piece in run if piece.kind == kind)


def figures_of(text: str) -> list[str]:
    """Figures of a text as written, without numbers of articles and list items."""
    return [token.strip() for token in TOKEN.findall(text) if FIGURE.fullmatch(token)]


def figures_in_one(paragraphs: Sequence[Piece]) -> Iterator[FigureChange]:
    """Figures of paragraphs that only one version has; not numbers that only name.

    The other version may have them elsewhere.
    """
    for piece in paragraphs:
        own = list(figures_that_count(piece.text))
        if own:
            listed = "、".join(dict.fromkeys(own))
            sides = (listed, "") if piece.kind == "old" else ("", listed)
            yield FigureChange(*sides, (Piece(piece.kind, shorten(piece.text, 4 * CONTEXT)),))


def figures_that_count(text: str) -> Iterator[str]:
    """Yields measured figures of a paragraph, and bare numbers that name nothing."""
    found = [(match.start(), match[0].strip()) for match in TOKEN.finditer(text)]
    bare = {place for place, token in found if BARE.fullmatch(token)}
    names = find_names(text) if bare else []
    for place, token in found:
        if WITH_UNIT.fullmatch(token) or (place in bare and not any(start <= place < end for start, end in names)):
            yield token
