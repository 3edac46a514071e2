"""Labels of snippets: which snippets of a passage answer an independent question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import PurePosixPath

from evals.independent.guides import line_numbers, lines_of, plain
from evals.independent.questions import ANSWERED, Kind, Line, Question

ANSWERS, OTHER, OPEN = 1, 0, -1
"""Labels: answering, not answering, and not counted.

Not counted are snippets near an answer, and unlabelled ones with its figures.
"""
SHORTEST = 6
"""Characters from which a part of a line is told from chance."""
NAME = re.compile(r"(?P<document>.+)\.(?P<language>[a-z]{2})\.md")


def label_snippets(question: Question, source: str, texts: Sequence[str]) -> list[int]:
    """Label of each snippet of a document, in order."""
    match = NAME.fullmatch(str(PurePosixPath(source)))
    if match is None:
        return [OTHER] * len(texts)
    document, language = match["document"], match["language"]
    wanted, near = (numbers_in(lines, document) for lines in (question.answers, question.near))
    return [label(question, lines_holding(document, language, text), wanted, near, document) for text in texts]


def numbers_in(lines: Sequence[Line], document: str) -> set[int]:
    """Numbers of the lines that are in a document."""
    return {at for line in lines if line.document == document for at in line_numbers(line)}


def label(question: Question, lines: frozenset[int], wanted: set[int], near: set[int], document: str) -> int:
    """Returns the label of a snippet that is, or is a part of, these lines of a guide."""
    if lines & wanted:
        return ANSWERS
    chinese = lines_of(document)
    texts = [plain(chinese[at]) for at in lines if at < len(chinese)]
    figures = [plain(figure) for figure in question.figures]
    has_all = bool(figures) and any(all(figure in text for figure in figures) for text in texts)
    is_open = lines & near or (has_all and question.kind in ANSWERED | {Kind.UNKNOWN})
    return OPEN if is_open else OTHER


@cache
def lines_holding(document: str, language: str, snippet: str) -> frozenset[int]:
    """Numbers of the lines that a snippet is, or is a part of."""
    wanted = plain(snippet)
    return frozenset(at for at, line in enumerate(plain_lines(document, language)) if is_within(wanted, line))


def is_within(snippet: str, line: str) -> bool:
    """Checks that a snippet is the line, or at least SHORTEST characters of it."""
    return bool(line) and (snippet == line or (len(snippet) >= SHORTEST and snippet in line))


@cache
def plain_lines(document: str, language: str) -> tuple[str, ...]:
    """Lines of a guide without spaces; empty for other documents."""
    try:
        return tuple(plain(line) for line in lines_of(document, language))
    except FileNotFoundError:
        return ()
