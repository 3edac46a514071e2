"""Authentication and CSRF protection of the staff pages."""

from __future__ import annotations

import logging
from urllib.parse import SplitResult, quote, urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from records import RecordsUnavailableError
from web.staff.auth.password import has_password
from web.staff.context import StaffContext
from web.staff.pages import asked_here, go, language_of, saying

COOKIE = "staff"
OPEN = ("sign-in", "first-password", "language", "static/")
"""Paths that need no sign-in."""
SAFE = ("GET", "HEAD", "OPTIONS")

log = logging.getLogger(__name__)


class AuthMiddleware:
    """ASGI middleware: only signed-in staff pass, except for the paths in OPEN."""

    def __init__(self, app: ASGIApp, room: StaffContext) -> None:
        self.app, self.room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        refusal = await run_in_threadpool(self.refuse_without_access, request, asked_here(request))
        return await (refusal or self.app)(scope, receive, send)

    def refuse_without_access(self, request: Request, wanted: str) -> Response | None:
        """Returns the response for a request without access; None with access.

        Stores the name.
        """
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
        except RecordsUnavailableError as error:
            log.warning("The room for staff is closed. %s", error)
            return PlainTextResponse(saying(language_of(request))("auth.unavailable"), 503, {"Retry-After": "30"})
        return go(request, f"sign-in?to={quote(wanted, safe='')}" if request.method in SAFE else "sign-in")


def is_foreign(request: Request) -> bool:
    """True if another site's page sent this request.

    Browsers say so in Sec-Fetch-Site (Fetch Metadata). Older browsers, and those without HTTPS, send an Origin that
    differs from the host.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    parts = split(origin)
    return parts is None or parts.netloc != request.headers.get("host", "")


def is_path(to: str) -> bool:
    """True if `to` is a relative path inside the staff pages."""
    parts = split(to)
    return parts is not None and not parts.scheme and not parts.netloc and not to.startswith(("/", "\\"))


def split(address: str) -> SplitResult | None:
    """Parses an address; None if it is invalid, such as `//[`."""
    try:
        return urlsplit(address)
    except ValueError:
        return None
