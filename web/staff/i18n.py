"""Message catalogs of the staff pages: a folder a language, a file a section.

All languages have the same keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from web.i18n import preferred, texts

LANGUAGES = ("zh", "en")
FOREIGN = "en"


def staff_language(chosen: str, accept_language: str) -> str:
    """Returns the chosen language, else the browser's preferred one, else English."""
    wanted = chosen if chosen in LANGUAGES else preferred(accept_language)
    return wanted if wanted in LANGUAGES else FOREIGN


@cache
def words(language: str) -> Mapping[str, str]:
    """Returns the messages of staff pages and chat page in one of LANGUAGES, by key."""
    known = dict(texts(language))
    for file in sorted((Path(__file__).parent / "locales" / language).glob("*.yaml")):
        own = yaml.safe_load(file.read_text(encoding="utf-8"))
        known |= {f"{file.stem}.{key}": text for key, text in own.items()}
    return MappingProxyType(known)
