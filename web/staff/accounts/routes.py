"""Accounts: administrators invite colleagues, give roles, and disable accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from records import Account, NameTakenError, Role, find_orphaned
from web.staff.accounts.held_sign_ins import list_held_sign_ins, release_sign_ins
from web.staff.accounts.link import invitation_address, send_invitation
from web.staff.attempts import MOST_OF_PLACE, SECONDS, TRIES
from web.staff.auth.first_account import wrong_person
from web.staff.auth.invitation import INVITED_DAYS, invite_again
from web.staff.auth.second_factor import has_second_factor, second_factor_first
from web.staff.form_types import Line, SentId
from web.staff.identity.password import SHORTEST
from web.staff.pages import Pages, current_user, person_of, redirect

Sent = Annotated[Line, Form()]
UNCHANGED = "accounts.role_same"
"""Key of what is said of a role that was saved as it was; it is not logged."""


def router(pages: Pages) -> APIRouter:
    """Routes `/accounts` and, below it, `invite`, `link`, `role`, `disable` and so on."""
    routes = APIRouter()
    inviting(routes, pages)
    changing(routes, pages)
    releasing(routes, pages)
    return routes


def inviting(routes: APIRouter, pages: Pages) -> None:
    """Adds `/accounts`, the list, `/accounts/invite` and `/accounts/link`."""
    room = pages.room

    @routes.get("/accounts")
    def show_accounts(request: Request) -> Response:
        if not room.accounts.count():
            return pages.show(request, "accounts/first", trouble="", name=current_user(request), shortest=SHORTEST)
        return page(pages, request)

    @routes.post("/accounts/invite")
    def invite(
        request: Request,
        name: Sent = "",
        email: Sent = "",
        role: Annotated[Role, Form()] = Role.EDITOR,
    ) -> Response:
        if not has_second_factor(request):
            return second_factor_first(pages, request, "accounts.second_factor_first")
        typed = {"name": name, "email": email, "role": role}
        if trouble := wrong_person(name, email):
            return page(pages, request, trouble, typed)
        if room.accounts.find(name) or (email.strip() and room.accounts.find(email)):
            return page(pages, request, "accounts.taken", typed)
        details = {"role": role.value, **({"email": email.strip()} if email.strip() else {})}
        pages.audit(request, "account.invited", name.strip(), **details)
        try:
            account = room.accounts.add(name, role, email, current_user(request))
        except NameTakenError:
            return page(pages, request, "accounts.taken", typed)
        return show_invitation(pages, request, account)

    @routes.post("/accounts/link")
    def link(request: Request, id: SentId = "") -> Response:
        account, refusal = other_account(pages, request, id)
        if account is None:
            return refusal
        pages.audit(request, "account.new_link", account.name)
        return show_invitation(pages, request, account)


def changing(routes: APIRouter, pages: Pages) -> None:
    """Adds `/accounts/role`, `/accounts/disable` and `/accounts/enable`."""
    accounts, sessions = pages.room.accounts, pages.room.sessions

    @routes.post("/accounts/role")
    def change_role(request: Request, id: SentId = "", role: Annotated[Role, Form()] = Role.EDITOR) -> Response:
        def change(account: Account) -> str:
            if account.role is role:
                return UNCHANGED
            pages.audit(request, "account.role_changed", account.name, role=role.value, before=account.role.value)
            accounts.set_role(account.id, role)
            return "accounts.role_changed"

        return change_account(pages, request, id, change)

    @routes.post("/accounts/disable")
    def disable(request: Request, id: SentId = "") -> Response:
        def change(account: Account) -> str:
            pages.audit(request, "account.disabled", account.name)
            accounts.disable(account.id)
            sessions.sign_out_account(account.id)
            return "accounts.disabled"

        answer = change_account(pages, request, id, change)
        tell_of_keys(pages, request, id)
        return answer

    @routes.post("/accounts/enable")
    def enable(request: Request, id: SentId = "") -> Response:
        def change(account: Account) -> str:
            pages.audit(request, "account.enabled", account.name)
            accounts.enable(account.id)
            return "accounts.enabled"

        return change_account(pages, request, id, change)


def releasing(routes: APIRouter, pages: Pages) -> None:
    """Adds `/accounts/release`, which ends the wait after failed sign-ins."""
    room = pages.room

    @routes.post("/accounts/release")
    def release(request: Request, id: SentId = "") -> Response:
        if not has_second_factor(request):
            return second_factor_first(pages, request, "accounts.second_factor_first")
        held = next((each for each in list_held_sign_ins(room) if str(each.entry.id) == id), None)
        if held:
            pages.audit(request, "sign_in.released", held.entry.subject, **held.entry.details)
            release_sign_ins(room, held)
        pages.flash(request, "accounts.released" if held else "accounts.not_held")
        return redirect(request, "accounts")


def tell_of_keys(pages: Pages, request: Request, identity: str) -> None:
    """Says which keys a disabled person has made: they go on working."""
    account = pages.room.accounts.one(identity)
    if account is None or account.is_enabled:
        return
    keys = pages.room.records.api_keys.read_all()
    former = find_orphaned(keys, [account])
    if names := [each.name for each in keys if each.id in former]:
        pages.flash(request, "accounts.disabled_with_keys", "note", name=account.name, keys=", ".join(names))


def change_account(pages: Pages, request: Request, identity: str, change: Callable[[Account], str]) -> Response:
    """Makes a change of a colleague's account, and leads back to the list.

    `change` returns the key of what it has done.
    """
    account, refusal = other_account(pages, request, identity)
    if account is None:
        return refusal
    done = change(account)
    pages.flash(request, done, "note" if done == UNCHANGED else "done", name=account.name)
    return redirect(request, "accounts")


def other_account(pages: Pages, request: Request, identity: str) -> tuple[Account | None, Response]:
    """Returns a colleague's account; None with a response if it may not be changed.

    People cannot change their own accounts here, so one administrator always remains.
    """
    person, back = person_of(request), redirect(request, "accounts")
    if not has_second_factor(request):
        return None, second_factor_first(pages, request, "accounts.second_factor_first")
    account = pages.room.accounts.one(identity)
    if account is None or person is None:
        return None, back
    if account.id == person.account:
        pages.flash(request, "accounts.not_yourself", "trouble")
        return None, back
    return account, back


def show_invitation(pages: Pages, request: Request, account: Account) -> Response:
    """Shows an invitation link once, and sends it by e-mail if possible."""
    address = invitation_address(pages.room, request, invite_again(pages.room.records, account))
    sent = send_invitation(pages.room, request, account, address)
    return pages.show(request, "accounts/invited", account=account, address=address, days=INVITED_DAYS, sent=sent)


def page(pages: Pages, request: Request, trouble: str = "", typed: dict[str, str] | None = None) -> Response:
    """Renders the list with the form of an invitation."""
    return pages.show(
        request,
        "accounts/list",
        422 if trouble else 200,
        accounts=pages.room.accounts.read_all(),
        days=INVITED_DAYS,
        held=[each.entry for each in list_held_sign_ins(pages.room)],
        limits={"tries": TRIES, "minutes": round(SECONDS / 60), "most": MOST_OF_PLACE},
        me=person_of(request),
        roles=tuple(Role),
        trouble=trouble,
        typed=typed or {"name": "", "email": "", "role": Role.EDITOR},
    )
