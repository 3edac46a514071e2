"""When a change needs approval, and who may approve it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from records import Draft, DraftKind, Role
from web.staff.context import StaffContext
from web.staff.pages import Pages, person_of, who

ENOUGH = 2
"""Accounts in use from which on changes need approval, unless the setting says otherwise."""


def is_approval_needed(room: StaffContext) -> bool:
    """True if changes wait for a second person: by the setting, or once two accounts are in use."""
    if room.settings.approval != "auto":
        return room.settings.approval == "on"
    return sum(each.is_enabled and each.is_used for each in room.accounts.all()) >= ENOUGH


def why_not(request: Request, author: str) -> str:
    """Returns the key of the reason why the signed-in person may not approve; empty if she may."""
    person = person_of(request)
    if person is None or not person.role.includes(Role.APPROVER):
        return "approvals.needs_approver"
    return "approvals.own" if who(request) == author else ""


def hold(pages: Pages, request: Request, kind: DraftKind, subject: str, content: Mapping[str, str]) -> None:
    """Keeps a change as a draft, with an entry in the audit log, and tells its author."""
    person = person_of(request)
    pages.audit(request, "draft.sent", subject, kind=kind.value)
    draft = Draft(kind, subject, content, who(request), person.account if person else "")
    pages.room.records.drafts.add(draft)
    pages.flash(request, "approvals.held", "note")
