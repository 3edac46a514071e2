"""Shared parts of the sign-in forms: rate limits, failure log, session cookie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BeforeValidator

from records import Account
from records.models import now
from web.http.rate_limit import RateLimiter, client_key
from web.http.shared_rate_limit import limiter_for
from web.staff.auth.known_devices import known_device, remember_device
from web.staff.auth.middleware import COOKIE, is_path
from web.staff.auth.tickets import Tickets
from web.staff.form_types import tidy_text
from web.staff.identity.password import SECONDS, SHORTEST, TRIES, Caller, Tries, is_right, is_right_for
from web.staff.identity.people import Person
from web.staff.pages import Pages, at, redirect, signed_in_as

HOURS = 12
"""Lifetime of a sign-in."""
LONGEST = 200
MOST_FAILURES, FAILURE_SECONDS = 100, 3600.0
"""Maximum of failed sign-ins in the audit log, and its period in seconds.

Otherwise strangers could fill the log.
"""

Typed = Annotated[str, BeforeValidator(tidy_text), Form(max_length=LONGEST)]
Test = Callable[[Caller], bool]
"""Checks a password or a code when its turn comes."""


@dataclass(frozen=True)
class Forms:
    """Values that the sign-in forms share."""

    pages: Pages
    tries: Tries = field(default_factory=Tries)
    tickets: Tickets = field(default_factory=Tickets)
    codes: RateLimiter = field(default_factory=lambda: RateLimiter(TRIES, SECONDS))
    failures: RateLimiter = field(default_factory=lambda: RateLimiter(MOST_FAILURES, FAILURE_SECONDS))

    def form(
        self, request: Request, template: str, trouble: str = "", status: int = 422, /, **values: object
    ) -> HTMLResponse:
        """Renders a form; after an error, with its key and `status`."""
        status = status if trouble else 200
        return self.pages.show(request, template, status, trouble=trouble, shortest=SHORTEST, **values)

    def check_attempt(
        self, request: Request, test: Test, wrong: str, account: Account | None = None
    ) -> tuple[str, int]:
        """Checks a password or code, of an `account` if it is known.

        Returns the key of the error, empty if it is right, and the status. There is no limit for an account: whoever
        spent it could keep a colleague out.
        Raises TooManyAttemptsError.
        """
        device = known_device(request, self.pages.room.sessions)
        caller = Caller(f"device {device}", is_known=True) if device else Caller(client_key(request))
        if not self.tries.begin(caller):
            return "auth.too_often", 429
        try:
            is_right = test(caller)
        except BaseException:
            self.tries.undo(caller)
            raise
        if not is_right:
            self.tries.fail()
            self.note_failure(request, account)
            return wrong, 403
        self.tries.undo(caller)
        return "", 200

    def note_failure(self, request: Request, account: Account | None) -> None:
        """Logs a failed attempt with account and address, without the typed values."""
        if self.failures.hit(""):
            name = account.name if account else ""
            self.pages.audit(request, "sign_in.failed", name, address=client_key(request))

    def knows(self, password: str) -> Test:
        """Returns a test of the shared password."""
        return lambda caller: is_right(self.pages.room.sessions, password, caller.is_known, self.tries.count(caller))

    def knows_own(self, account: Account | None, password: str) -> Test:
        """Returns a test of the password of an account."""
        accounts = self.pages.room.accounts
        return lambda caller: is_right_for(accounts, account, password, caller.is_known, self.tries.count(caller))

    def signed_in(self, request: Request, person: Person, to: str = "") -> RedirectResponse:
        """Redirects to a staff page with a session cookie.

        The cookie is sent only to the staff pages, and no script can read it. The session that this browser had ends.
        """
        held, room = token_urlsafe(32), self.pages.room
        room.sessions.sign_out(request.cookies.get(COOKIE) or "-")
        answer = redirect(request, to if is_path(to) else "")
        room.sessions.sign_in(held, person.name, now() + timedelta(hours=HOURS), person.account)
        if person.account:
            room.accounts.note_sign_in(person.account)
        answer.set_cookie(
            COOKIE,
            held,
            max_age=HOURS * 3600,
            path=at(request) or "/",
            secure=request.scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )
        remember_device(request, answer, room.sessions)
        return answer

    def enter(self, request: Request, account: Account, to: str = "", how: str = "") -> RedirectResponse:
        """Signs the holder of an account in, with an entry in the audit log."""
        person = Person(account.name, account.role, account.id, account.has_second_factor)
        signed_in_as(request, person)
        self.pages.audit(request, "signed.in", **({"how": how} if how else {}))
        return self.signed_in(request, person, to)


def forms_for(pages: Pages) -> Forms:
    """Returns the forms of a section, with failure counts shared through the database."""
    return Forms(pages, Tries(limiter_for(pages.room.records, "sign in")))
