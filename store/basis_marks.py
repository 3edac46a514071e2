"""Basis marks: `[^ndrc-order-11 第14条]` at the end of a guide's line is its basis.

A mark has the form of a Markdown footnote: the id of an entry of a `bases.yaml`, then the article if it is known. Three
ids need no entry: `[^?]` (not known, to be checked), `[^reported]` (reported, no official text at hand; in place of an
article the date of the report, `[^reported 截至2022年12月]`) and `[^center]` (advice of the center). A mark in a
heading or in the header row of a table holds for each line below that has none of its own. In a line with marks at
several places, each holds for the words before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

UNKNOWN, REPORTED, CENTER = "?", "reported", "center"
RESERVED = frozenset({UNKNOWN, REPORTED, CENTER})
"""Ids that need no entry."""
MARK = re.compile(r"[ \t]*\[\^(?P<id>\?|[a-z][a-z0-9-]*)(?:[ \t]+(?P<article>[^\]\[\n]{1,80}?))?[ \t]*\]")
DEFINED = re.compile(r"^[ \t>*+-]*\[\^([^\]\n]+)\]:", re.MULTILINE)
"""Definition of an ordinary footnote, which is no basis mark."""
HEADING = re.compile(r"(#{1,6})\s")
DELIMITER = re.compile(r"\s*\|(?:\s*:?-+:?\s*\|)+\s*")


@dataclass(frozen=True)
class BasisMark:
    """Basis of one line, or of a part of it: `text[start:end]`, without the marks.

    `id`: an entry of a `bases.yaml`, or one of RESERVED.
    `article`: article as it was written, such as 第14条; "" if none.
    """

    start: int
    end: int
    id: str
    article: str = ""


@dataclass(frozen=True)
class MarkedLine:
    """A line without its marks, and its marks; offsets are those of the line."""

    text: str
    marks: tuple[BasisMark, ...]


def split_marks(text: str) -> tuple[str, tuple[BasisMark, ...]]:
    """Returns a text without marks, and the bases of its lines, in order.

    A line with several marks has several bases. Footnotes that the text itself defines stay as they are.
    """
    defined = frozenset(DEFINED.findall(text))
    lines = [split_line(line, defined) for line in text.split("\n")]
    found, start = list[BasisMark](), 0
    for line, marks in zip(lines, inherit_marks(lines), strict=True):
        if line.text.strip():
            found += [replace(mark, start=start + mark.start, end=start + mark.end) for mark in marks]
        start += len(line.text) + 1
    return "\n".join(line.text for line in lines), tuple(found)


def split_line(line: str, defined: frozenset[str]) -> MarkedLine:
    """Returns a line without its marks; those of `defined` footnotes stay."""
    kept, done, length = list[str](), 0, 0
    places = dict[int, list[tuple[str, str]]]()
    for match in MARK.finditer(line):
        if match["id"] in defined:
            continue
        kept.append(line[done : match.start()])
        done, length = match.end(), length + len(kept[-1])
        places.setdefault(length, []).append((match["id"], match["article"] or ""))
    text = "".join([*kept, line[done:]])
    return MarkedLine(text, tuple(mark_spans(places, len(text))))


def mark_spans(places: Mapping[int, Sequence[tuple[str, str]]], length: int) -> Iterator[BasisMark]:
    """Yields the marks of a line from their places in it.

    Each place ends a part of the line, the last one the line itself, which has `length` characters.
    """
    start = 0
    for number, (place, marks) in enumerate(places.items(), 1):
        end = length if number == len(places) else place
        yield from (BasisMark(start, end, identity, article) for identity, article in dict.fromkeys(marks))
        start = end


def inherit_marks(lines: Sequence[MarkedLine]) -> Iterator[tuple[BasisMark, ...]]:
    """Yields the marks of each line.

    Its own, else those of its table's header row, else of the nearest marked heading.
    """
    above: dict[int, tuple[BasisMark, ...]] = {}
    header: tuple[BasisMark, ...] = ()
    for number, line in enumerate(lines):
        if heading := HEADING.match(line.text):
            above = {level: marks for level, marks in above.items() if level < len(heading[1])}
            above[len(heading[1])] = line.marks
        is_row = line.text.lstrip().startswith("|")
        if not is_row:
            header = ()
        elif number + 1 < len(lines) and DELIMITER.fullmatch(lines[number + 1].text):
            header = line.marks
        nearest = next((marks for _, marks in sorted(above.items(), reverse=True) if marks), ())
        yield line.marks or tuple(replace(mark, start=0, end=len(line.text)) for mark in header or nearest)


def marks_within(marks: Sequence[BasisMark], start: int, end: int) -> tuple[BasisMark, ...]:
    """Returns the marks of the lines that overlap a span, cut to it."""
    return tuple(
        replace(mark, start=max(mark.start, start), end=min(mark.end, end))
        for mark in marks
        if mark.start < end and start < mark.end
    )
