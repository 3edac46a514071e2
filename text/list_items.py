"""Markers of list items: one definition for chunks, quotes and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from text.boundaries import EMPHASIS, UNSPACED_LETTERS
from text.scripts import FULL_STOPS, NUMERALS

MARKER = re.compile(
    rf"""\s*(?:
      (?P<bullet>[-–—*+·](?=[^\S\n])|[-·](?=[{UNSPACED_LETTERS}])|[•●■◆▪○➢※◦‣])
    | (?P<circled>[①-⑳])
    | (?P<bracketed>[（(](?:[{NUMERALS}百]{{1,3}}|\d{{1,3}})[)）])
    | (?P<levels>\d{{1,3}}(?:(?:\.\d{{1,3}}){{2,}}[.)）]?|\.\d{{1,3}}[.)）])(?=\s))
    | (?P<number>\d{{1,3}})(?:[.．](?!{EMPHASIS}[\d.．])|[、)）])
    | (?P<counted>[{NUMERALS}]{{1,3}}、(?![{NUMERALS}]))
    )[^\S\n]*(?=\S)""",
    re.VERBOSE,
)
"""Marker of a list item.

A digit after the dot makes a decimal, not an item: 10.1 is not item 10. A word after 3.1 without a dot does not make an
item either. 一、 begins one, as in Chinese notices, unless a sentence goes on or another numeral follows: 三、四线城市.
"""
UNFINISHED = re.compile(rf"[^{FULL_STOPS}；;.：:\s][*_\s]*$")
"""End of a line that the next one continues."""
DIGIT = re.compile(rf"{EMPHASIS}\d")


@dataclass(frozen=True)
class Marker:
    """Marker before the words of an item, up to `end` of its line.

    `is_kept` is True if it belongs to the words: a number of a law such as （二）, or one that could be read together
    with the figure after it.
    """

    end: int
    is_kept: bool


def item_marker(line: str, before: str = "") -> Marker | None:
    """Returns the marker of the list item that a line begins.

    `before` is the plain paragraph that ends right above the line; empty for none. While a sentence of it continues,
    only number 1 begins a list, as in CommonMark, because a wrapped line may begin with any figure, or with 一、.
    None if the line begins no item.
    """
    match = MARKER.match(line)
    if match is None or ((match["counted"] or match["number"] not in (None, "1")) and is_unfinished(before)):
        return None
    is_numbered = bool(match["number"]) and not DIGIT.match(line, match.end())
    return Marker(match.end(), not (is_numbered or match["bullet"] or match["circled"]))


def is_unfinished(paragraph: str) -> bool:
    """Checks that a paragraph or item ends in the middle of a sentence."""
    return bool(UNFINISHED.search(paragraph))


def ends_open(text: str) -> bool:
    """Checks that a text ends with a colon, so that it leads in what follows."""
    return text.rstrip("* ").endswith(("：", ":"))


def without_numbering(text: str) -> str:
    """Returns a text without the markers of its items."""
    lines = text.split("\n")
    return "\n".join(line[marker.end :] if (marker := item_marker(line)) else line for line in lines)
