"""Single sign-on: people with an account sign in at the provider of their organisation."""

from __future__ import annotations

import logging
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from settings import Settings
from web.staff.auth.forms import Forms
from web.staff.auth.openid import Provider, SignOnError, Step, is_safe
from web.staff.auth.sign_in import form
from web.staff.auth.tickets import SECONDS, Ticket, Tickets
from web.staff.pages import at, go, public_address

STATE_COOKIE = "staff_sign_on"
Given = Annotated[str, Query(max_length=4000)]
log = logging.getLogger(__name__)


def provider_of(settings: Settings) -> Provider | None:
    """Returns the provider of the settings; None if they name none."""
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    if not is_safe(settings.oidc_issuer):
        log.error("ASSISTANT_OIDC_ISSUER must begin with https://. Single sign-on is off.")
        return None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())


def add_single_sign_on(routes: APIRouter, forms: Forms) -> None:
    """Adds `/sign-in/oidc`, which leads to the provider, and `/sign-in/oidc/back`, to which it leads back."""
    provider, begun, accounts = provider_of(forms.pages.room.settings), Tickets(), forms.pages.room.accounts

    def step(request: Request, ticket: Ticket) -> Step:
        return Step(f"{public_address(forms.pages.room, request)}/sign-in/oidc/back", ticket.nonce, ticket.secret)

    @routes.get("/sign-in/oidc")
    def leave(request: Request, to: Annotated[str, Query(max_length=2000)] = "") -> Response:
        if provider is None:
            return go(request, "sign-in")
        ticket = Ticket(to=to, secret=token_urlsafe(48), nonce=token_urlsafe(24))
        state = begun.issue(ticket)
        try:
            answer = go(request)
            answer.headers["location"] = provider.address(step(request, ticket), state)
        except SignOnError as error:
            return failed(request, forms, error)
        answer.set_cookie(
            STATE_COOKIE,
            state,
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

        The cookie proves that this browser began the sign-in.
        """
        held = request.cookies.get(STATE_COOKIE, "")
        is_own = compare_digest(held.encode("utf-8", "replace"), state.encode("utf-8", "replace"))
        ticket = begun.use(state) if state and is_own else None
        if provider is None or ticket is None or not code:
            return form(request, forms, ("auth.sign_on_stopped", 403))
        try:
            email = provider.email(step(request, ticket), code)
        except SignOnError as error:
            return failed(request, forms, error)
        account = accounts.by_email(email)
        if account is None or not account.is_enabled:
            forms.note_failure(request, account)
            return form(request, forms, ("auth.disabled" if account else "auth.sign_on_unknown", 403))
        answer = forms.enter(request, account, ticket.to, how="OpenID Connect")
        answer.delete_cookie(STATE_COOKIE, path=at(request) or "/")
        return answer


def failed(request: Request, forms: Forms, error: SignOnError) -> Response:
    log.warning("Single sign-on failed: %s.", error)
    return form(request, forms, ("auth.sign_on_failed", 502))
