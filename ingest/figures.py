"""The figures of a text in one spelling, whatever language it is written in."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel.dates import get_month_names

NUMBER = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,]\d+)*")
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
MONTH_LANGUAGES = ("en", "pt", "ru", "ar", "es", "id")
"""Languages that write months as words."""
RUSSIAN_ENDINGS = ("", "а", "е", "у", "ом", "я", "ь", "ю", "ем", "й")
COUNTED = "one two three four five six seven eight nine ten eleven twelve"
NUMERAL = re.compile(r"[一二三四五六七八九十百两]+")
HEADING = re.compile(r"^#{2,6} .*$", re.MULTILINE)
ITEM = re.compile(r"^\s*\d{1,2}[.、)）]\s", re.MULTILINE)


def figures(text: str) -> list[str]:
    """The numbers of a text in one spelling, in order: 10,000 and 10000 and 1万 are the same, as are May and 5月."""
    plain = months_as_numbers(unicodedata.normalize("NFKC", text.replace("，", "， ")))
    return [spelled(match[0], plain[match.end() : match.end() + 10]) for match in NUMBER.finditer(plain)]


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


def months_as_numbers(text: str) -> str:
    """The text with the names of months written as in Chinese: 5 May 2026 becomes 5 5月 2026."""
    return month_name().sub(lambda match: f"{months()[match[0].lower()]}月", text)


@cache
def month_name() -> re.Pattern[str]:
    """Matches a month; of May and March, which are words as well, only what is capitalised and beside a number."""
    sure = "|".join(sorted(months().keys() - {"may", "march"}, key=len, reverse=True))
    words = r"(?<=\d )(?:May|March)|(?:May|March)(?= \d| and | to )"
    return re.compile(rf"(?<!\w)(?<!Rio de )(?:(?i:{sure})|{words})(?!\w)")


@cache
def months() -> dict[str, int]:
    """The number of each name of a month, in lower case."""
    names = {
        name.lower(): number
        for language in MONTH_LANGUAGES
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, language).items()
    }
    russian = get_month_names("wide", "format", "ru").items()
    return names | {f"{name[:-1]}{ending}": number for number, name in russian for ending in RUSSIAN_ENDINGS}


def differing(one: str, other: str) -> list[str]:
    """The figures that stand in a part of one text and not in the same part of its translation, in order.

    Parts lie between headings; texts with other numbers of headings are compared as wholes. A figure may be written
    as a word in the other text. The numbers of items in a list are no figures.
    """
    parts = [HEADING.split(text) for text in (one, other)]
    pairs = list(zip(*parts, strict=True)) if len(parts[0]) == len(parts[1]) else [(one, other)]
    return [figure for left, right in pairs for figure in (*_missing(left, right), *_missing(right, left))]


def _missing(text: str, elsewhere: str) -> list[str]:
    known = known_figures(elsewhere)
    own = dict.fromkeys(figures(ITEM.sub("", text)))
    return [figure for figure in own if figure not in known and _undotted(figure) not in known]


def known_figures(text: str) -> set[str]:
    """The figures of a text in every reading, also those written as words."""
    known = {*figures(text), *_in_words(text)}
    return known | {_undotted(figure) for figure in known}


def _undotted(figure: str) -> str:
    """The other reading of a number such as 14.286, which is 14,286 in Brazil; its zeros at the end are restored."""
    whole, _, rest = figure.partition(".")
    return f"{whole}{rest:0<3}" if 0 < len(rest) <= 3 else figure


def _in_words(text: str) -> set[str]:
    """The small numbers that a text writes as words, in Chinese or English."""
    english = {word: str(number) for number, word in enumerate(COUNTED.split(), 1)}
    found = {english[word] for word in re.findall(r"[a-z]+", text.lower()) if word in english}
    return found | {str(number) for each in NUMERAL.findall(text) if (number := ideographs().get(each))}


@cache
def ideographs() -> dict[str, int]:
    """The numbers up to 999 as they are written in Chinese, such as 三十七; also 两."""
    return {in_ideographs(number): number for number in range(1, 1000)} | {"两": 2}


def in_ideographs(number: int) -> str:
    """A number from 1 to 9999 as laws write it: 47 is 四十七, 107 is 一百零七, 15 is 十五."""
    digits = "零一二三四五六七八九"
    written, pending = "", False
    for unit, power in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // power % 10
        if digit:
            written += ("零" if pending else "") + digits[digit] + unit
        pending = not digit and bool(written)
    return written.removeprefix("一") if 10 <= number < 20 else written
