"""Forms for signing in and out, and for the password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator

from records.models import now
from text.catalog import STAFF_LANGUAGES
from web.http.rate_limit import client_key
from web.staff.auth.known_devices import known_device, remember_device
from web.staff.auth.middleware import COOKIE, AuthMiddleware, is_path
from web.staff.auth.password import (
    PASSWORD,
    RETRY_SECONDS,
    SHORTEST,
    Caller,
    Tries,
    has_password,
    hashed,
    is_right,
    replace_password,
    weakness,
)
from web.staff.auth.waiting_line import TooManyAttemptsError
from web.staff.context import StaffContext
from web.staff.form_types import without_nul
from web.staff.pages import LANGUAGE_COOKIE, Pages, at, go, token, who

__all__ = ["COOKIE", "PASSWORD", "RETRY_SECONDS", "AuthMiddleware", "TooManyAttemptsError", "has_password", "router"]

HOURS = 12
"""Lifetime of a sign-in."""
LONGEST = 200

Typed = Annotated[str, BeforeValidator(without_nul), Form(max_length=LONGEST)]


@dataclass(frozen=True)
class Forms:
    """Values that the sign-in forms share."""

    pages: Pages
    tries: Tries = field(default_factory=Tries)

    def form(
        self, request: Request, template: str, trouble: str = "", status: int = 422, /, **values: str
    ) -> HTMLResponse:
        """Renders a form; after an error, with its key and `status`."""
        status = status if trouble else 200
        return self.pages.show(request, template, status, trouble=trouble, shortest=SHORTEST, **values)

    def tried(self, request: Request, matches: Callable[[Caller], bool], wrong: str) -> tuple[str, int]:
        """Checks a password or code.

        Returns the key of the error, empty if it `matches`, and the status.
        Raises TooManyAttemptsError.
        """
        device = known_device(request, self.pages.room.desk)
        caller = Caller(f"device {device}", is_known=True) if device else Caller(client_key(request))
        if not self.tries.begin(caller):
            return "auth.too_often", 429
        try:
            is_right = matches(caller)
        except BaseException:
            self.tries.take_back(caller)
            raise
        if not is_right:
            self.tries.fail()
            return wrong, 403
        self.tries.take_back(caller)
        return "", 200

    def knows(self, password: str) -> Callable[[Caller], bool]:
        """Returns a function that checks `password` when its turn comes."""
        return lambda caller: is_right(self.pages.room.desk, password, caller.is_known, self.tries.count(caller))

    def signed_in(self, request: Request, name: str, to: str = "") -> RedirectResponse:
        """Redirects to a staff page with a session cookie.

        The cookie is sent only to the staff pages, and no script can read it.
        """
        held = token_urlsafe(32)
        answer = go(request, to if is_path(to) else "")
        self.pages.room.desk.sign_in(held, name, now() + timedelta(hours=HOURS))
        answer.set_cookie(
            COOKIE,
            held,
            max_age=HOURS * 3600,
            path=at(request),
            secure=request.scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )
        remember_device(request, answer, self.pages.room.desk)
        return answer


def router(pages: Pages) -> APIRouter:
    """Routes `/sign-in`, `/sign-out`, `/first-password`, `/password` and `/language`."""
    routes = APIRouter()
    forms = Forms(pages)
    first_password(routes, forms)
    signing_in(routes, forms)
    new_password(routes, forms)

    @routes.post("/sign-out")
    def sign_out(request: Request) -> RedirectResponse:
        pages.room.desk.sign_out(token(request) or "-")
        answer = go(request, "sign-in")
        answer.delete_cookie(COOKIE, path=at(request))
        return answer

    @routes.get("/language")
    def language(request: Request, to: str = "", back: str = "") -> RedirectResponse:
        answer = go(request, back if is_path(back) else "")
        if to in STAFF_LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, to, max_age=365 * 86400, path=at(request), samesite="lax")
        return answer

    return routes


def first_password(routes: APIRouter, forms: Forms) -> None:
    room = forms.pages.room

    @routes.get("/first-password")
    def show_first_password(request: Request, code: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
        if has_password(room.desk):
            return go(request, "sign-in")
        return forms.form(request, "auth/first_password", code=code, name="")

    @routes.post("/first-password")
    def sent(request: Request, name: Typed = "", code: Typed = "", password: Typed = "", again: Typed = "") -> Response:
        if has_password(room.desk):
            return go(request, "sign-in")
        form = forms.form
        trouble, status = forms.tried(request, lambda _: is_code(room, code), "auth.wrong_code")
        if trouble:
            return form(request, "auth/first_password", trouble, status, code=code, name=name)
        trouble = "" if name.strip() else "auth.no_name"
        if trouble := trouble or weakness(password, again):
            return form(request, "auth/first_password", trouble, code=code, name=name)
        new = hashed(password)
        request.scope["state"]["who"] = name.strip()
        forms.pages.audit(request, "password.set")
        replace_password(room.desk, new)
        return forms.signed_in(request, name.strip())


def is_code(room: StaffContext, code: str) -> bool:
    return compare_digest(code.strip().encode("utf-8", "replace"), room.code.encode())


def signing_in(routes: APIRouter, forms: Forms) -> None:
    room = forms.pages.room

    @routes.get("/sign-in")
    def show_sign_in(request: Request, to: Annotated[str, Query(max_length=2000)] = "") -> Response:
        if not has_password(room.desk):
            return go(request, "first-password")
        return go(request) if who(request) else forms.form(request, "auth/sign_in", name="", to=to)

    @routes.post("/sign-in")
    def sent(
        request: Request, name: Typed = "", password: Typed = "", to: Annotated[str, Form(max_length=2000)] = ""
    ) -> Response:
        if not name.strip():
            return forms.form(request, "auth/sign_in", "auth.no_name", name=name, to=to)
        trouble, status = forms.tried(request, forms.knows(password), "auth.wrong_password")
        if trouble:
            return forms.form(request, "auth/sign_in", trouble, status, name=name, to=to)
        request.scope["state"]["who"] = name.strip()
        forms.pages.audit(request, "signed.in")
        return forms.signed_in(request, name.strip(), to)


def new_password(routes: APIRouter, forms: Forms) -> None:
    room = forms.pages.room

    @routes.get("/password")
    def show_password(request: Request) -> Response:
        return forms.form(request, "auth/password")

    @routes.post("/password")
    def sent(request: Request, now_used: Typed = "", password: Typed = "", again: Typed = "") -> Response:
        trouble, status = forms.tried(request, forms.knows(now_used), "auth.wrong_password")
        if trouble:
            return forms.form(request, "auth/password", trouble, status)
        if trouble := weakness(password, again):
            return forms.form(request, "auth/password", trouble)
        new, name = hashed(password), who(request)
        forms.pages.audit(request, "password.changed")
        replace_password(room.desk, new)
        return forms.signed_in(request, name)
