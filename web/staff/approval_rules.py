"""Rules of approval: permitted approvers, and drafts kept until approval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from fastapi import Request

from records import Draft, DraftKind, Role
from web.staff.approval_needed import is_approval_needed
from web.staff.form_types import DraftFields
from web.staff.pages import Pages, current_user, person_of

Turn = Literal["decide", "returned", "author", "colleague"]
"""Person who acts next: this one (to decide, or with it returned), its author, or a colleague who may approve."""


def why_not(request: Request, author: str) -> str:
    """Returns the key of the reason against approving; empty if the person may.

    A name typed next to the shared password proves nothing: people who know the password could approve their own work.
    """
    person = person_of(request)
    if person is not None and not person.account:
        return "approvals.needs_accounts"
    if person is None or not person.role.includes(Role.APPROVER):
        return "approvals.needs_approver"
    return "approvals.own" if current_user(request) == author else ""


def whose_turn(pages: Pages, request: Request, author: str, returned: str) -> Turn:
    """Returns who acts next on a draft or file, as this person sees it.

    What was returned to somebody whose account is disabled waits for an approver's decision.
    """
    if returned and author == current_user(request):
        return "returned"
    account = pages.room.accounts.find(author) if returned else None
    if returned and (account is None or account.is_enabled):
        return "author"
    return "colleague" if why_not(request, author) else "decide"


def why_not_back(pages: Pages, request: Request, remover: str) -> str:
    """Returns the key of the reason against restoring what `remover` removed.

    Empty without approval, for approvers, and for the remover, who undoes a mishap: for all others, a restored item is
    a change that needs a second person.
    """
    person = person_of(request)
    is_undo = not is_approval_needed(pages.room) or current_user(request) == remover
    return "" if is_undo or (person and person.role.includes(Role.APPROVER)) else "approvals.needs_approver"


def may_bring_back(pages: Pages, request: Request) -> Callable[[str], bool]:
    """Returns a predicate: may the signed-in person restore what this remover removed."""
    return lambda remover: not why_not_back(pages, request, remover)


def draft_of(request: Request, kind: DraftKind, subject: str, content: Mapping[str, str]) -> Draft:
    """Returns a change as a draft of the signed-in person."""
    person = person_of(request)
    return Draft(kind, subject, content, current_user(request), person.account if person else "")


def others_on(pages: Pages, draft: Draft, instead: str = "") -> list[Draft]:
    """Returns the other drafts on what a draft changes, also those of its author.

    The one with the id `instead` is left out: the draft takes its place.
    """
    waiting = pages.room.records.drafts.read_all()
    return [each for each in waiting if each.id not in (draft.id, instead) and each.thing == draft.thing]


def is_news(others: Iterable[Draft], sent: DraftFields) -> bool:
    """True if the page that was sent has not named one of these drafts."""
    return any(each.id not in sent.beside for each in others)


def hold(pages: Pages, request: Request, draft: Draft, instead: str = "") -> None:
    """Keeps a draft, logs it and notifies its author; refuses large ones.

    It replaces the author's draft with the id `instead`, and no other one: the author is told if another one waits. One
    that says the same as another is not kept.
    """
    drafts, others = pages.room.records.drafts, others_on(pages, draft, instead)
    if not draft.is_storable:
        return pages.flash(request, "approvals.too_large", "trouble")
    if any(each.content == draft.content and not each.returned for each in others):
        return pages.flash(request, "approvals.held_already", "note")
    pages.audit(request, "draft.sent", draft.subject, kind=draft.kind.value)
    drafts.add(draft)
    replaced = drafts.one(instead)
    if replaced and (replaced.who, replaced.kind) == (draft.who, draft.kind):
        drafts.take(instead)
    return pages.flash(request, "approvals.held_beside" if others else "approvals.held", "note")


def report_withdrawal(pages: Pages, request: Request, subject: str, content: Mapping[str, str]) -> None:
    """Keeps a withdrawal that was just made, for an approver to confirm or undo."""
    if is_approval_needed(pages.room):
        person = person_of(request)
        account = person.account if person else ""
        pages.room.records.drafts.add(Draft(DraftKind.WITHDRAWAL, subject, content, current_user(request), account))


def settle_withdrawal(pages: Pages, content: Mapping[str, str]) -> None:
    """Forgets the report of a withdrawal that was undone."""
    drafts = pages.room.records.drafts
    for each in drafts.read_all():
        if each.kind is DraftKind.WITHDRAWAL and each.content == content:
            drafts.take(each.id)
