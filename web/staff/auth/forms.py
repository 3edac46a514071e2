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
from web.staff.attempts import SECONDS, TRIES, Caller
from web.staff.auth.known_devices import find_known_device, remember_device
from web.staff.auth.middleware import COOKIE, is_path
from web.staff.auth.tickets import Tickets
from web.staff.form_types import tidy_text
from web.staff.identity.password import SHORTEST, is_right, is_right_for
from web.staff.identity.people import Person
from web.staff.pages import Flash, Pages, act_as, at, redirect

HOURS = 12
"""Lifetime of a sign-in."""
LONGEST = 200
MOST_FAILURES, FAILURE_SECONDS = 100, 3600.0
"""Maximum of failed sign-ins in the audit log, and its period in seconds.

Otherwise strangers could fill the log.
"""

Typed = Annotated[str, BeforeValidator(tidy_text), Form(max_length=LONGEST)]
FAILED, HELD_UP = "sign_in.failed", "sign_in.held_up"
"""Actions of the audit log."""
Test = Callable[[Caller], bool]
"""Checks a password or a code when its turn comes."""


@dataclass(frozen=True)
class Attempt:
    """An attempt to prove who one is. `wrong` is the key of the error.

    `account`: that of the name, if there is one. `login`: the name as it was typed.
    `action`: audit action of a wrong one.
    """

    test: Test
    wrong: str
    account: Account | None = None
    login: str = ""
    action: str = FAILED


@dataclass(frozen=True)
class Forms:
    """Values that the sign-in forms share."""

    pages: Pages
    tickets: Tickets = field(default_factory=Tickets)
    codes: RateLimiter = field(default_factory=lambda: RateLimiter(TRIES, SECONDS))
    failures: RateLimiter = field(default_factory=lambda: RateLimiter(MOST_FAILURES, FAILURE_SECONDS))
    told: RateLimiter = field(default_factory=lambda: RateLimiter(1, SECONDS))

    def form(
        self, request: Request, template: str, trouble: str = "", status: int = 422, /, **values: object
    ) -> HTMLResponse:
        """Renders a form; after an error, with its key and `status`."""
        status = status if trouble else 200
        return self.pages.show(request, template, status, trouble=trouble, shortest=SHORTEST, **values)

    def check_attempt(self, request: Request, attempt: Attempt) -> tuple[str, int]:
        """Checks a password or code.

        Returns the key of the error, empty if it is right, and the status. An account has no limit over all places:
        whoever spent it could keep a colleague out.
        Raises TooManyAttemptsError if too many passwords wait for their check.
        """
        device, tries = find_known_device(request, self.pages.room.sessions), self.pages.room.tries
        caller = Caller(client_key(request), attempt.login, device)
        if held := tries.begin(caller):
            self.note_held(request, held, attempt.account)
            return "auth.too_often", 429
        try:
            is_right = attempt.test(caller)
        except BaseException:
            tries.undo(caller)
            raise
        if not is_right:
            tries.fail()
            self.note_failure(request, attempt.account, attempt.action)
            return attempt.wrong, 403
        tries.undo(caller)
        return "", 200

    def note_failure(self, request: Request, account: Account | None, action: str = FAILED) -> None:
        """Logs a failed attempt with account and address, without the typed values."""
        if self.failures.hit(FAILED):
            name = account.name if account else ""
            self.pages.audit(request, action, name, address=client_key(request))

    def note_held(self, request: Request, held: Caller, account: Account | None) -> None:
        """Logs once that an account, or everybody at a place, must wait.

        Typed names without an account are not kept.
        """
        if (held.login and account is None) or not self.told.hit(held.key) or not self.failures.hit(HELD_UP):
            return
        name, browser = account.name if held.login and account else "", {"browser": held.device} if held.device else {}
        self.pages.audit(request, HELD_UP, name, address=held.address, **browser)

    def knows(self, password: str) -> Test:
        """Returns a test of the shared password."""
        return lambda caller: is_right(self.pages.room.sessions, password, caller.is_known, self.rank(caller))

    def knows_own(self, account: Account | None, password: str) -> Test:
        """Returns a test of the password of an account."""
        accounts = self.pages.room.accounts
        return lambda caller: is_right_for(accounts, account, password, caller.is_known, self.rank(caller))

    def rank(self, caller: Caller) -> int:
        """Returns the attempts from a place: those with the fewest come first."""
        return self.pages.room.tries.count(caller)

    def start_session(self, request: Request, person: Person, to: str = "", told: str = "") -> RedirectResponse:
        """Redirects to a staff page with a session cookie.

        The cookie is sent only to the staff pages, and no script can read it. The session that this browser had ends.
        `told` is the key of a message on that page.
        """
        held, room = token_urlsafe(32), self.pages.room
        room.sessions.sign_out(request.cookies.get(COOKIE) or "-")
        answer = redirect(request, to if is_path(to) else "")
        room.sessions.sign_in(held, person.name, now() + timedelta(hours=HOURS), person.account)
        if told:
            self.pages.waiting[held] = Flash(told, {}, "done", None)
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
        act_as(request, person)
        self.pages.audit(request, "signed.in", **({"how": how} if how else {}))
        return self.start_session(request, person, to)
