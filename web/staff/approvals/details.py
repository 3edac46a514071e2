"""Changes of details as drafts: what they would change now, and making them public."""

from __future__ import annotations

from dataclasses import replace

from fastapi import HTTPException, Request

from ingest.metadata.write_front_matter import draft as drafted
from ingest.metadata.write_front_matter import value_in_force
from records import Draft
from web.staff.documents.bulk_plan import REFUSALS, Plan, foresee_plan
from web.staff.documents.change import DetailChange, Now, now_of, save
from web.staff.documents.form import Changes, applied, changes
from web.staff.documents.held import held_changes
from web.staff.documents.validity_preview import Drafts
from web.staff.pages import Pages, language_of


def plan_of(pages: Pages, request: Request, draft: Draft) -> Plan | None:
    """Returns what a draft changes in each document; None if a file has changed since the draft was written.

    Documents that are already as they should become are no change: an approval that stopped half way goes on.
    """
    plan, drafts = Plan(), dict[str, Drafts]()
    for source, digest, found in held_changes(draft):
        try:
            current = now_of(request, pages, source)
            if is_in_place(current, found, language_of(request)):
                plan.done.append(source)
                continue
            drafts[source] = value_in_force(current.path), drafted(current.path, found.values, found.without)
        except (HTTPException, *REFUSALS):
            return None
        if current.digest != digest:
            return None
        plan.documents.append(DetailChange(current, found, author=draft.who))
    foresee_plan(plan, pages.room.index, drafts)
    return plan


def publish_details(pages: Pages, request: Request, plan: Plan) -> str:
    """Writes the audit entry and the change of each document. Returns the key of the error; empty if it is done.

    What was written before an error stays; the draft then shows which documents those are, and changes the others.
    """
    alone = len(plan.documents) == 1
    for each in plan.documents:
        try:
            save(request, pages, replace(each, shifts=plan.shifts) if alone else each)
        except REFUSALS:
            return "approvals.stopped"
    return ""


def is_in_place(current: Now, found: Changes, language: str) -> bool:
    """True if a change would change nothing in a file."""
    return not any(changes(current.form, applied(current.form, found, language)).names())
