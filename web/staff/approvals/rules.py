"""Who may approve a change, and keeping it until then."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from records import Draft, DraftKind, Role
from web.staff.pages import Pages, person_of, who


def why_not(request: Request, author: str) -> str:
    """Returns the key of the reason why the signed-in person may not approve; empty if she may."""
    person = person_of(request)
    if person is None or not person.role.includes(Role.APPROVER):
        return "approvals.needs_approver"
    return "approvals.own" if who(request) == author else ""


def hold(pages: Pages, request: Request, kind: DraftKind, subject: str, content: Mapping[str, str]) -> None:
    """Keeps a change as a draft, with an entry in the audit log, and tells its author.

    It takes the place of a draft on the same thing that was returned to the author.
    """
    person, drafts = person_of(request), pages.room.records.drafts
    pages.audit(request, "draft.sent", subject, kind=kind.value)
    draft = Draft(kind, subject, content, who(request), person.account if person else "")
    drafts.add(draft)
    for each in drafts.all():
        if each.returned and (each.who, each.thing) == (draft.who, draft.thing):
            drafts.take(each.id)
    pages.flash(request, "approvals.held", "note")
