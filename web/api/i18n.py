"""Message catalogs of the API, in the languages of the staff pages."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request

from text.catalog import STAFF_LANGUAGES, Texts, load_catalog
from web.i18n import find_language

FOLDER = Path(__file__).parent / "locales"
USUAL = "en"
"""Language for programs that name none, or another one."""


def api_texts(language: str) -> Texts:
    """Returns the messages in one of STAFF_LANGUAGES by key; English for any other."""
    return load_catalog(FOLDER, STAFF_LANGUAGES)[language if language in STAFF_LANGUAGES else USUAL]


def reader_language(request: Request) -> str:
    """Returns the language of errors: what the request prefers, else English."""
    accepted = request.headers.get("accept-language", "")
    wanted = find_language(accepted) if accepted.strip() else USUAL
    return wanted if wanted in STAFF_LANGUAGES else USUAL
