"""Heads of the columns of curated answers, in the languages of the staff."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from text.catalog import SERVICE_LANGUAGES, STAFF_LANGUAGES
from web.staff.curated.form import SOURCES
from web.staff.formatting import Formatter
from web.staff.i18n import words

USED = "used"
"""Column that only the export fills in; the import leaves it aside."""
COLUMNS = (
    "id",
    "until",
    *(f"{part}_{language}" for language in SERVICE_LANGUAGES for part in ("questions", "answer")),
    *(f"{part}_{number}" for number in range(1, SOURCES + 1) for part in ("source", "quote")),
    USED,
    "changed_at",
)


def list_heads(language: str) -> list[str]:
    """Returns the heads of COLUMNS in a language."""
    return [head_of(column, language) for column in COLUMNS]


def head_of(column: str, language: str) -> str:
    """Returns the head of a column, such as `Questions (Chinese)` for `questions_zh`."""
    known, (part, _, which) = words(language), column.partition("_")
    if column in ("id", "until", USED, "changed_at"):
        return known[f"curated.column.{column}"]
    which = Formatter(language).language_name(which) if which in SERVICE_LANGUAGES else which
    return known[f"curated.column.{part}"].format(which=which)


@cache
def columns_by_head() -> Mapping[str, str]:
    """Returns the columns by their heads in all staff languages, and by their names."""
    heads = {as_compared(head_of(column, language)): column for language in STAFF_LANGUAGES for column in COLUMNS}
    return heads | {column: column for column in COLUMNS}


def as_compared(head: str) -> str:
    """Returns a head without case, spaces and the widths of its brackets."""
    return "".join(unicodedata.normalize("NFKC", head).casefold().split())
