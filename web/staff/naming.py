"""Names of languages as people say them."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError


@cache
def language_name(code: str, language: str) -> str:
    """The name of a language in one of those of the staff pages; the code itself where it is none that is known."""
    try:
        return Locale.parse(code).get_language_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code
