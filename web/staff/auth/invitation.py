"""Invitations: a one-time link for choosing the password of an account."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from records import Account, Records
from records.models import now
from web.staff.auth.forms import LONGEST, Forms, Typed
from web.staff.identity.password import hash_password, weakness
from web.staff.identity.people import Person
from web.staff.pages import act_as

INVITED_DAYS = 7


def add_invitation(routes: APIRouter, forms: Forms) -> None:
    """Adds `/invitation`."""
    pages, accounts = forms.pages, forms.pages.room.accounts

    @routes.get("/invitation")
    def show_invitation(request: Request, code: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
        account = accounts.find_invited(code)
        if account is None:
            return show_gone(request)
        return forms.form(request, "auth/invitation", code=code, account=account)

    @routes.post("/invitation")
    def accept_invitation(request: Request, code: Typed = "", password: Typed = "", again: Typed = "") -> Response:
        account = accounts.find_invited(code)
        if account is None:
            return show_gone(request)
        if trouble := weakness(password, again, account.name, account.email or ""):
            return forms.form(request, "auth/invitation", trouble, code=code, account=account)
        new = hash_password(password)
        act_as(request, Person(account.name, account.role, account.id))
        pages.audit(request, "account.accepted", account.name)
        accounts.set_password(account.id, new)
        return forms.enter(request, account)

    def show_gone(request: Request) -> Response:
        return pages.show(request, "trouble", 404, trouble="auth.invitation_gone", detail="")


def invite_again(records: Records, account: Account) -> str:
    """Returns the code of a new link, which is not stored.

    Earlier links and sessions of the account end.
    """
    code = token_urlsafe(32)
    records.accounts.invite(account.id, code, now() + timedelta(days=INVITED_DAYS))
    records.desk.sign_out_account(account.id)
    return code
