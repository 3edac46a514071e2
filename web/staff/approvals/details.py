"""Changes of metadata as drafts: their current effect, and their publication."""

from __future__ import annotations

from dataclasses import replace

from fastapi import HTTPException, Request

from ingest.metadata.write_front_matter import draft as drafted
from ingest.metadata.write_front_matter import value_in_force
from records import Draft
from web.staff.documents.bulk_plan import REFUSALS, Plan, foresee_plan
from web.staff.documents.change import DetailChange, Now, now_of, save
from web.staff.documents.form import Changes, apply_changes, changes
from web.staff.documents.held import list_held_changes
from web.staff.documents.validity_preview import Drafts
from web.staff.pages import Pages, language_of


def plan_of(pages: Pages, request: Request, draft: Draft) -> Plan | None:
    """Returns the changes of a draft to the files as they are.

    Documents that already have the new values are no change: an approval that was interrupted continues.
    None if each document is gone or cannot be changed.
    """
    plan, drafts = Plan(), dict[str, Drafts]()
    for source, digest, found in list_held_changes(draft):
        try:
            current = now_of(request, pages, source)
            if is_in_place(current, found, language_of(request)):
                plan.done.append(source)
                continue
            drafts[source] = value_in_force(current.path), drafted(current.path, found.values, found.without)
        except (HTTPException, *REFUSALS):
            plan.is_stale = True
            continue
        plan.is_stale |= current.digest != digest
        plan.documents.append(DetailChange(current, found, author=draft.who))
    foresee_plan(plan, pages.room.index, drafts)
    return plan if plan.documents or plan.done else None


def publish_details(pages: Pages, request: Request, plan: Plan) -> str:
    """Logs and writes each change; returns the key of the error, empty on success.

    Changes written before an error stay; the draft then shows those documents as done, and changes the others.
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
    return not any(changes(current.form, apply_changes(current.form, found, language)).names())
