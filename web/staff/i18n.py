"""The words of the staff pages: a folder for each language, a file for each section, the same keys in each language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from text.catalog import Texts, load_catalog
from web.i18n import preferred, texts

FOLDER = Path(__file__).parent / "locales"
LANGUAGES = ("zh", "en")
FOREIGN = "en"


def staff_language(chosen: str, accept_language: str) -> str:
    """The language of the staff pages: the one that was chosen, else what the browser likes best, else English."""
    wanted = chosen if chosen in LANGUAGES else preferred(accept_language)
    return wanted if wanted in LANGUAGES else FOREIGN


@cache
def words(language: str) -> Texts:
    """The texts of the staff pages and of the chat page in one of LANGUAGES, by key."""
    return MappingProxyType({**texts(language), **load_catalog(FOLDER, LANGUAGES, by_section=True)[language]})
