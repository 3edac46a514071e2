"""QR code of this page's address, for paper: `/qr.svg`."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Annotated
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Query, Request, Response

from bot.dialogue.refusal import QUESTION_CHARACTERS
from web.http.limits import MOST_LINKED

MOST_BYTES = 600
"""Maximum bytes of an address; a longer one makes a code too fine for a phone."""
Question = Annotated[str, Query(max_length=2 * QUESTION_CHARACTERS)]
Asked = Annotated[Sequence[Question], Query(max_length=MOST_LINKED)]
"""Questions of a link, of which each follows those before it."""


def router(public_url: str = "") -> APIRouter:
    """Route `/qr.svg?q=QUESTION`: QR code of a question, or of the page without `q`.

    With several `q`, the last one is asked after the others.
    `public_url` is the address of the page; without it, that of the request.
    """
    routes = APIRouter()

    @routes.get("/qr.svg")
    def qr_code(request: Request, q: Asked = ()) -> Response:
        home = f"{public_url.rstrip('/')}/" if public_url else str(request.base_url)
        return Response(draw(address(home, [each.strip() for each in q if each.strip()])), media_type="image/svg+xml")

    return routes


def address(page: str, questions: Sequence[str]) -> str:
    """Returns the address that asks questions; that of the page if it is too long.

    The last one without those that it follows would be another one.
    """
    asking = f"{page}?{urlencode([('q', each) for each in questions])}"
    return asking if questions and len(asking) <= MOST_BYTES else page


def draw(text: str) -> bytes:
    """Returns a QR code as SVG, with the quiet zone around it."""
    out = BytesIO()
    segno.make(text, micro=False).save(out, kind="svg", xmldecl=False, light="#fff", omitsize=True)
    return out.getvalue()
