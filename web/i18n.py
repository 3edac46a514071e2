"""The words of the page: one file a language, the same keys in each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from text.scripts import is_rtl

DEFAULT = "zh"
FOREIGN = "en"
"""For readers of languages that the page does not have."""
LANGUAGES = ("zh", "en", "pt", "ru", "ar")


def known_language(language: str) -> str:
    """`language` where the page has it, else the default one: what a browser sends may be anything."""
    return language if language in LANGUAGES else DEFAULT


def texts(language: str) -> Mapping[str, str]:
    """The texts in `language`, by key; a language the page does not have gives the default one."""
    return loaded(known_language(language))


@cache
def loaded(language: str) -> Mapping[str, str]:
    """The file of one of LANGUAGES; kept, so no other may come here."""
    read: dict[str, str] = yaml.safe_load(
        (Path(__file__).parent / "locales" / f"{language}.yaml").read_text(encoding="utf-8")
    )
    return MappingProxyType(read)


def direction(language: str) -> str:
    """How `language` is written: `ltr` or `rtl`, as the attribute `dir` takes it."""
    return "rtl" if is_rtl(language) else "ltr"


def preferred(accept_language: str) -> str:
    """The language of the page that an Accept-Language header likes best, the first of equals.

    English where it names none of ours; the default one where it names none at all.
    """
    ranges = [weighed(part) for part in accept_language.split(",") if part.strip()]
    if not ranges:
        return DEFAULT
    ours = [(quality, language) for quality, language in ranges if quality > 0 and language in LANGUAGES]
    return max(ours, key=lambda each: each[0])[1] if ours else FOREIGN


def weighed(language_range: str) -> tuple[float, str]:
    """How much a range such as `pt-BR;q=0.8` is wanted, 0 to 1, and its language; 0 where that cannot be read."""
    tag, _, weight = language_range.partition(";")
    language = tag.strip().lower().partition("-")[0]
    try:
        quality = float(weight.partition("=")[2]) if weight.strip() else 1.0
    except ValueError:
        quality = 0.0
    return (quality if 0 <= quality <= 1 else 0.0), DEFAULT if language == "*" else language
