"""Sign-in by name and password, and by a code if the account has a second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from records import Account, Role
from web.staff.attempts import Caller
from web.staff.auth.forms import Attempt, Forms, Test, Typed
from web.staff.auth.second_factor import is_right_code
from web.staff.auth.tickets import Ticket
from web.staff.identity.people import Person, is_set_up
from web.staff.pages import act_as, current_user, redirect

To = Annotated[str, Form(max_length=2000)]


def add_sign_in(routes: APIRouter, forms: Forms) -> None:
    """Adds `/sign-in` and its second step, `/sign-in/code`."""
    room = forms.pages.room

    @routes.get("/sign-in")
    def show_sign_in(request: Request, to: Annotated[str, Query(max_length=2000)] = "") -> Response:
        if not is_set_up(room):
            return redirect(request, "first-password")
        return redirect(request) if current_user(request) else form(request, forms, to=to)

    @routes.post("/sign-in")
    def post_sign_in(request: Request, name: Typed = "", password: Typed = "", to: To = "") -> Response:
        if not name.strip():
            return form(request, forms, ("auth.no_name", 422), name, to)
        if not room.accounts.count():
            return by_shared_password(request, forms, name, password, to)
        account = room.accounts.find(name)
        wrong = "auth.wrong_name_or_password"
        attempt = Attempt(forms.knows_own(account, password), wrong, account, name)
        trouble, status = forms.check_attempt(request, attempt)
        if trouble or account is None:
            return form(request, forms, (trouble, status), name, to)
        if not account.is_enabled:
            forms.note_failure(request, account)
            return form(request, forms, ("auth.disabled", 403), name, to)
        if not account.has_second_factor:
            return forms.enter(request, account, to)
        return forms.form(request, "auth/code", ticket=forms.tickets.issue(Ticket(account.id, to)))

    @routes.post("/sign-in/code")
    def post_code(request: Request, ticket: Typed = "", code: Typed = "") -> Response:
        begun = forms.tickets.find(ticket)
        account = room.accounts.one(begun.account) if begun else None
        if begun is None or account is None or not account.is_enabled or not account.has_second_factor:
            return form(request, forms, ("auth.ticket_gone", 403))
        attempt = Attempt(code_test(forms, account, code), "auth.wrong_second_code", account, account.name)
        trouble, status = forms.check_attempt(request, attempt)
        if trouble:
            return forms.form(request, "auth/code", trouble, status, ticket=ticket)
        return forms.enter(request, account, begun.to) if forms.tickets.use(ticket) else redirect(request, "sign-in")


def by_shared_password(request: Request, forms: Forms, name: str, password: str, to: str) -> Response:
    """Signs in with the shared password and the typed name."""
    trouble, status = forms.check_attempt(request, Attempt(forms.knows(password), "auth.wrong_password"))
    if trouble:
        return form(request, forms, (trouble, status), name, to)
    person = Person(name.strip(), Role.ADMINISTRATOR)
    act_as(request, person)
    forms.pages.audit(request, "signed.in")
    return forms.start_session(request, person, to)


def code_test(forms: Forms, account: Account, code: str) -> Test:
    """Returns a test of the second factor.

    Strangers together have few attempts for an account, and so have known browsers: all of them know its password
    already. Strangers take no attempt of the known ones.
    """

    def test(caller: Caller) -> bool:
        attempts = f"{account.id} {'known' if caller.is_known else 'strangers'}"
        if not forms.codes.hit(attempts):
            return False
        is_right = is_right_code(forms.pages, account, code)
        if is_right:
            forms.codes.undo(attempts)
        return is_right

    return test


def form(
    request: Request, forms: Forms, problem: tuple[str, int] = ("", 200), name: str = "", to: str = ""
) -> Response:
    """Renders the sign-in form; `problem` is the key of an error with its status."""
    has_accounts = forms.pages.room.accounts.count() > 0
    has_single_sign_on = bool(forms.pages.room.settings.oidc_issuer) and has_accounts
    shown = {"name": name, "to": to, "has_accounts": has_accounts, "has_single_sign_on": has_single_sign_on}
    return forms.form(request, "auth/sign_in", *problem, **shown)
