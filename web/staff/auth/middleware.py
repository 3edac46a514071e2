"""Who stands at the door: nobody passes who has not signed in, and no other site sends anything in their name."""

from __future__ import annotations

import logging
from urllib.parse import SplitResult, quote, urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from records import RecordsUnavailable
from web.staff.auth.password import has_password
from web.staff.context import Room
from web.staff.pages import asked_here, go, language_of, saying

COOKIE = "staff"
OPEN = ("sign-in", "first-password", "language", "static/")
"""What can be seen without having signed in."""
SAFE = ("GET", "HEAD", "OPTIONS")

log = logging.getLogger(__name__)


class Door:
    """ASGI middleware around the room: lets in who has signed in, and everybody to what is OPEN."""

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self.app, self.room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        refusal = await run_in_threadpool(self.refused, request, asked_here(request))
        return await (refusal or self.app)(scope, receive, send)

    def refused(self, request: Request, wanted: str) -> Response | None:
        """The answer to somebody who may not come in; None where they may. Notes who it is."""
        if request.method not in SAFE and is_foreign(request):
            return PlainTextResponse("This was sent by another site. Open the page anew, then try again.", 403)
        held = request.cookies.get(COOKIE, "")
        try:
            name = self.room.desk.signed_in(held) if held else ""
            request.scope.setdefault("state", {}).update(who=name, token=held if name else "")
            if name or wanted.startswith(OPEN):
                return None
            if not has_password(self.room.desk):
                return go(request, "first-password")
        except RecordsUnavailable as error:
            log.warning("The room for staff is closed. %s", error)
            return PlainTextResponse(saying(language_of(request))("door.unavailable"), 503, {"Retry-After": "30"})
        return go(request, f"sign-in?to={quote(wanted, safe='')}" if request.method in SAFE else "sign-in")


def is_foreign(request: Request) -> bool:
    """Whether another site's page sent this: browsers say so in Sec-Fetch-Site (Fetch Metadata), older ones and those
    without HTTPS by an Origin that is not the host that was asked."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    parts = split(origin)
    return parts is None or parts.netloc != request.headers.get("host", "")


def is_path(to: str) -> bool:
    """Whether `to` leads to a page of this room and nowhere else."""
    parts = split(to)
    return parts is not None and not parts.scheme and not parts.netloc and not to.startswith(("/", "\\"))


def split(address: str) -> SplitResult | None:
    """The parts of an address; None for what is none, such as `//[`."""
    try:
        return urlsplit(address)
    except ValueError:
        return None
