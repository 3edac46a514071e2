"""The scripts of texts, as ranges of characters for the brackets of a pattern.

A place that needs more than IDEOGRAPHS adds the other ranges by name and says why.
"""

from __future__ import annotations

import re

IDEOGRAPHS = "\u3400-\u9fff"
"""Chinese characters: the common ones and extension A.

They suffice for questions and names.
"""
RARE_IDEOGRAPHS = "\U00020000-\U0003ffff"
COMPATIBILITY_IDEOGRAPHS = "\uf900-\ufaff"
"""Second shapes of ideographs, which old files and PDFs hold."""
KANA = "\u3040-\u30ff"
HANGUL = "\uac00-\ud7af"
WIDE_MARKS = "\u3000-\u303f\uff00-\uffef"
"""Chinese punctuation, and Latin letters and signs as wide as an ideograph."""
WIDE_SIGNS = "\u3100-\u33ff"
"""Signs and units as wide as an ideograph: ㈠ ㎡."""
WITHOUT_BLANKS = WIDE_MARKS + KANA + WIDE_SIGNS + IDEOGRAPHS
"""Characters that stand side by side without a blank."""
DIGITS = "一二三四五六七八九"
NUMERALS = f"{DIGITS}十"
"""Chinese numerals as items are counted."""
ORDINAL_NUMERALS = f"〇零{NUMERALS}百千"
"""Chinese numerals as chapters and articles are numbered."""
COUNTED = f"{ORDINAL_NUMERALS}两"
"""Chinese numerals up to 9,999 as things are counted; some patterns add ○, which scans have, or 万 and 亿."""
ORDINAL = rf"第[{ORDINAL_NUMERALS}\d]+"
"""The number of a part of a law, before its kind: 第三 as in 第三条."""
QUESTION_MARKS = "?？؟"
UNSPACED_STOPS = "。！？।॥"
"""Marks that end a sentence wherever they stand: those of Chinese, and the danda of Hindi."""
FULL_STOPS = f"{UNSPACED_STOPS}!?؟"
"""Marks that end a sentence in any language.

A dot does so only before a blank, and not behind an abbreviation.
"""
UNSPACED = IDEOGRAPHS + COMPATIBILITY_IDEOGRAPHS + KANA + HANGUL
"""Characters of scripts that are searched and cut by characters, not by words."""
ARABIC = "\u0600-\u06ff"
CYRILLIC = "\u0400-\u04ff"
DEVANAGARI = "\u0900-\u097f"
"""Letters of Hindi, with its vowel signs, which are no letters to a pattern."""

IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
WIDE = re.compile(f"[{WIDE_MARKS}{IDEOGRAPHS}]")
RIGHT_TO_LEFT = frozenset({"ar"})


def is_rtl(language: str) -> bool:
    """Checks that a language, such as `ar-EG`, is written from right to left."""
    return language.partition("-")[0] in RIGHT_TO_LEFT


def is_wide(character: str) -> bool:
    """Checks that a character needs no blank beside it.

    Those are all from the radicals of ideographs on, except Hangul.
    """
    return character >= "\u2e80" and not "\uac00" <= character <= "\ud7a3"


def width(text: str) -> float:
    """Returns the length in ideographs, CJK punctuation included; a letter is 3/8."""
    count = len(WIDE.findall(text))
    return count + (len(text) - count) * 3 / 8
