"""What marks the items of a list, in every language: one definition for chunks, paragraphs, quotes and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from text.boundaries import EMPHASIS, IDEOGRAPH

MARKER = re.compile(
    rf"""\s*(?:
      (?P<bullet>[-–—*+·](?=[^\S\n])|[-·](?=[{IDEOGRAPH}])|[•●■◆▪○➢※◦‣])
    | (?P<circled>[①-⑳])
    | (?P<bracketed>[（(](?:[一二三四五六七八九十百]{{1,3}}|\d{{1,3}})[)）])
    | (?P<levels>\d{{1,3}}(?:(?:\.\d{{1,3}}){{2,}}[.)）]?|\.\d{{1,3}}[.)）])(?=\s))
    | (?P<number>\d{{1,3}})(?:[.．](?!{EMPHASIS}[\d.．])|[、)）])
    )[^\S\n]*(?=\S)""",
    re.VERBOSE,
)
"""A digit behind the dot makes a decimal, never an item: 10.1, not item 10. So does a word behind 3.1 without a dot."""
UNFINISHED = re.compile(r"[^。；;.!?！？：:\s][*_\s]*$")
"""How a line ends that the next one continues."""
DIGIT = re.compile(rf"{EMPHASIS}\d")


@dataclass(frozen=True)
class Marker:
    """What stands before the words of an item, up to `end` of its line. `is_kept` says that it belongs to them: a
    number of a law such as （二）, or one that could be read together with the figure behind it."""

    end: int
    is_kept: bool


def item_marker(line: str, before: str = "") -> Marker | None:
    """The marker with which a line begins an item; None where it begins none.

    `before` is the plain paragraph that ends right above the line, empty where there is none. While a sentence of it
    goes on, only number 1 begins a list, as in CommonMark: a line that was wrapped may begin with any figure.
    """
    match = MARKER.match(line)
    if match is None or (match["number"] not in (None, "1") and is_unfinished(before)):
        return None
    is_numbered = bool(match["number"]) and not DIGIT.match(line, match.end())
    return Marker(match.end(), not (is_numbered or match["bullet"] or match["circled"]))


def is_unfinished(paragraph: str) -> bool:
    """Whether a paragraph or item ends in the middle of a sentence."""
    return bool(UNFINISHED.search(paragraph))


def without_numbering(text: str) -> str:
    """A text without the markers of its items."""
    lines = text.split("\n")
    return "\n".join(line[marker.end :] if (marker := item_marker(line)) else line for line in lines)
