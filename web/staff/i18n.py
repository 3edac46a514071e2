"""Message catalogs of the staff pages: a folder a language, a file a section.

All languages have the same keys.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from text.catalog import STAFF_LANGUAGES, Texts, load_catalog
from web.i18n import preferred, texts

FOLDER = Path(__file__).parent / "locales"
FOREIGN = "en"


def staff_language(chosen: str, accept_language: str) -> str:
    """Returns the chosen language, else the browser's preferred one, else English."""
    wanted = chosen if chosen in STAFF_LANGUAGES else preferred(accept_language)
    return wanted if wanted in STAFF_LANGUAGES else FOREIGN


@cache
def words(language: str) -> Texts:
    """Returns the messages of staff and chat pages in one of STAFF_LANGUAGES."""
    return MappingProxyType({**texts(language), **load_catalog(FOLDER, STAFF_LANGUAGES, by_section=True)[language]})
