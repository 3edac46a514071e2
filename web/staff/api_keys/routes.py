"""API keys: the staff make them for programs of others, and revoke them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from records import Scope, UnknownRecordError, find_orphaned
from web.staff.auth.second_factor import has_second_factor, second_factor_first
from web.staff.form_types import Line
from web.staff.pages import Pages, current_user, redirect

USUAL_PER_MINUTE, MOST_PER_MINUTE = 30, 6_000
"""Default and maximum of the requests that a key may send in a minute."""


class Wanted(BaseModel):
    """A key to make, as the form sends it."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: Line = ""
    scopes: Annotated[list[Scope], Field(max_length=len(Scope))] = []
    per_minute: Annotated[int, Field(ge=1, le=MOST_PER_MINUTE)] = USUAL_PER_MINUTE


USUAL = Wanted(scopes=[Scope.ASK, Scope.SEARCH])


def router(pages: Pages) -> APIRouter:
    """Routes `/api-keys`, the list with a form, and `/api-keys/NUMBER/revoke`."""
    routes = APIRouter()
    keys = pages.room.records.api_keys

    @routes.get("/api-keys")
    def show_keys(request: Request) -> Response:
        return page(pages, request, USUAL)

    @routes.post("/api-keys")
    def make(request: Request, wanted: Annotated[Wanted, Form()]) -> Response:
        """Shows the key in this one response; only its digest is stored."""
        if needs_second_factor(pages, request):
            return second_factor_first(pages, request, "api_keys.second_factor_first")
        if trouble := lacking(wanted):
            return page(pages, request, wanted, trouble)
        scopes = " ".join(wanted.scopes)
        pages.audit(request, "key.created", wanted.name, scopes=scopes, per_minute=str(wanted.per_minute))
        made, text = keys.create(wanted.name, wanted.scopes, wanted.per_minute, current_user(request))
        return page(pages, request, USUAL, made=(made.name, text))

    @routes.post("/api-keys/{number}/revoke")
    def revoke(request: Request, number: int) -> RedirectResponse:
        try:
            key = keys.one(number)
        except UnknownRecordError:
            pages.flash(request, "api_keys.unknown", "trouble")
            return redirect(request, "api-keys")
        if key.revoked_at is None:
            pages.audit(request, "key.revoked", key.name)
            keys.revoke(number, current_user(request))
        pages.flash(request, "api_keys.revoked_done", name=key.name)
        return redirect(request, "api-keys")

    return routes


def needs_second_factor(pages: Pages, request: Request) -> bool:
    """True for an account without a second factor.

    Revoking a key needs none, for it may be urgent.
    """
    return pages.room.accounts.count() > 0 and not has_second_factor(request)


def lacking(wanted: Wanted) -> str:
    """Returns the key of what a form lacks; empty if a key can be made."""
    if not wanted.name:
        return "api_keys.no_name"
    return "" if wanted.scopes else "api_keys.no_scope"


def page(
    pages: Pages, request: Request, typed: Wanted, trouble: str = "", made: tuple[str, str] | None = None
) -> Response:
    """Renders the keys; `made` is the name and the text of one that was just made."""
    found = pages.room.records.api_keys.read_all()
    return pages.show(
        request,
        "api_keys/list",
        422 if trouble else 200,
        former=find_orphaned(found, pages.room.accounts.read_all()),
        keys=[each for each in found if each.revoked_at is None],
        made=made,
        most=MOST_PER_MINUTE,
        needs_second_factor=needs_second_factor(pages, request),
        revoked=[each for each in found if each.revoked_at is not None],
        scopes=tuple(Scope),
        trouble=trouble,
        typed=typed,
    )
