"""Drafts of every kind: what they change now, and making that public."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from ingest.corrections.edit import by_lines
from records import Draft, DraftKind
from web.sources.viewer import fingerprint
from web.staff.approvals.answers import Rewritten, publish_answer, rewritten
from web.staff.approvals.corrections import publish_correction, wish_of
from web.staff.approvals.details import plan_of, publish_details
from web.staff.documents.bulk_plan import Plan
from web.staff.documents.form import applied
from web.staff.inspect.change_preview import Rewording
from web.staff.pages import Pages, language_of

Change = Rewording | Rewritten | Plan
Filled = tuple[str, Mapping[str, object]]
"""The address that renders a form, and the fields with which it is filled in."""


def change_of(pages: Pages, request: Request, draft: Draft) -> Change | None:
    """Returns what a draft changes now; None if what it was written for has changed."""
    if draft.kind is DraftKind.DETAILS:
        return plan_of(pages, request, draft)
    return wish_of(pages.room, draft) if draft.kind is DraftKind.CORRECTION else rewritten(pages.room, draft)


def seal_of(draft: Draft, change: Change | None) -> str:
    """Returns a fingerprint of a change; sent back, it proves that it was shown."""
    if isinstance(change, Rewording | Plan):
        return fingerprint(f"{draft.id} {change.seal}")
    return fingerprint(f"{draft.id} {change.earlier.changed_at if change and change.earlier else ''}")


def publish(pages: Pages, request: Request, draft: Draft, change: Change | None) -> str:
    """Makes a draft public. Returns the key of the error; empty if it is done."""
    if isinstance(change, Rewording):
        return publish_correction(pages, request, draft, change)
    if isinstance(change, Plan):
        return publish_details(pages, request, change)
    return publish_answer(pages, request, draft, change) if change else "approvals.stale"


def form_of(request: Request, draft: Draft, change: Change | None) -> Filled | None:
    """Returns address and fields of the form that reopens a draft for its author.

    None if the draft is outdated, or changes several documents.
    """
    if isinstance(change, Rewording):
        text = by_lines(change.seen.lines, change.text) if change.seen.lines else change.text
        return "folder/inside/correct", {**draft.content, "source": draft.subject, "text": text, "then": "edit"}
    if isinstance(change, Rewritten):
        return "curated/check", draft.content
    if change is None or len(change.documents) != 1:
        return None
    (only,) = change.documents
    typed = applied(only.current.form, only.found, language_of(request))
    given = {"source": only.source, "digest": only.current.digest, "nothing": sorted(typed.nothing), "back": "back"}
    return "folder/edit", {**typed.typed, **given}
