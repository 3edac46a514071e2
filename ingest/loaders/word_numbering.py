"""Paragraph numbers that Word generates.

In many regulations 第一条 is written nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from text.scripts import DIGITS

WITH_ZERO = f"〇{DIGITS}"
CHINESE = (
    "chineseCounting",
    "chineseCountingThousand",
    "chineseLegalSimplified",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "ideographDigital",
)
ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
MOST = 9999


@dataclass(frozen=True)
class Level:
    """Number format of one list level.

    `pattern` contains %1 for the number of the outermost level, and so on.
    """

    style: str
    pattern: str
    start: int


@dataclass
class Numbering:
    """Counts the numbered paragraphs of a document in order.

    `part` is None for a document without numbering.
    """

    part: Any
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        part = self.part if self.part is not None else ()
        self.lists = {each.get(qn("w:numId")): each for each in part if each.tag == qn("w:num")}
        self.restarts = {
            (identity, int(override.get(qn("w:ilvl")))): int(value(override, "w:startOverride"))
            for identity, each in self.lists.items()
            for override in each.iterfind(qn("w:lvlOverride"))
            if value(override, "w:startOverride").isdigit()
        }
        self.abstract = {each.get(qn("w:abstractNumId")): each for each in part if each.tag == qn("w:abstractNum")}

    def label(self, identity: str, depth: int) -> str:
        """Label of the next paragraph of list `identity`: `•`, `第三条`, `2.1`, or ""."""
        if identity not in self.lists:
            return ""
        shared = value(self.lists[identity], "w:abstractNumId")
        levels = {number: self.level(identity, shared, number) for number in range(depth + 1)}
        counts = self.counts.setdefault(shared, {})
        if (identity, depth) in self.restarts:
            counts[depth] = self.restarts.pop((identity, depth)) - 1
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [number for number in counts if number > depth]:
            del counts[deeper]
        return "•" if levels[depth].style == "bullet" else fill(levels, counts, depth)

    def level(self, identity: str, shared: str, number: int) -> Level:
        """Returns the format of a list level; formats of the list itself come first."""
        overrides = self.lists[identity].iterfind(qn("w:lvlOverride"))
        own = [level for override in overrides for level in override.iterfind(qn("w:lvl"))]
        for level in (*own, *self.abstract.get(shared, ())):
            if level.tag == qn("w:lvl") and level.get(qn("w:ilvl")) == str(number):
                start = value(level, "w:start")
                text = value(level, "w:lvlText")
                return Level(value(level, "w:numFmt"), text, int(start) if start.isdigit() else 1)
        return Level("none", "", 1)


def value(element: Any, tag: str) -> str:
    """Returns the value of a child element; "" without it."""
    child = element.find(qn(tag))
    return (child.get(qn("w:val")) or "") if child is not None else ""


def fill(levels: dict[int, Level], counts: dict[int, int], depth: int) -> str:
    """Returns a paragraph's label: the pattern of its level with numbers filled in."""

    def number(match: re.Match[str]) -> str:
        level = int(match[1]) - 1
        if level not in levels:
            return ""
        return write_number(counts.get(level, levels[level].start), levels[level].style)

    return re.sub(r"%([1-9])", number, levels[depth].pattern).strip()


def write_number(number: int, style: str) -> str:
    """Number in one of Word's formats; digits for an unknown format."""
    if style == "none" or not 0 <= number <= MOST:
        return ""
    return chinese(number) if style in CHINESE else STYLES.get(style, str)(number)


def chinese(number: int) -> str:
    """Chinese numeral: 12 as 十二, 108 as 一百〇八."""
    if number == 0:
        return WITH_ZERO[0]
    digits = [(int(digit), unit) for digit, unit in zip(reversed(str(number)), ("", "十", "百", "千"), strict=False)]
    words = "".join(WITH_ZERO[digit] + unit if digit else WITH_ZERO[0] for digit, unit in reversed(digits))
    words = re.sub(f"{WITH_ZERO[0]}+", WITH_ZERO[0], words).rstrip(WITH_ZERO[0])
    return words.removeprefix("一") if words.startswith("一十") else words


def letter(number: int) -> str:
    """Returns a number as a letter: a to z, then aa, bb and so on; "" for 0."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def roman(number: int) -> str:
    """Returns a Roman numeral in lower case; "" for 0."""
    words = ""
    for size, word in ROMAN:
        words += word * (number // size)
        number %= size
    return words


def circle_number(number: int) -> str:
    """Returns a number from 1 to 20 in a circle, others as digits."""
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)


STYLES: dict[str, Callable[[int], str]] = {
    "lowerLetter": letter,
    "upperLetter": lambda number: letter(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "decimalEnclosedCircle": circle_number,
    "decimalEnclosedCircleChinese": circle_number,
    "decimalZero": lambda number: f"{number:02}",
}
