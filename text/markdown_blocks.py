"""Headings in Markdown and in official documents."""

from __future__ import annotations

import re

from text.scripts import ORDINAL, QUESTION_MARKS

HEADING = re.compile(rf"\s*#{{1,6}}\s|{ORDINAL}[编章节]\s")


def is_heading(line: str, titles: frozenset[str]) -> bool:
    """Checks that a line is a heading.

    It has a heading mark, or is one of the titles above its chunk, such as 一、总则.
    """
    return bool(HEADING.match(line)) or heading_text(line) in titles


def is_question_heading(heading: str) -> bool:
    """Checks that a heading is a question, so that the text under it is the answer."""
    return heading.endswith(tuple(QUESTION_MARKS))


def heading_text(line: str) -> str:
    """Returns a line without its heading marks."""
    return line.strip("#*\n 　")
