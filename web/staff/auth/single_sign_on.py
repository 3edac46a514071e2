"""Single sign-on: people with an account sign in at their organisation's provider."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from settings import Settings
from web.staff.auth.forms import Forms
from web.staff.auth.openid import Provider, SignOnError, Step, is_safe
from web.staff.auth.sign_in import form
from web.staff.auth.tickets import SECONDS
from web.staff.pages import at, public_address, redirect

STATE_COOKIE = "staff_sign_on"
LONGEST_PAGE = 3_000
"""Characters of a page to go to; browsers keep cookies of 4,096 bytes."""
Given = Annotated[str, Query(max_length=4000)]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Begun:
    """A pending sign-in, kept in a cookie of the browser that began it.

    A cookie, because a store in memory could be filled by strangers.
    `state`, `nonce` and `verifier` are random; `to` is the page to go to.
    """

    state: str
    nonce: str
    verifier: str
    to: str

    def to_cookie(self) -> str:
        """Returns the cookie value; without `to` if that is too long."""
        to = quote(self.to, safe="")
        return ".".join((self.state, self.nonce, self.verifier, to if len(to) <= LONGEST_PAGE else ""))


def read_begun(request: Request) -> Begun | None:
    """Returns the sign-in that this browser has begun.

    None if it has begun none, or if its cookie is incomplete.
    """
    parts = request.cookies.get(STATE_COOKIE, "").split(".", 3)
    if len(parts) < 4 or not all(parts[:3]):
        return None
    state, nonce, verifier, to = parts
    return Begun(state, nonce, verifier, unquote(to))


def provider_of(settings: Settings) -> Provider | None:
    """Returns the provider of single sign-on that the settings name.

    None if they lack the issuer or the client id, or if the issuer is not safe (see `is_safe`), which is logged.
    """
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    if not is_safe(settings.oidc_issuer):
        log.error("ASSISTANT_OIDC_ISSUER must begin with https://. Single sign-on is off.")
        return None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())


def add_single_sign_on(routes: APIRouter, forms: Forms) -> None:
    """Adds `/sign-in/oidc`, which redirects to the provider, and `/sign-in/oidc/back`."""
    provider, accounts = provider_of(forms.pages.room.settings), forms.pages.room.accounts

    def step(request: Request, begun: Begun) -> Step:
        return Step(f"{public_address(forms.pages.room, request)}/sign-in/oidc/back", begun.nonce, begun.verifier)

    @routes.get("/sign-in/oidc")
    def leave(request: Request, to: Annotated[str, Query(max_length=2000)] = "") -> Response:
        if provider is None:
            return redirect(request, "sign-in")
        begun = Begun(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48), to)
        try:
            answer = redirect(request)
            answer.headers["location"] = provider.address(step(request, begun), begun.state)
        except SignOnError as error:
            return show_failure(request, forms, error)
        answer.set_cookie(
            STATE_COOKIE,
            begun.to_cookie(),
            max_age=int(SECONDS),
            path=at(request) or "/",
            secure=request.scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )
        return answer

    @routes.get("/sign-in/oidc/back")
    def come_back(request: Request, state: Given = "", code: Given = "") -> Response:
        """Signs in the account with the provider's e-mail address.

        The cookie proves that this browser began the sign-in. The provider takes each code once.
        """
        begun = read_begun(request)
        is_own = begun is not None and compare_digest(begun.state.encode(), state.encode("utf-8", "replace"))
        if provider is None or begun is None or not is_own or not code:
            return form(request, forms, ("auth.sign_on_stopped", 403))
        try:
            email = provider.email(step(request, begun), code)
        except SignOnError as error:
            return show_failure(request, forms, error)
        account = accounts.by_email(email)
        if account is None or not account.is_enabled:
            forms.note_failure(request, account)
            return form(request, forms, ("auth.disabled" if account else "auth.sign_on_unknown", 403))
        answer = forms.enter(request, account, begun.to, how="OpenID Connect")
        answer.delete_cookie(STATE_COOKIE, path=at(request) or "/")
        return answer


def show_failure(request: Request, forms: Forms, error: SignOnError) -> Response:
    """Logs why single sign-on failed; renders the sign-in form with status 502."""
    log.warning("Single sign-on failed: %s.", error)
    return form(request, forms, ("auth.sign_on_failed", 502))
