"""First account: made with the starting code or the former shared password."""

from __future__ import annotations

import logging
from hmac import compare_digest
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from records import NameTakenError, RecordsUnavailableError, Role
from settings import EMAIL
from text.messages import message
from web.staff.auth.forms import LONGEST, Attempt, Forms, Typed
from web.staff.context import StaffContext
from web.staff.identity.password import PASSWORD, hash_password, weakness
from web.staff.identity.people import Person, is_set_up
from web.staff.pages import act_as, person_of, redirect

LOG = logging.getLogger(__name__)
NAME_CHARACTERS = 60


def add_first_account(routes: APIRouter, forms: Forms) -> None:
    """Adds `/first-password` and `/accounts/first`."""
    room = forms.pages.room

    @routes.get("/first-password")
    def show_first_password(request: Request, code: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
        if is_set_up(room):
            return redirect(request, "sign-in")
        return forms.form(request, "auth/first_password", code=code, name="")

    @routes.post("/first-password")
    def create_first_account(
        request: Request, name: Typed = "", code: Typed = "", password: Typed = "", again: Typed = ""
    ) -> Response:
        if is_set_up(room):
            return redirect(request, "sign-in")
        form = forms.form
        trouble, status = forms.check_attempt(request, Attempt(lambda _: is_code(room, code), "auth.wrong_code"))
        if trouble:
            return form(request, "auth/first_password", trouble, status, code=code, name=name)
        if trouble := wrong_person(name) or weakness(password, again, name):
            return form(request, "auth/first_password", trouble, code=code, name=name)
        return make_first_account(request, forms, name, password)

    @routes.post("/accounts/first")
    def from_shared(request: Request, name: Typed = "", password: Typed = "", again: Typed = "") -> Response:
        """Ends the shared password: from now on only accounts sign in."""
        if room.accounts.count():
            return redirect(request, "accounts")
        if trouble := wrong_person(name) or weakness(password, again, name):
            return forms.form(request, "accounts/first", trouble, name=name)
        return make_first_account(request, forms, name, password)


def make_first_account(request: Request, forms: Forms, name: str, password: str) -> Response:
    """Makes and signs in the first account, an administrator; ends other sessions."""
    room, new = forms.pages.room, hash_password(password)
    if person_of(request) is None:
        act_as(request, Person(name.strip(), Role.ADMINISTRATOR))
    forms.pages.audit(request, "account.first", name.strip())
    try:
        account = room.accounts.add(name, Role.ADMINISTRATOR, created_by=name.strip())
    except NameTakenError:  # sent twice
        return redirect(request, "sign-in")
    room.accounts.set_password(account.id, new)
    room.sessions.set_value(PASSWORD, "")
    room.sessions.sign_out()
    return forms.enter(request, account)


def is_code(room: StaffContext, code: str) -> bool:
    """Checks that a typed text is the starting code, in constant time."""
    return compare_digest(code.strip().encode("utf-8", "replace"), room.code.encode())


def wrong_person(name: str, email: str = "") -> str:
    """Returns the key of the error in name or e-mail address; empty if they are valid."""
    if not name.strip():
        return "auth.no_name"
    if len(name.strip()) > NAME_CHARACTERS or "@" in normalize("NFKC", name) or not name.strip().isprintable():
        return "accounts.bad_name"
    return "" if not email.strip() or EMAIL.fullmatch(email.strip()) else "accounts.bad_email"


def sign_in_line(room: StaffContext, address: str) -> str:
    """Line for the console: the address of the staff sign-in page.

    Before the first sign-in it contains the code for the first account, which only this console shows.
    """
    try:
        if not is_set_up(room):
            return str(message("console.first_password", address=f"{address}/first-password?code={room.code}"))
    except RecordsUnavailableError as error:
        LOG.warning("It is not known whether there is an account. %s", error)
    return str(message("console.staff_room", address=address))
