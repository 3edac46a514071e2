"""The page as an app on a phone's home screen: manifest and icons.

All addresses are relative, so they also work under a sub-path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, JSONResponse

from text.catalog import SERVICE_LANGUAGES
from web.i18n import DEFAULT, direction, texts

ICONS = Path(__file__).parent / "icons"
A_DAY = {"Cache-Control": "public, max-age=86400"}
PAPER, TIDE = "#f6f8f7", "#084f59"


def router() -> APIRouter:
    """Routes `/manifest.webmanifest?lang=zh` and `/icons/NAME`, for files in `icons`."""
    routes = APIRouter()
    icons = {path.name: path for path in ICONS.iterdir()}

    @routes.get("/manifest.webmanifest")
    def send_manifest(lang: Annotated[str, Query(max_length=10)] = DEFAULT) -> JSONResponse:
        known = lang if lang in SERVICE_LANGUAGES else DEFAULT
        return JSONResponse(manifest(known), headers=A_DAY, media_type="application/manifest+json")

    @routes.get("/icons/{name}")
    def icon(name: str) -> FileResponse:
        if name not in icons:
            raise HTTPException(404)
        return FileResponse(icons[name], headers=A_DAY)

    return routes


def manifest(language: str) -> dict[str, Any]:
    """Returns the web app manifest in `language`, with relative addresses."""
    words = texts(language)
    return {
        "id": "./",
        "name": words["page.title"],
        "short_name": words["masthead.name"],
        "description": words["welcome.lead"],
        "lang": language,
        "dir": direction(language),
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": TIDE,
        "icons": [
            {"src": "icons/icon.svg", "sizes": "any", "type": "image/svg+xml"},
            {"src": "icons/icon-192.png", "sizes": "192x192", "type": "image/png"},
            {"src": "icons/icon-512.png", "sizes": "512x512", "type": "image/png"},
            {"src": "icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
