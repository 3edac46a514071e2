"""Checks what a model wrote: its markers and its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.figures import figures

MARKER = re.compile(r"[\[【［(（]\s*(\d{1,2}(?:\s*[,，、;；]\s*\d{1,2})*)\s*[\]】］)）]")
BARE = re.compile(r"[\[【［]")
SENTENCE = re.compile(r"[^。！？\n]*?(?:[。！？]|[.!?؟](?=\s|$)|\n|$)(?:\s*\[\d+\])*")
ORDINAL = re.compile(r"^\s*\d{1,2}[.、)]\s", re.MULTILINE)
"""The number of an item in a list, which is no figure."""


def resolve_markers(text: str, count: int) -> str:
    """The text with markers written as [1][2]; those that point at no passage (1 to `count`) are dropped.

    Round brackets count as a marker only at the end of a sentence, so that (3) in a text stays, as does 5(3).
    """

    def replace(match: re.Match[str]) -> str:
        if not BARE.match(match[0]) and not is_marker_place(text, match):
            return match[0]
        numbers = [int(number) for number in re.findall(r"\d+", match[1])]
        return "".join(f"[{number}]" for number in dict.fromkeys(numbers) if 1 <= number <= count)

    return MARKER.sub(replace, text)


def is_marker_place(text: str, match: re.Match[str]) -> bool:
    after = text[match.end() :].lstrip(" ")
    of_article = match[0].startswith("(") and text[: match.start()][-1:].isdigit()
    return not of_article and (not after or after[0] in ".。,，;；!！?？\n")


def cited(text: str) -> list[int]:
    """The numbers of the markers of a text, in order of first use."""
    return list(dict.fromkeys(int(number) for number in re.findall(r"\[(\d{1,2})\]", text)))


def renumber(text: str, numbers: Mapping[int, int]) -> str:
    """The text with the numbers of its markers replaced."""
    return re.sub(r"\[(\d{1,2})\]", lambda match: f"[{numbers[int(match[1])]}]", text)


def unsupported_figures(text: str, passages: Sequence[str]) -> list[str]:
    """The figures that stand in none of the passages that their sentence cites (of all, where it cites none)."""
    missing = []
    for sentence in SENTENCE.findall(ORDINAL.sub("", text)):
        numbers = cited(sentence)
        sources = [passages[number - 1] for number in numbers if number <= len(passages)] or list(passages)
        known = {number for source in sources for number in figures(source)}
        plain = re.sub(r"\[\d{1,2}\]", " ", sentence)
        missing += [number for number in figures(plain) if number not in known]
    return missing
