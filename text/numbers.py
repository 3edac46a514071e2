"""Figures of a text in one spelling, for all service languages."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from text.lexicon.load import bodies, keys, other_languages
from text.lexicon.load import words as lexicon_words
from text.list_items import without_numbering
from text.number_words import SIZE, SIZE_WORD, months
from text.scripts import COUNTED, DIGITS

NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*")
ARABIC = str.maketrans("٫٬", ".,")
"""Decimal and thousands signs that go with Arabic digits."""
RAISED = dict.fromkeys(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹"))
"""Superscript digits: note marks and powers, not part of a figure (12.5¹ is 12.5)."""
NUMERAL = re.compile(rf"[{COUNTED}]+[万亿]*")
REACH = 1 + max(map(len, SIZE))
"""Characters behind a number that may hold a blank and a size word."""
UNIT = "measure.unit"
OTHERS = other_languages("zh", "en")
MEASURE = re.compile(rf"{bodies(UNIT, 'zh')}|[\s-]*(?:{bodies(UNIT, 'en')})\b|\s*(?:{bodies(UNIT, *OTHERS)})")
"""Text after a number word that makes it a figure; other ones only count a list."""
HEADING = re.compile(r"^#{2,6} .*$", re.MULTILINE)


def figures(text: str) -> list[str]:
    """Returns the figures of a text in one spelling, in order.

    10,000, 10000 and 1万 are equal, and so are May and 5月.
    """
    level = text.replace("，", "， ").translate(RAISED)
    plain = months_as_numbers(unicodedata.normalize("NFKC", level).translate(ARABIC))
    return [scale_number(match[0], plain[match.end() : match.end() + REACH]) for match in NUMBER.finditer(plain)]


def scale_number(number: str, after: str) -> str:
    """Returns a number multiplied by the size word after it.

    0,025 has no thousands: those never begin with 0.
    """
    number = re.sub(r"[ '’]", "", number)
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", number):
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


def months_as_numbers(text: str) -> str:
    """Returns the text with Chinese month names: 5 May 2026 becomes 5 5月 2026."""
    return month_name().sub(lambda match: f"{months()[match[0].lower()]}月", text)


@cache
def month_name() -> re.Pattern[str]:
    """Matches a month; "May" and "March" only capitalised and next to a number.

    They are ordinary words as well. The first letters come first: without them, each sign of a text costs twenty tries.
    """
    firsts = "".join(sorted({sign for name in months() for sign in (name[0], name[0].upper())}))
    sure = "|".join(sorted(months().keys() - {"may", "march"}, key=len, reverse=True))
    words = r"(?<=\d )(?:May|March)|(?:May|March)(?= \d| and | to )"
    return re.compile(rf"(?=[{firsts}])(?<!\w)(?<!Rio de )(?:(?i:{sure})|{words})(?!\w)")


def differing(one: str, other: str) -> list[str]:
    """Returns the figures that are in a part of one text but not in its translation.

    The parts are between headings; with different numbers of headings, whole texts are compared. A figure may be a word
    in the other text. Numbers of list items are ignored.
    """
    parts = [HEADING.split(text) for text in (one, other)]
    pairs = list(zip(*parts, strict=True)) if len(parts[0]) == len(parts[1]) else [(one, other)]
    return [figure for left, right in pairs for figure in (*_missing(left, right), *_missing(right, left))]


def _missing(text: str, elsewhere: str) -> list[str]:
    known = find_all_figures(elsewhere)
    own = dict.fromkeys(figures(without_numbering(text)))
    return [figure for figure in own if figure not in known and _remove_dot(figure) not in known]


def find_all_figures(text: str) -> set[str]:
    """Returns the figures of a text in every reading, also those written as words."""
    known = {*figures(text), *(number for number, _ in _in_words(text))}
    return known | {_remove_dot(figure) for figure in known}


def find_stated_figures(text: str) -> list[str]:
    """Returns the figures of a text, and number words before a measure.

    Examples: 三个工作日, three days, três dias.
    """
    return [*figures(text), *(number for number, after in _in_words(text) if MEASURE.match(after))]


def _remove_dot(figure: str) -> str:
    """Returns the other reading of a number such as 14.286: in Brazil it is 14,286.

    Its trailing zeros are restored.
    """
    whole, _, rest = figure.partition(".")
    return f"{whole}{rest:0<3}" if 0 < len(rest) <= 3 else figure


def _in_words(text: str) -> list[tuple[str, str]]:
    """Returns the numbers written as words, each with the text after it."""
    plain = text.lower().replace("ё", "е")
    found = [
        (str(counting_words()[match[0]]), plain[match.end() :])
        for match in re.finditer(r"[^\W\d_]+", plain)
        if match[0] in counting_words()
    ]
    for match in NUMERAL.finditer(text):
        digits = match[0].rstrip("万亿")
        if number := ideographs().get(digits):
            size = SIZE.get(match[0][len(digits) :], 1.0)
            hundredth = "百分" if text[: match.start()].endswith("百分之") else ""
            found.append((scale_number(f"{number * size:.0f}", ""), hundredth or text[match.end() :]))
    return found


@cache
def counting_words(*only: str) -> dict[str, int]:
    """Returns number words from 1 to 12, of all languages or of some.

    For 1 only the English one, which is no article.
    """
    others = {word: int(number) for number in keys("counted") for word in lexicon_words(f"counted.{number}", *only)}
    return {"one": 1} | others


@cache
def ideographs() -> dict[str, int]:
    """Returns the Chinese numbers up to 9999, such as 三十七; also with 两 for 二."""
    written = {in_ideographs(number): number for number in range(1, 10_000)}
    either = {word.replace("二百", "两百").replace("二千", "两千"): number for word, number in written.items()}
    return written | either | {"两": 2}


def in_ideographs(number: int) -> str:
    """Returns a number from 1 to 9999 as laws write it.

    47 is 四十七, 107 is 一百零七, 15 is 十五.
    """
    digits = f"零{DIGITS}"
    written, pending = "", False
    for unit, power in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // power % 10
        if digit:
            written += ("零" if pending else "") + digits[digit] + unit
        pending = not digit and bool(written)
    return written.removeprefix("一") if 10 <= number < 20 else written
