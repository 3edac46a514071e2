"""What the bot says in its own words, in each language of the service; English stands in for others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from text.catalog import Texts, load_catalog

FOLDER = Path(__file__).parent / "locales"
LANGUAGES = ("zh", "en", "pt", "ru", "ar")


def text(name: str, language: str, **values: str) -> str:
    """The text of a name, with its values filled in. Raises KeyError for an unknown name."""
    return texts(language if language in LANGUAGES else "en")[name].format(**values)


def texts(language: str) -> Texts:
    """All texts of one of LANGUAGES, by name."""
    return load_catalog(FOLDER, LANGUAGES)[language]


def enumerated(names: Sequence[str], language: str) -> str:
    """Names in a row."""
    return {"zh": "、", "ar": "، "}.get(language, ", ").join(names)


def listed(titles: Sequence[str], language: str) -> str:
    """Titles of documents in a row."""
    if language == "zh":
        return "、".join(f"《{title}》" for title in titles)
    return "; ".join(f"“{title}”" for title in titles)
