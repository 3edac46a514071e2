"""Changes of details as drafts: what they would change now, and making them public."""

from __future__ import annotations

from dataclasses import replace

from fastapi import HTTPException, Request

from ingest.metadata.write_front_matter import draft as drafted
from ingest.metadata.write_front_matter import value_in_force
from records import Draft
from web.staff.documents.bulk_plan import REFUSALS, Plan, foresee_plan
from web.staff.documents.change import DetailChange, now_of, save
from web.staff.documents.held import held_changes
from web.staff.documents.validity_preview import Drafts
from web.staff.pages import Pages


def plan_of(pages: Pages, request: Request, draft: Draft) -> Plan | None:
    """Returns what a draft changes in each document; None if a file has changed since the draft was written."""
    plan, drafts = Plan(), dict[str, Drafts]()
    for source, digest, found in held_changes(draft):
        try:
            current = now_of(request, pages, source)
            drafts[source] = value_in_force(current.path), drafted(current.path, found.values, found.without)
        except (HTTPException, *REFUSALS):
            return None
        if current.digest != digest:
            return None
        plan.documents.append(DetailChange(current, found, author=draft.who))
    foresee_plan(plan, pages.room.index, drafts)
    return plan


def publish_details(pages: Pages, request: Request, plan: Plan) -> str:
    """Writes the audit entry and the change of each document. Returns the key of the error; empty if it is done."""
    alone = len(plan.documents) == 1
    for each in plan.documents:
        try:
            save(request, pages, replace(each, shifts=plan.shifts) if alone else each)
        except REFUSALS:
            return "approvals.not_written"
    return ""
