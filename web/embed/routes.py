"""Script that puts the assistant as a chat button on the pages of other web sites."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response

from text.catalog import SERVICE_LANGUAGES
from web.i18n import FOREIGN, direction, texts

SCRIPT = Path(__file__).parent / "embed.js"
AN_HOUR = {"Cache-Control": "public, max-age=3600"}
WORDS = {"name": "masthead.name", "open": "embed.open", "close": "dialog.close", "alone": "embed.alone"}
"""Texts of the script, by their keys in the catalogs."""


def router(origins: Sequence[str]) -> APIRouter:
    """Route `/embed.js`.

    `origins` are the web sites that may show the assistant, such as `https://www.example.org`.
    """
    routes = APIRouter()
    content = script(origins)

    @routes.get("/embed.js")
    def embed() -> Response:
        return Response(content, headers=AN_HOUR, media_type="text/javascript")

    return routes


def script(origins: Sequence[str]) -> str:
    """Returns the script, with allowed web sites and texts in every language."""
    known: dict[str, Any] = {
        language: {name: texts(language)[key] for name, key in WORDS.items()} | {"dir": direction(language)}
        for language in SERVICE_LANGUAGES
    }
    given = {"origins": list(origins), "texts": known, "foreign": FOREIGN}
    return SCRIPT.read_text(encoding="utf-8").replace("GIVEN", json.dumps(given, ensure_ascii=True), 1)
