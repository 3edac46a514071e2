"""Second factor: authenticator codes (TOTP, RFC 6238) and recovery codes."""

from __future__ import annotations

import time
from hmac import compare_digest
from secrets import token_hex

import pyotp
import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response

from records import Account
from web.staff.auth.forms import Attempt, Forms, Typed
from web.staff.auth.tickets import Ticket
from web.staff.pages import Pages, language_of, person_of, redirect, token, translator

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which the clock of a telephone may differ from ours."""
RECOVERY_CODES = 8


def add_second_factor(routes: APIRouter, forms: Forms) -> None:
    """Adds `/second-factor`, which sets it up, and below it `remove` and `codes`."""
    pages, accounts = forms.pages, forms.pages.room.accounts

    @routes.get("/second-factor")
    def show_second_factor(request: Request) -> Response:
        account = own_account(pages, request)
        if account is None:
            return redirect(request, "accounts")
        return setting(request, forms, account)

    @routes.post("/second-factor")
    def set_up(request: Request, ticket: Typed = "", code: Typed = "") -> Response:
        account, begun = own_account(pages, request), forms.tickets.find(ticket)
        if account is None or begun is None or begun.account != account.id or account.has_second_factor:
            return redirect(request, "second-factor")
        step = matching_step(begun.secret, code)
        if not step:
            return setting(request, forms, account, ("auth.wrong_second_code", 403), ticket)
        codes = new_recovery_codes()
        pages.audit(request, "second_factor.set")
        accounts.set_second_factor(account.id, begun.secret, step, codes)
        end_others(pages, request, account)
        forms.tickets.use(ticket)
        return forms.form(request, "auth/recovery_codes", codes=codes)

    @routes.post("/second-factor/remove")
    def remove(request: Request, code: Typed = "") -> Response:
        account, problem = verify_code(request, forms, code)
        if account is None or problem[0]:
            return setting(request, forms, account, problem) if account else redirect(request, "second-factor")
        pages.audit(request, "second_factor.removed")
        accounts.set_second_factor(account.id, "", 0, ())
        end_others(pages, request, account)
        pages.flash(request, "auth.second_removed")
        return redirect(request, "second-factor")

    @routes.post("/second-factor/codes")
    def renew_codes(request: Request, code: Typed = "") -> Response:
        account, problem = verify_code(request, forms, code)
        if account is None or problem[0]:
            return setting(request, forms, account, problem) if account else redirect(request, "second-factor")
        latest = accounts.one(account.id) or account
        codes = new_recovery_codes()
        pages.audit(request, "second_factor.codes_renewed")
        accounts.set_second_factor(account.id, account.secret, latest.step, codes)
        return forms.form(request, "auth/recovery_codes", codes=codes)


def has_second_factor(request: Request) -> bool:
    """True if the signed-in person has a second factor.

    Nobody has one with the shared password.
    """
    person = person_of(request)
    return person is not None and person.has_second_factor


def second_factor_first(pages: Pages, request: Request, told: str) -> Response:
    """Leads an administrator to the second factor, with the key of what needs it."""
    if not pages.room.accounts.count():
        return redirect(request, "accounts")
    pages.flash(request, told, "note")
    return redirect(request, "second-factor")


def own_account(pages: Pages, request: Request) -> Account | None:
    """Returns the account of the signed-in person.

    None for the shared password, without a sign-in, or if the account is gone.
    """
    person = person_of(request)
    return pages.room.accounts.one(person.account) if person and person.account else None


def end_others(pages: Pages, request: Request, account: Account) -> None:
    """Ends the account's sessions in other browsers, which began with other proof."""
    pages.room.sessions.sign_out_account(account.id, but=token(request))


def verify_code(request: Request, forms: Forms, code: str) -> tuple[Account | None, tuple[str, int]]:
    """Returns the account, and the key of the error (empty if right) with the status.

    The account is None without a second factor.
    """
    account = own_account(forms.pages, request)
    if account is None or not account.has_second_factor:
        return None, ("", 200)
    test = lambda _: is_right_code(forms.pages, account, code)  # noqa: E731
    return account, forms.check_attempt(request, Attempt(test, "auth.wrong_second_code", account, account.name))


def setting(
    request: Request, forms: Forms, account: Account, problem: tuple[str, int] = ("", 200), ticket: str = ""
) -> Response:
    """Renders the settings of the second factor, with a QR code before the setup.

    `problem` is the key of an error with its status.
    """
    secret, uri = "", ""
    if not account.has_second_factor:
        begun = forms.tickets.find(ticket) or Ticket(account.id, secret=pyotp.random_base32())
        ticket, secret = ticket or forms.tickets.issue(begun), begun.secret
        issuer = translator(language_of(request))("masthead.name")
        uri = pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=issuer)
    return forms.form(
        request,
        "auth/second_factor",
        *problem,
        is_set=account.has_second_factor,
        key=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        left=len(account.recovery),
        picture=segno.make(uri, micro=False).svg_data_uri(light="#fff", scale=5) if uri else "",
        ticket=ticket,
        uri=uri,
    )


def is_right_code(pages: Pages, account: Account, code: str) -> bool:
    """True if a code of the app or a recovery code is right. Each counts once."""
    accounts = pages.room.accounts
    if step := matching_step(account.secret, code):
        return accounts.use_step(account.id, step)
    if not accounts.use_recovery_code(account.id, code.strip().lower()):
        return False
    pages.audit_as(account, "second_factor.recovery_used")
    return True


def matching_step(secret: str, code: str) -> int:
    """Returns the number of the 30-second period of a code near now; 0 without one."""
    typed, now = "".join(code.split()), int(time.time()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    around = range(now - DRIFT, now + DRIFT + 1)
    return next((step for step in around if is_same(generator.generate_otp(step), typed)), 0)


def is_same(code: str, typed: str) -> bool:
    """Checks that a typed code is the right one, in constant time."""
    return compare_digest(code.encode(), typed.encode("utf-8", "replace"))


def new_recovery_codes() -> list[str]:
    """Returns random codes of 48 bits each, such as `3f9c-21ab-77d0`."""
    texts = (token_hex(6) for _ in range(RECOVERY_CODES))
    return ["-".join((text[:4], text[4:8], text[8:])) for text in texts]
