"""Password change: one's own, or the shared one without accounts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.staff.auth.forms import Attempt, Forms, Typed
from web.staff.auth.second_factor import own_account
from web.staff.identity.password import hash_password, replace_password, weakness
from web.staff.identity.people import Person
from web.staff.pages import current_user, person_of


def add_own_password(routes: APIRouter, forms: Forms) -> None:
    """Adds `/password`."""
    pages, room = forms.pages, forms.pages.room

    def form(request: Request, trouble: str = "", status: int = 422) -> Response:
        return forms.form(request, "auth/password", trouble, status, account=own_account(pages, request))

    @routes.get("/password")
    def show_password(request: Request) -> Response:
        return form(request)

    @routes.post("/password")
    def change_own_password(
        request: Request, now_used: Typed = "", password: Typed = "", again: Typed = ""
    ) -> Response:
        account, person = own_account(pages, request), person_of(request)
        test = forms.knows_own(account, now_used) if account else forms.knows(now_used)
        attempt = Attempt(test, "auth.wrong_password", account, account.name if account else "")
        trouble, status = forms.check_attempt(request, attempt)
        if trouble:
            return form(request, trouble, status)
        if trouble := weakness(password, again, current_user(request), (account and account.email) or ""):
            return form(request, trouble)
        new = hash_password(password)
        pages.audit(request, "password.changed")
        if account:
            room.accounts.set_password(account.id, new)
            room.sessions.sign_out_account(account.id)
        else:
            replace_password(room.sessions, new)
        assert isinstance(person, Person)  # noqa: S101  # the route needs a sign-in
        return forms.start_session(request, person, told="auth.password_changed")
