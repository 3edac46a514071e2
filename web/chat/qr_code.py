"""QR code of this page's address, for paper: `/qr.svg`."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Query, Request, Response

from bot.dialogue.refusal import QUESTION_CHARACTERS

MOST_BYTES = 600
"""Maximum bytes of an address; a longer one makes a code too fine for a phone."""


def router(public_url: str = "") -> APIRouter:
    """Route `/qr.svg?q=QUESTION`: QR code of a question, or of the page without `q`.

    `public_url` is the address of the page; without it, that of the request.
    """
    routes = APIRouter()

    @routes.get("/qr.svg")
    def qr_code(request: Request, q: Annotated[str, Query(max_length=2 * QUESTION_CHARACTERS)] = "") -> Response:
        home = f"{public_url.rstrip('/')}/" if public_url else str(request.base_url)
        return Response(draw(address(home, q.strip())), media_type="image/svg+xml")

    return routes


def address(page: str, question: str) -> str:
    """Returns the address that asks `question`; that of the page if it is too long."""
    asking = f"{page}?{urlencode({'q': question})}"
    return asking if question and len(asking) <= MOST_BYTES else page


def draw(text: str) -> bytes:
    """Returns a QR code as SVG, with the quiet zone around it."""
    out = BytesIO()
    segno.make(text, micro=False).save(out, kind="svg", xmldecl=False, light="#fff", omitsize=True)
    return out.getvalue()
