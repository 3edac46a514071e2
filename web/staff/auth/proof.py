"""Re-authentication before a backup download, in case a computer was left open."""

from __future__ import annotations

from typing import Literal

from fastapi import Request

from web.staff.auth.forms import Attempt, Forms
from web.staff.auth.second_factor import is_right_code, own_account
from web.staff.pages import Pages

Proof = Literal["code", "password", ""]
"""Proof asked for: a second-factor code, the password, or none of who has neither."""

UNPROVED = "proof.failed"
"""Audit action of a wrong proof by somebody who is signed in."""


def proof_needed(pages: Pages, request: Request) -> Proof:
    """Returns the proof to ask for; empty for people with single sign-on alone."""
    account = own_account(pages, request)
    if account is not None and account.has_second_factor:
        return "code"
    return "password" if account is None or account.password else ""


def why_not_proved(request: Request, forms: Forms, typed: str) -> tuple[str, int]:
    """Checks the typed proof; returns the key of the error and the HTTP status.

    The key is empty if the proof is right. Failed attempts count and are limited as at the sign-in.
    Raises TooManyAttemptsError if too many passwords wait for their check.
    """
    account, needed = own_account(forms.pages, request), proof_needed(forms.pages, request)
    if needed == "code" and account is not None:
        is_right = lambda _: is_right_code(forms.pages, account, typed)  # noqa: E731
        return forms.check_attempt(
            request, Attempt(is_right, "auth.wrong_second_code", account, account.name, UNPROVED)
        )
    if not needed:
        return "", 200
    test = forms.knows_own(account, typed) if account else forms.knows(typed)
    name = account.name if account else ""
    return forms.check_attempt(request, Attempt(test, "auth.wrong_password", account, name, UNPROVED))
