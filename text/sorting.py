"""Lists of names, ordered and joined as readers of a language expect it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

COMMAS = {"zh": "、", "ar": "، "}
"""Sign that joins names in a language, if not a comma."""


def name_order(language: str) -> Callable[[str], tuple[str, str]]:
    """Returns the sort key for names in a language.

    Chinese names go by pronunciation: GB 2312 orders its 3,755 common ideographs by pinyin. Arabic ones go without the
    article, and in all other languages accents count for nothing.
    """
    return by_sound if language == "zh" else by_letters


def sort_by_name(choices: Iterable[tuple[str, str]], language: str) -> list[tuple[str, str]]:
    """Returns `(value, name)` of a list to choose from, by name."""
    key = name_order(language)
    return sorted(choices, key=lambda choice: key(choice[1]))


def join_names(names: Iterable[str], language: str) -> str:
    """Joins names with the separator of the language."""
    return COMMAS.get(language, ", ").join(names)


def by_sound(name: str) -> tuple[str, str]:
    """Returns the sort key of a Chinese name: its GB 18030 bytes, then the name."""
    return name.casefold().encode("gb18030").decode("latin-1"), name


def by_letters(name: str) -> tuple[str, str]:
    """Returns the sort key of a name without accents, case and Arabic article."""
    spread = unicodedata.normalize("NFD", name.casefold().removeprefix("ال"))
    return "".join(sign for sign in spread if not unicodedata.combining(sign)), name
