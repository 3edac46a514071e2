"""Headings of service guides, by kind, in the languages of the documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from text.lexicon.load import bodies, other_languages
from text.scripts import NUMERALS, QUESTION_MARKS

HeadingKind = Literal["steps", "documents", "time_limit", "fee", "authority"]


@dataclass(frozen=True)
class Words:
    """Heading patterns of a kind: `anywhere` in an enumeration, or its `first` part."""

    kind: HeadingKind
    anywhere: re.Pattern[str]
    first: re.Pattern[str]


CHINESE, OTHERS = "zh", other_languages("zh")
FIRST: dict[HeadingKind, str] = {
    "time_limit": "guide_heading.time_limit_first",
    "authority": "guide_heading.authority_first",
}
"""Words that name a kind only at the beginning of a heading."""


def words(kind: HeadingKind) -> Words:
    """Builds a kind's patterns: Chinese endings, and beginnings in other languages."""
    chinese, other = (bodies(f"guide_heading.{kind}", *only) for only in ((CHINESE,), OTHERS))
    anywhere = rf".{{0,8}}(?:{chinese})(?:清单|目录|说明|图)?|(?:\w+ ){{0,2}}(?:{other})(?: .{{0,40}})?"
    first = bodies(FIRST[kind]) if kind in FIRST else "(?!)"
    return Words(kind, re.compile(anywhere, re.IGNORECASE), re.compile(first, re.IGNORECASE))


WORDS = tuple(map(words, get_args(HeadingKind)))
ORDER = tuple(each.kind for each in WORDS)
NUMERAL = f"[{NUMERALS}]{{1,3}}"
NUMBER = re.compile(rf"^(?:[（(]?(?:{NUMERAL}|\d{{1,2}})(?:[)）、．]|\.\d{{0,2}})\s*)+")
PART = re.compile(rf"^(?:[（(]?(?:{NUMERAL}|\d{{1,2}})[)）、．.]\s*)+(?!\d)")
REMARK = re.compile(r"[（(：:].*", re.DOTALL)
SPACED = other_languages("zh", "ar")
BETWEEN_PARTS = re.compile(
    rf"[、，,/&]|{bodies('guide_heading.and', 'zh')}|\s(?:{bodies('guide_heading.and', *SPACED)})\s"
    rf"|\s{bodies('guide_heading.and', 'ar')}\s?",
    re.IGNORECASE,
)
NO_KIND = re.compile(rf".*[{QUESTION_MARKS}]|第.{{1,5}}[编章节条]|.{{61}}", re.DOTALL)
"""Headings without a kind: questions, chapters of laws, and over 60 characters."""


@lru_cache(maxsize=4096)
def kinds_of(heading: str) -> tuple[HeadingKind, ...]:
    """Returns the kinds of a heading in the order of a guide; there may be several."""
    if NO_KIND.match(heading):
        return ()
    parts = [part.strip() for part in BETWEEN_PARTS.split(REMARK.sub("", NUMBER.sub("", heading)))]
    return tuple(
        each.kind
        for each in WORDS
        if each.first.fullmatch(parts[0]) or any(each.anywhere.fullmatch(part) for part in parts)
    )


def without_number(heading: str) -> str:
    """Returns a heading without its number, such as 一、 or (2).

    2.1 stays, because it could be a figure.
    """
    part = PART.match(heading)
    return heading[part.end() :] if part else heading
