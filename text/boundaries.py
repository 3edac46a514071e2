"""Safe cuts of a text: never in a word, number, date, address, document number."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from text.lexicon.load import bodies, words
from text.number_words import SIZE, months
from text.scripts import (
    COMPATIBILITY_IDEOGRAPHS,
    COUNTED,
    FULL_STOPS,
    IDEOGRAPHS,
    KANA,
    RARE_IDEOGRAPHS,
    UNSPACED_STOPS,
)

GAP = r"[^\S\n]*(?:\n[^\S\n]*)?"
"""Blanks with at most one line break.

A date or a number may be broken over two lines of a paragraph.
"""
BLANK = r"[^\S\n]"
SPACE = r"[ \u00a0\u202f\u2009]"
UNSPACED_LETTERS = rf"\u3005-\u3007{KANA}{IDEOGRAPHS}{COMPATIBILITY_IDEOGRAPHS}{RARE_IDEOGRAPHS}"
"""Letters of scripts that set no blanks between words, with 々, 〆 and 〇.

Text may be cut anywhere between two of them.
"""
MARK = r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
"""Combining marks on the letter before them."""
LETTER = rf"(?:[^\W_{UNSPACED_LETTERS}]|[{MARK}])"
"""A letter or digit of a script that puts blanks between words."""
BEGINNING = rf"(?<![^\W_{UNSPACED_LETTERS}])"
"""Start of a word, also after an ideograph."""
NUMERAL = rf"[\d○{COUNTED}]"
YEAR = r"(?:19|20)\d\d"
BEHIND_YEAR = f"(?:{bodies('date.behind_year')})"
EMPHASIS = r"[*_]{0,3}"

WORD = rf"{LETTER}+(?:(?:[-‐‑'’.&@/+·_]|\*{{1,3}}(?=[\d.,]))+{LETTER}+)*(?:(?<=\.[^\W\d])\.)?"
"""A word with the signs that join its parts.

Examples: e-mail, 123-ФЗ, U.S., v1.2.3, office@example.org, **10**.1.
"""
ADDRESS = r"(?:https?://|www\.)[^\s<>\"“”，。；、（）《》【】|]+"
NUMBER = r"(?:(?<!\w)[-+−±])?\d+(?:[.,．。·٫٬'’:：/×~～‐‑–—−-]\d+){0,7}|(?<!\d)\d{1,3}(?:，\d{3})+(?!\d)"
"""Decimals, thousands, times, ranges and dates in digits.

In a longer run a new match begins after every eight numbers.
"""
SPACED = rf"(?<!\d)(?<!\d{SPACE})\d+(?:[)）]?{SPACE}\d+(?:[.,]\d+)*){{1,5}}(?![.,]?\d|{SPACE}\d)"
"""Thousands and telephone numbers with blanks."""
BROKEN = rf"\d[.．·٫](?:{BLANK}|\n{BLANK}*)\d+(?!\d*[.、)）]{BLANK})|\d,\n\d{{3}}(?!\d)|\d\n{BLANK}*[.,．]\d"
"""A number with a blank or line break at its decimal sign; no list item below it."""
FEW = r"(?<![\d.、])\d{1,2}、\d{1,2}(?![\d.、])"
""""Two or three", as in 2、3个月."""
UNIT = rf"[千百万亿]*(?:{bodies('measure.uncut')})|[千百万亿]+|[%％‰℃]"
MEASURED = rf"\d{EMPHASIS}{GAP}(?:{UNIT})|[*_]{{1,3}}\d|(?:[A-Z]{{0,3}}[$€£¥￥₽₹]|[§№#]){GAP}\d"
CHINESE_DATE = (
    rf"{NUMERAL}{{2,4}}{GAP}年(?:{GAP}{NUMERAL}{{1,3}}{GAP}月)?(?:{GAP}{NUMERAL}{{1,3}}{GAP}[日号])?"
    rf"|{NUMERAL}{{1,3}}{GAP}月{GAP}{NUMERAL}{{1,3}}{GAP}[日号]"
)
DATE = (
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|[ºª])?\.?{BLANK}(?:(?:de|of|del){BLANK})?[^\W\d_{UNSPACED_LETTERS}]{{3,12}}\.?,?"
    rf"{BLANK}(?:(?:de|del){BLANK})?{YEAR}(?:{BLANK}{BEHIND_YEAR})?"
    rf"|{BEGINNING}[^\W\d_{UNSPACED_LETTERS}]{{3,12}}\.?{BLANK}\d{{1,2}}(?:st|nd|rd|th)?,{GAP}{YEAR}|{YEAR}{BLANK}{BEHIND_YEAR}"
)
DOCUMENT_NUMBER = (
    rf"(?:[{UNSPACED_LETTERS}]{{1,6}}{GAP})?[〔［\[【（(﹝]{GAP}{YEAR}{GAP}[〕］\]】）)﹞]{GAP}(?:第{GAP})?\d{{1,5}}{GAP}号?"
    rf"|(?:[{UNSPACED_LETTERS}]{{1,8}}(?:令|公告){GAP})?{YEAR}{GAP}年?{GAP}第{GAP}\d{{1,5}}{GAP}号"
    rf"|第{GAP}[（(]?(?:{NUMERAL}{GAP}){{1,8}}[）)]?{GAP}[编章节条款项号届次批期页类部](?:{GAP}之{GAP}{NUMERAL}+)?"
)
STRICT = (WORD, ADDRESS, NUMBER, SPACED, BROKEN, FEW, MEASURED, CHINESE_DATE, DATE, DOCUMENT_NUMBER)
LOOSE = (
    rf"\d(?:{BLANK}*[%％‰°])?{BLANK}*(?:[~～–—-]|至|到){GAP}\d",
    rf"\d{BLANK}{LETTER}|{LETTER}{BLANK}\d",
    *(rf"\d{EMPHASIS}[{UNSPACED_LETTERS}]", rf"[{UNSPACED_LETTERS}]{EMPHASIS}\d"),
)
"""Ties of a number to its neighbours.

Ranges, 12.5 million, 31 December, Article 5, 10平方公里, 共10家.
"""
TIED = re.compile(
    rf"{BEGINNING}(?P<short>[^\W\d_{UNSPACED_LETTERS}]{{1,6}})\.{GAP}\d"
    rf"|{BEGINNING}(?P<lead>[^\W\d_{UNSPACED_LETTERS}]{{1,12}}){BLANK}*\n{BLANK}*\d"
    rf"|\d{BLANK}*\n{BLANK}*(?P<unit>[^\W\d_{UNSPACED_LETTERS}]{{2,12}})"
)
"""A word and a number with a dot or line break between them.

They belong together if the word is in SHORT or LEADS, a month, or a size.
"""
SHORT = frozenset(words("abbreviation.of_number"))
LEADS = SHORT | frozenset(words("abbreviation.before_number"))
UNJOINED = tuple(each for each in STRICT if each != NUMBER)
"""Without numbers, whose decimal sign may be the full stop between two dates: 1950。1 December."""
ALL, ONLY_STRICT, ONLY_UNJOINED = (tuple(map(re.compile, each)) for each in (STRICT + LOOSE, STRICT, UNJOINED))
LONGEST = 100
"""Longest span of loosely tied parts, in characters; longer ones are split again."""
REACH = 120
"""Characters on each side of a place that decide if a cut there is safe."""
REACH_OF_FIGURES = 16
"""Characters on each side without a figure that make a cut plainly safe."""
ENDED = re.compile(rf"(?:[{FULL_STOPS}；;|]{BLANK}*|\n{BLANK}*)\n{BLANK}*\Z")
"""End of a line after which the next one continues nothing."""
APART = re.compile(rf"[\s{UNSPACED_STOPS}；]")
"""Signs between sentences or words."""
FIGURE = re.compile(NUMERAL)


@dataclass(frozen=True)
class Boundaries:
    """Parts of a text that stay whole: `starts` and `ends` of ordered, disjoint spans."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def allow(self, place: int) -> bool:
        """Checks that the text may be cut before the character at `place`."""
        return self.before(place) == place

    def before(self, place: int) -> int:
        """Returns the last safe cut at or before a place."""
        number = bisect_left(self.starts, place) - 1
        return self.starts[number] if number >= 0 and place < self.ends[number] else place

    def after(self, place: int) -> int:
        """Returns the first safe cut at or after a place."""
        number = bisect_left(self.starts, place) - 1
        return self.ends[number] if number >= 0 and place < self.ends[number] else place


@lru_cache(maxsize=512)
def boundaries(text: str) -> Boundaries:
    """Returns the safe cuts of a text; cached.

    Takes less than a millisecond for a passage.
    """
    return of_spans(wholes(text))


def of_spans(spans: Iterable[tuple[int, int]]) -> Boundaries:
    """Returns the boundaries of ordered, disjoint spans."""
    return Boundaries(*zip(*spans, strict=True)) if (spans := tuple(spans)) else Boundaries((), ())


def wholes(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of a text that stay whole, in order."""
    for start, end in merge_spans([*match_spans(text, ALL), *find_tied_spans(text)]):
        if end - start <= LONGEST:
            yield start, end
        else:
            yield from (
                (start + one, start + other) for one, other in merge_spans(match_spans(text[start:end], ONLY_STRICT))
            )


def match_spans(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """Yields the spans of all matches, one pattern after the other."""
    return (match.span() for pattern in patterns for match in pattern.finditer(text))


def find_tied_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields words and numbers that belong together over a dot or line break."""
    for match in TIED.finditer(text):
        short, lead, unit = (word.lower() if word else "" for word in match.groups())
        if short in SHORT or lead in LEADS or lead in months() or unit in SIZE or unit in months():
            yield match.span()


def merge_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Returns the spans in order, with overlapping ones merged."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return kept


def is_safe_cut(text: str, place: int) -> bool:
    """Checks that a long text may be cut before the character at `place`.

    Only the characters within REACH are looked at.
    """
    start = max(0, place - REACH)
    return is_plainly_safe(text, place) or boundaries(text[start : place + REACH]).allow(place - start)


def is_plainly_safe(text: str, place: int) -> bool:
    """Checks cheaply that a cut is safe.

    It is between sentences or words without a figure near, or after an ended line.
    """
    apart = APART.search(text, max(0, place - 1), place + 1)
    figure = FIGURE.search(text, max(0, place - REACH_OF_FIGURES), place + REACH_OF_FIGURES)
    return bool(apart and not figure) or bool(ENDED.search(text, max(0, place - REACH), place))


def shorten(text: str, longest: int, sign: str = "…") -> str:
    """Returns at most `longest` characters, with `sign` at the end if it was cut.

    The cut is between two words, unless the first word alone is longer.
    """
    if len(text) <= longest:
        return text
    room = longest - len(sign)
    near = text[: room + REACH]
    strict = (of_spans(merge_spans(match_spans(near, each))) for each in (ONLY_STRICT, ONLY_UNJOINED))
    place = boundaries(near).before(room) or next(filter(None, (each.before(room) for each in strict)), 0)
    return (text[:place].rstrip() or text[:room]) + sign
