"""The markers by which an answer cites its passages: [1] and [12].

More digits in brackets are a year or a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MARKER = re.compile(r"\[(\d{1,2})\]")
PLAIN_MARKER = r"\[\d{1,2}\]"
"""Source of MARKER without its group, for larger patterns."""
MARKERS = re.compile(rf"(?:\s*{PLAIN_MARKER})+")
"""Markers in a row, with the blanks before each."""
WRITTEN_MARKER = re.compile(r"[\[【［(（]\s*(\d{1,2}(?:\s*[,，、;；]\s*\d{1,2})*)\s*[\]】］)）]")
"""A marker as a model may write it: several numbers, other brackets."""


def find_cited_numbers(text: str) -> list[int]:
    """Returns the numbers of the markers of a text, in order of first use."""
    return list(dict.fromkeys(int(number) for number in MARKER.findall(text)))


def renumber(text: str, numbers: Mapping[int, int]) -> str:
    """Returns the text with the numbers of its markers replaced."""
    return MARKER.sub(lambda match: f"[{numbers[int(match[1])]}]", text)


def without_markers(text: str) -> str:
    """Returns the text without its markers and the blanks before them."""
    return MARKERS.sub("", text)
