"""Words that go with numbers in the service languages: sizes and months."""

from __future__ import annotations

import re
from functools import cache

from babel.dates import get_month_names

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
"""Factor of each size word."""
SIZE_WORD = re.compile("|".join(sorted(SIZE, key=len, reverse=True)))
MONTH_LANGUAGES = ("en", "pt", "ru", "ar", "es", "id")
"""Languages that write months as words."""
RUSSIAN_ENDINGS = ("", "а", "е", "у", "ом", "я", "ь", "ю", "ем", "й")


@cache
def months() -> dict[str, int]:
    """Maps month names, in lower case, to their numbers."""
    names = {
        name.lower(): number
        for language in MONTH_LANGUAGES
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, language).items()
    }
    russian = get_month_names("wide", "format", "ru").items()
    return names | {f"{name[:-1]}{ending}": number for number, name in russian for ending in RUSSIAN_ENDINGS}
