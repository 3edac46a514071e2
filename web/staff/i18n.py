"""Message catalogs of the staff pages, those of sections and shared ones.

All languages have the same keys.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from text.catalog import STAFF_LANGUAGES, Texts, load_catalog
from web.i18n import find_language, texts

HERE = Path(__file__).parent
FOREIGN = "en"


def staff_language(chosen: str, accept_language: str) -> str:
    """Returns the chosen language, else the browser's preferred one, else English."""
    wanted = chosen if chosen in STAFF_LANGUAGES else find_language(accept_language)
    return wanted if wanted in STAFF_LANGUAGES else FOREIGN


@cache
def words(language: str) -> Texts:
    """Returns the messages of staff and chat pages in one of STAFF_LANGUAGES."""
    return MappingProxyType({**texts(language), **load_shared_texts(language), **section_texts(language)})


def load_shared_texts(language: str) -> Texts:
    """Returns the messages in `locales/LANGUAGE/NAME.yaml`, by `NAME.key`."""
    return load_catalog(HERE / "locales", STAFF_LANGUAGES, by_section=True)[language]


def section_texts(language: str) -> Texts:
    """Returns the messages in `SECTION/locales/LANGUAGE.yaml`, by `SECTION.key`."""
    catalogs = {folder.parent.name: load_catalog(folder, STAFF_LANGUAGES) for folder in HERE.glob("*/locales")}
    return {f"{name}.{key}": text for name, known in catalogs.items() for key, text in known[language].items()}
