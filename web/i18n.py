"""Message catalogs of the page: one file a language, with equal keys."""

from __future__ import annotations

from pathlib import Path

from text.catalog import SERVICE_LANGUAGES, Texts, load_catalog
from text.scripts import is_rtl

FOLDER = Path(__file__).parent / "locales"
DEFAULT = "zh"
FOREIGN = "en"
"""Language for readers whose language the page does not have."""


def choose_language(language: str) -> str:
    """Returns `language` if the page has it, else the default.

    A browser may send any value.
    """
    return language if language in SERVICE_LANGUAGES else DEFAULT


def texts(language: str) -> Texts:
    """Returns the messages in `language` by key; unknown languages get the default."""
    return load_catalog(FOLDER, SERVICE_LANGUAGES)[choose_language(language)]


def direction(language: str) -> str:
    """Text direction of `language`: `ltr` or `rtl`, as in the attribute `dir`."""
    return "rtl" if is_rtl(language) else "ltr"


def find_language(accept_language: str) -> str:
    """Returns the page language that an Accept-Language header prefers.

    The first of equals. English if it names only other languages; the default if it names none at all.
    """
    ranges = [parse_range(part) for part in accept_language.split(",") if part.strip()]
    if not ranges:
        return DEFAULT
    ours = [(quality, language) for quality, language in ranges if quality > 0 and language in SERVICE_LANGUAGES]
    return max(ours, key=lambda each: each[0])[1] if ours else FOREIGN


def parse_range(language_range: str) -> tuple[float, str]:
    """Parses a range such as `pt-BR;q=0.8` into its weight, 0 to 1, and its language.

    The weight is 0 if it cannot be parsed.
    """
    tag, _, weight = language_range.partition(";")
    language = tag.strip().lower().partition("-")[0]
    try:
        quality = float(weight.partition("=")[2]) if weight.strip() else 1.0
    except ValueError:
        quality = 0.0
    return (quality if 0 <= quality <= 1 else 0.0), DEFAULT if language == "*" else language
