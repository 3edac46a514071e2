"""Sentences of a text in any language, without gaps.

A cut never falls inside a number or a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from text.boundaries import boundaries, is_plainly_safe
from text.lexicon.load import bodies
from text.scripts import UNSPACED_STOPS

BOLD = "**"
SENTENCE_END = re.compile(
    rf"[{UNSPACED_STOPS}]+[”’」』）]*"
    r"|(?<=[^\d\s.][.!?؟])[\"”’)]*(?=\s|\*\*\s)(?!\s+[a-zß-ÿа-яё])|(?<=\d[.!?])(?=\s+[A-ZА-ЯÀ-Ý\u0600-\u06ff])"
)
ABBREVIATION = re.compile(rf"(?:\b(?:{bodies('abbreviation.in_sentence')})|\b[A-ZА-Я])\.$")


def is_safe(paragraph: str, place: int) -> bool:
    """Checks that a paragraph may be cut at a place."""
    return is_plainly_safe(paragraph, place) or boundaries(paragraph).allow(place)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields `(start, end)` of the sentences of a text, without gaps."""
    start = 0
    for match in [*SENTENCE_END.finditer(text), None]:
        end = match.end() if match else len(text)
        if match and (ABBREVIATION.search(text[start:end]) or not is_safe(text, end)):
            continue
        if text.startswith(BOLD, end) and text.count(BOLD, start, end) % 2:  # it closes what this sentence opened
            end += len(BOLD)
        if start < end:
            yield start, end
        start = end
