"""The door of the room: nobody comes in who has not signed in, and no other site sends anything in their name."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hmac import compare_digest
from secrets import token_urlsafe
from threading import BoundedSemaphore
from typing import Annotated
from urllib.parse import quote, urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from records import Desk, RecordsUnavailable
from records.exchanges import now
from web.pacing import Pace
from web.staff.pages import LANGUAGE_COOKIE, Pages, asked_here, at, go, language_of, saying, token, who
from web.staff.room import Room
from web.staff.texts import LANGUAGES

COOKIE = "staff"
PASSWORD = "password"  # noqa: S105
HOURS = 12
"""How long somebody stays signed in."""
SHORTEST, LONGEST = 10, 200
TRIES, SECONDS = 10, 300.0
"""How often one address may try a password, in how long."""
OPEN = ("sign-in", "first-password", "language", "static/")
"""What can be seen without having signed in."""
SAFE = ("GET", "HEAD", "OPTIONS")
AT_ONCE = BoundedSemaphore(2)
"""Passwords that are hashed at the same time: each takes 64 MB and the better part of a second of two cores."""

log = logging.getLogger(__name__)

Typed = Annotated[str, Form(max_length=LONGEST)]


@cache
def hasher() -> PasswordHasher:
    """argon2id with the parameters of RFC 9106 for little memory, the defaults of the library."""
    return PasswordHasher()


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
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")


def has_password(desk: Desk) -> bool:
    return bool(desk.value(PASSWORD))


def is_right(desk: Desk, password: str) -> bool:
    """Whether a password is the one of the room. Its hash is renewed when the recommended parameters have changed."""
    kept = desk.value(PASSWORD)
    with AT_ONCE:
        try:
            hasher().verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
        if hasher().check_needs_rehash(kept):
            desk.set_value(PASSWORD, hasher().hash(password))
    return True


def set_password(desk: Desk, password: str) -> None:
    """Replaces the password; whoever had signed in must sign in again."""
    with AT_ONCE:
        hashed = hasher().hash(password)
    desk.set_value(PASSWORD, hashed)
    desk.sign_out()


def weakness(password: str, again: str) -> str:
    """The key of what is wrong with a new password; empty where nothing is."""
    if len(password) < SHORTEST:
        return "door.too_short"
    if len(set(password)) < 5:
        return "door.too_simple"
    return "" if password == again else "door.not_the_same"


@dataclass(frozen=True)
class Asked:
    """What the forms of the door share."""

    pages: Pages
    pace: Pace

    def form(
        self, request: Request, template: str, trouble: str = "", status: int = 422, /, **values: str
    ) -> HTMLResponse:
        """A form; with the key of what is wrong with what was sent, and `status`."""
        status = status if trouble else 200
        return self.pages.show(request, template, status, trouble=trouble, shortest=SHORTEST, **values)

    def is_too_often(self, request: Request) -> bool:
        return not self.pace.allows(request.client.host if request.client else "")

    def signed_in(self, request: Request, name: str, to: str = "") -> RedirectResponse:
        """Into the room, with a cookie that only this room is sent and no script reads."""
        held = token_urlsafe(32)
        self.pages.room.desk.sign_in(held, name, now() + timedelta(hours=HOURS))
        answer = go(request, to if is_path(to) else "")
        answer.set_cookie(
            COOKIE,
            held,
            max_age=HOURS * 3600,
            path=at(request),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return answer


def is_path(to: str) -> bool:
    """Whether `to` leads to a page of this room and nowhere else."""
    parts = urlsplit(to)
    return not parts.scheme and not parts.netloc and not to.startswith(("/", "\\"))


def router(pages: Pages) -> APIRouter:
    """`/sign-in`, `/sign-out`, `/first-password`, `/password` and `/language`."""
    routes = APIRouter()
    asked = Asked(pages, Pace(TRIES, SECONDS))
    first_password(routes, asked)
    signing_in(routes, asked)
    new_password(routes, asked)

    @routes.post("/sign-out")
    def sign_out(request: Request) -> RedirectResponse:
        pages.room.desk.sign_out(token(request) or "-")
        answer = go(request, "sign-in")
        answer.delete_cookie(COOKIE, path=at(request))
        return answer

    @routes.get("/language")
    def language(request: Request, to: str = "", back: str = "") -> RedirectResponse:
        answer = go(request, back if is_path(back) else "")
        if to in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, to, max_age=365 * 86400, path=at(request), samesite="lax")
        return answer

    return routes


def first_password(routes: APIRouter, asked: Asked) -> None:
    room = asked.pages.room

    @routes.get("/first-password")
    def shown(request: Request, code: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
        if has_password(room.desk):
            return go(request, "sign-in")
        return asked.form(request, "door/first_password", code=code, name="")

    @routes.post("/first-password")
    def sent(request: Request, name: Typed = "", code: Typed = "", password: Typed = "", again: Typed = "") -> Response:
        if has_password(room.desk):
            return go(request, "sign-in")
        form = asked.form
        if asked.is_too_often(request):
            return form(request, "door/first_password", "door.too_often", 429, code=code, name=name)
        if not compare_digest(code.strip().encode(), room.code.encode()):
            return form(request, "door/first_password", "door.wrong_code", 403, code=code, name=name)
        trouble = "" if name.strip() else "door.no_name"
        if trouble := trouble or weakness(password, again):
            return form(request, "door/first_password", trouble, code=code, name=name)
        request.scope["state"]["who"] = name.strip()
        asked.pages.note(request, "password.set")
        set_password(room.desk, password)
        return asked.signed_in(request, name.strip())


def signing_in(routes: APIRouter, asked: Asked) -> None:
    room = asked.pages.room

    @routes.get("/sign-in")
    def shown(request: Request, to: Annotated[str, Query(max_length=2000)] = "") -> Response:
        if not has_password(room.desk):
            return go(request, "first-password")
        return go(request) if who(request) else asked.form(request, "door/sign_in", name="", to=to)

    @routes.post("/sign-in")
    def sent(
        request: Request, name: Typed = "", password: Typed = "", to: Annotated[str, Form(max_length=2000)] = ""
    ) -> Response:
        if asked.is_too_often(request):
            return asked.form(request, "door/sign_in", "door.too_often", 429, name=name, to=to)
        if not name.strip():
            return asked.form(request, "door/sign_in", "door.no_name", name=name, to=to)
        if not is_right(room.desk, password):
            return asked.form(request, "door/sign_in", "door.wrong_password", 403, name=name, to=to)
        request.scope["state"]["who"] = name.strip()
        asked.pages.note(request, "signed.in")
        return asked.signed_in(request, name.strip(), to)


def new_password(routes: APIRouter, asked: Asked) -> None:
    room = asked.pages.room

    @routes.get("/password")
    def shown(request: Request) -> Response:
        return asked.form(request, "door/password")

    @routes.post("/password")
    def sent(request: Request, now_used: Typed = "", password: Typed = "", again: Typed = "") -> Response:
        if asked.is_too_often(request):
            return asked.form(request, "door/password", "door.too_often", 429)
        if not is_right(room.desk, now_used):
            return asked.form(request, "door/password", "door.wrong_password", 403)
        if trouble := weakness(password, again):
            return asked.form(request, "door/password", trouble)
        name = who(request)
        asked.pages.note(request, "password.changed")
        set_password(room.desk, password)
        return asked.signed_in(request, name)
