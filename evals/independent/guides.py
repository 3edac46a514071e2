"""Lines of the Chinese guides, and of their translations, as labels name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from evals.independent.questions import Line
from evals.results import ROOT
from store.basis_marks import split_marks
from text.list_items import without_numbering

KNOWLEDGE = ROOT / "knowledge"
SHORTEST = 16
"""Characters that name a line, at least, if it has them."""


@cache
def lines_of(document: str, language: str = "zh", folder: Path = KNOWLEDGE) -> tuple[str, ...]:
    """Lines of a guide below its front matter, without list and basis marks.

    Translations have the same line numbers.
    Raises FileNotFoundError if there is no such guide.
    """
    lines = file_lines(document, language, folder)
    return tuple(without_numbering(split_marks(line)[0]).strip() for line in lines[front_matter(lines) :])


def file_lines(document: str, language: str = "zh", folder: Path = KNOWLEDGE) -> list[str]:
    """Returns all lines of a guide's file, with its front matter."""
    return (folder / f"{document}.{language}.md").read_text(encoding="utf-8").split("\n")


def front_matter(lines: list[str]) -> int:
    """Number of lines that the front matter takes."""
    return lines.index("---", 1) + 1 if lines[0] == "---" else 0


def line_numbers(line: Line, folder: Path = KNOWLEDGE) -> list[int]:
    """Indices of a line in its guide; several if it repeats verbatim.

    Raises LookupError if no line begins so, or lines of different words do.
    """
    lines = lines_of(line.document, "zh", folder)
    found = [at for at, text in enumerate(lines) if text == line.start] or [
        at for at, text in enumerate(lines) if text.startswith(line.start)
    ]
    if len({lines[at] for at in found}) != 1:
        raise LookupError(f"{len(found)} lines of {line.document} begin with {line.start!r}")
    return found


def name_line(document: str, number: int, folder: Path = KNOWLEDGE) -> Line:
    """Label of line `number` of the Chinese file, counted from 1.

    It also names repetitions of the line.
    Raises LookupError if there is no such line, if it is empty, or a heading.
    """
    lines, at = lines_of(document, "zh", folder), number - 1 - front_matter(file_lines(document, "zh", folder))
    text = lines[at] if 0 <= at < len(lines) else ""
    if not text or text.startswith("#"):
        raise LookupError(f"{document} line {number} has no text: {text!r}")
    others = [other for other in lines if other != text]
    length = next((n for n in range(SHORTEST, len(text)) if not has_start(others, text[:n])), len(text))
    return Line(document=document, start=text[:length])


def has_start(lines: list[str], start: str) -> bool:
    """Checks that one of the lines begins like this."""
    return any(line.startswith(start) for line in lines)


def missing_figures(figures: tuple[str, ...], lines: tuple[Line, ...]) -> list[str]:
    """Figures that stand in none of the lines, spaces and commas aside."""
    texts = [plain(lines_of(line.document)[line_numbers(line)[0]]) for line in lines]
    return [figure for figure in figures if not any(plain(figure) in text for text in texts)]


def plain(text: str) -> str:
    """Returns a text in lower case, without white space, commas and asterisks."""
    return re.sub(r"[\s,，*]", "", text).casefold()


Labels = Mapping[str, list[int]]
"""Numbers of lines by guide, as writers give them."""
