"""Identifiers in a question: customs codes and numbers of Chinese documents.

A passage has to contain them to answer the question.
"""

from __future__ import annotations

import re

from text.lexicon.load import bodies, other_languages
from text.scripts import IDEOGRAPHS

CUSTOMS = "code.customs"
CODE = re.compile(
    r"(?<![\d.])(\d{4}\.\d\d(?:\.\d\d){0,2})(?![\d.])|^\s*(\d{8}|\d{10})\s*$"
    rf"|(?:{bodies(CUSTOMS, 'zh')}|(?<![a-zа-я])(?:{bodies(CUSTOMS, *other_languages('zh'))})(?![a-zа-я]))"
    r"(?:\s*code)?\D{0,3}(\d{6,10})(?!\d)",
    re.IGNORECASE,
)
NUMBER = re.compile(
    rf"([{IDEOGRAPHS}])(?:令|公告)?\s*[〔［\[（(【]?\s*((?:19|20)\d\d)\s*[〕］\]）)】年]\s*(?:令|公告)?第?\s*(\d{{1,5}})\s*号"
)


def identifiers(question: str) -> tuple[re.Pattern[str], ...]:
    """Returns for each identifier in a question a pattern for all its spellings.

    Finds 8471.30.00 and 8471300010 for 847130, and 商务部令2014年第3号 for 商务部2014年3号令.
    """
    return (
        *(code_pattern("".join(filter(str.isdigit, match[0]))) for match in CODE.finditer(question)),
        *(number_pattern(match[1], match[2], match[3]) for match in NUMBER.finditer(question)),
    )


def code_pattern(digits: str) -> re.Pattern[str]:
    """Matches a customs code with or without dots, also as the start of a longer one."""
    return re.compile(r"(?<![\d.])" + r"\.?".join(digits) + r"(?:\.?\d\d){0,2}(?![\d])")


def number_pattern(issuer: str, year: str, number: str) -> re.Pattern[str]:
    """Matches a document number by the last character of its issuer's name."""
    return re.compile(rf"{issuer}[^\d。，；\n]{{0,4}}{year}\D{{1,4}}{number}(?!\d)")
