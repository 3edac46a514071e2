"""Names of languages and documents as people say them."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError

from ingest.documents import Metadata


@cache
def language_name(code: str, language: str) -> str:
    """The name of a language in one of those of the staff pages; the code itself where it is none that is known."""
    try:
        return Locale.parse(code).get_language_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code


def title_of(metadata: Metadata | None, source: str) -> str:
    """How a document is called; its path where it has no title or is not there (any more)."""
    return (metadata.title if metadata else "") or source
