"""Fixed messages of the bot in each of ANSWER_LANGUAGES; English is the fallback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from text.catalog import ANSWER_LANGUAGES, Texts, load_catalog

FOLDER = Path(__file__).parent / "locales"


def text(name: str, language: str, **values: str) -> str:
    """Returns the message with this name, with its values filled in.

    Raises KeyError for an unknown name.
    """
    return texts(language if language in ANSWER_LANGUAGES else "en")[name].format(**values)


def texts(language: str) -> Texts:
    """All texts of one of ANSWER_LANGUAGES, by name."""
    return load_catalog(FOLDER, ANSWER_LANGUAGES)[language]


def join_titles(titles: Sequence[str], language: str) -> str:
    """Joins document titles, quoted as the language does it."""
    if language == "zh":
        return "、".join(f"《{title}》" for title in titles)
    return "; ".join(f"“{title}”" for title in titles)
