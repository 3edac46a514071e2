"""Routes for signing in and out, and for the settings of one's own account."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from text.catalog import STAFF_LANGUAGES
from web.staff.auth.first_account import add_first_account
from web.staff.auth.forms import Forms
from web.staff.auth.invitation import add_invitation
from web.staff.auth.middleware import COOKIE, AuthMiddleware, is_path
from web.staff.auth.own_password import add_own_password
from web.staff.auth.second_factor import add_second_factor
from web.staff.auth.sign_in import add_sign_in
from web.staff.auth.single_sign_on import add_single_sign_on
from web.staff.identity.password import PASSWORD, RETRY_SECONDS, has_password
from web.staff.identity.people import is_set_up
from web.staff.identity.waiting_line import TooManyAttemptsError
from web.staff.pages import LANGUAGE_COOKIE, Pages, at, redirect, token

__all__ = [
    "COOKIE",
    "PASSWORD",
    "RETRY_SECONDS",
    "AuthMiddleware",
    "TooManyAttemptsError",
    "has_password",
    "is_set_up",
    "router",
]


def router(pages: Pages) -> APIRouter:
    """Routes for sign-in, sign-out, password, invitation, second factor and language."""
    routes = APIRouter()
    forms = Forms(pages)
    add_first_account(routes, forms)
    add_sign_in(routes, forms)
    add_single_sign_on(routes, forms)
    add_invitation(routes, forms)
    add_own_password(routes, forms)
    add_second_factor(routes, forms)

    @routes.post("/sign-out")
    def sign_out(request: Request) -> RedirectResponse:
        pages.room.sessions.sign_out(token(request) or "-")
        answer = redirect(request, "sign-in")
        answer.delete_cookie(COOKIE, path=at(request) or "/")
        return answer

    @routes.get("/language")
    def language(request: Request, to: str = "", back: str = "") -> RedirectResponse:
        answer = redirect(request, back if is_path(back) else "")
        if to in STAFF_LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, to, max_age=365 * 86400, path=at(request) or "/", samesite="lax")
        return answer

    return routes
