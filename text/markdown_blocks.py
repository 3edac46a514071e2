"""Headings in Markdown and in official documents."""

from __future__ import annotations

import re

HEADING = re.compile(r"\s*#{1,6}\s|第[一二三四五六七八九十百\d]+[编章节]\s")


def is_heading(line: str, titles: frozenset[str]) -> bool:
    """Whether a line is a heading: by its mark, or because it is one of the titles above its chunk, as 一、总则 is."""
    return bool(HEADING.match(line)) or heading_text(line) in titles


def is_question_heading(heading: str) -> bool:
    """Whether a heading is a question, so that what stands under it is the answer."""
    return heading.endswith(("?", "？", "؟"))


def heading_text(line: str) -> str:
    """A line without the marks of a heading."""
    return line.strip("#*\n 　")
