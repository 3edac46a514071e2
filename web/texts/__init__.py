"""The words of the page: one file a language, the same keys in each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

DEFAULT = "zh"
LANGUAGES = ("zh", "en")
RIGHT_TO_LEFT = {"ar"}


@cache
def texts(language: str) -> Mapping[str, str]:
    """The texts in `language`, by key; a language the page does not have gives the default one."""
    known = language if language in LANGUAGES else DEFAULT
    loaded: dict[str, str] = yaml.safe_load((Path(__file__).parent / f"{known}.yaml").read_text(encoding="utf-8"))
    return MappingProxyType(loaded)


def direction(language: str) -> str:
    """How a language is written: `rtl` or `ltr`."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def preferred(accept_language: str) -> str:
    """The language of the page for a browser's Accept-Language header: Chinese for Chinese readers, else English."""
    ranges = [weighed(part) for part in accept_language.split(",") if part.strip()]
    if not ranges:
        return DEFAULT
    return "zh" if max(ranges)[1].startswith("zh") else "en"


def weighed(language_range: str) -> tuple[float, str]:
    tag, _, quality = language_range.strip().lower().partition(";q=")
    try:
        return float(quality or 1), tag
    except ValueError:
        return 0.0, tag
