"""Checks what a model wrote: its markers and its figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

MARKER = re.compile(r"[\[【［(（]\s*(\d{1,2}(?:\s*[,，、;；]\s*\d{1,2})*)\s*[\]】］)）]")
BARE = re.compile(r"[\[【［]")
NUMBER = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,]\d+)*")
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


def figures(text: str) -> list[str]:
    """The numbers of a text in one spelling: 10,000 and 10000 and 1万 are the same, as are 7 and 7.0."""
    plain = unicodedata.normalize("NFKC", text)
    found = []
    for match in NUMBER.finditer(plain):
        found.append(spelled(match[0], plain[match.end() : match.end() + 10]))
    return found


SIZES: dict[float, str] = {
    1e3: "千 thousand тыс ألف",
    1e4: "万",
    1e6: "百万 million milhão milhões миллион млн مليون",
    1e7: "千万",
    1e8: "亿",
    1e9: "十亿 billion bn bilhão bilhões миллиард млрд مليار",
    1e12: "万亿 兆 trillion trilhão trilhões триллион трлн تريليون",
}
SIZE = {word: size for size, words in SIZES.items() for word in words.split()}
"""What the words behind a number multiply it by."""
SIZE_WORD = re.compile("|".join(sorted(SIZE, key=len, reverse=True)))


def spelled(number: str, after: str) -> str:
    """A number with the unit of size behind it multiplied in."""
    number = number.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number):
        number = number.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", number) and number.count(".") + ("," in number) > 1:
        number = number.replace(".", "").replace(",", ".")
    else:
        number = number.replace(",", ".")
    try:
        value = float(number)
    except ValueError:
        return number
    size = SIZE_WORD.match(after.lstrip().lower())
    value *= SIZE[size[0]] if size else 1.0
    return f"{value:.6g}" if value < 1e6 else f"{value:.12g}"
