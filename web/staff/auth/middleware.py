"""Authentication, roles and CSRF protection of the staff pages."""

from __future__ import annotations

import logging
from urllib.parse import SplitResult, quote, urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from records import RecordsUnavailableError
from web.http.rate_limit import RateLimiter
from web.staff.identity.people import is_set_up, person_at
from web.staff.identity.permissions import find_needed_roles, find_route
from web.staff.pages import Pages, build_return_path, here, language_of, redirect, translator

COOKIE = "staff"
STATIC = "static/"
"""Beginning of the paths that need neither a sign-in nor a listed route."""
SAFE = ("GET", "HEAD", "OPTIONS")
MOST_REFUSALS, REFUSAL_SECONDS = 20, 3600.0
"""Refusals that the audit log keeps of a person in a period in seconds."""

log = logging.getLogger(__name__)


class AuthMiddleware:
    """Authorisation middleware (ASGI): passes requests to listed routes by role."""

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self.app, self.pages = app, pages
        self.refusals = RateLimiter(MOST_REFUSALS, REFUSAL_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        refusal = await run_in_threadpool(self.refuse_without_access, request, build_return_path(request))
        return await (refusal or self.app)(scope, receive, send)

    def refuse_without_access(self, request: Request, wanted: str) -> Response | None:
        """Returns the response for a request without access.

        Stores the person in the state of the request.
        None if the request may go on.
        """
        if request.method not in SAFE and is_foreign(request):
            return PlainTextResponse(translator(language_of(request))("auth.other_site"), 403)
        room, held = self.pages.room, request.cookies.get(COOKIE, "")
        route = find_route(request.method, f"/{here(request)}")
        is_open = here(request).startswith(STATIC) or (bool(route) and find_needed_roles()[route] is None)
        try:
            person = person_at(room, held)
            request.scope.setdefault("state", {}).update(
                person=person, who=person.name if person else "", token=held if person else ""
            )
            if person or is_open:
                return None if is_open else self.refuse_by_role(request, route)
            if not is_set_up(room):
                return redirect(request, "first-password")
        except RecordsUnavailableError as error:
            log.warning("The staff room is closed. %s", error)
            return PlainTextResponse(translator(language_of(request))("auth.unavailable"), 503, {"Retry-After": "30"})
        return redirect(request, f"sign-in?to={quote(wanted, safe='')}" if request.method in SAFE else "sign-in")

    def refuse_by_role(self, request: Request, route: str) -> Response | None:
        """Returns the page for an unlisted or forbidden route.

        Refusals by role are in the audit log.
        None if the role is enough, or if none is needed.
        Raises RecordsUnavailableError if the refusal cannot be logged.
        """
        person, say = request.scope["state"]["person"], translator(language_of(request))
        if not route:
            return self.pages.show(request, "trouble", 404, trouble="frame.missing", detail="")
        needed = find_needed_roles()[route]
        if needed is None or person.role.includes(needed):
            return None
        if self.refusals.hit(person.account):
            self.pages.audit(request, "signed.refused", route, role=person.role.value)
        detail = say("auth.needs_role", needed=say(f"accounts.role.{needed}"), role=say(f"accounts.role.{person.role}"))
        return self.pages.show(request, "trouble", 403, trouble="auth.not_allowed", detail=detail)


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
    """Parses an address.

    None if it is invalid, such as `//[`.
    """
    try:
        return urlsplit(address)
    except ValueError:
        return None
