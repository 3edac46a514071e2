"""Drafts of every kind: what they change now, and making that public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request

from ingest.corrections.edit import by_lines
from records import Draft, DraftKind
from web.sources.viewer import fingerprint
from web.staff.approvals.answers import Rewritten, publish_answer, rewritten
from web.staff.approvals.corrections import publish_correction, wish_of
from web.staff.approvals.details import plan_of, publish_details
from web.staff.documents.bulk_plan import Plan
from web.staff.documents.form import Changes, apply_changes, as_typed
from web.staff.documents.held import content_of, list_held_changes
from web.staff.i18n import words
from web.staff.inspect.change_preview import Rewording
from web.staff.pages import Pages, language_of

Change = Rewording | Rewritten | Plan
Filled = tuple[str, Mapping[str, object]]
"""The address that renders a form, and the fields with which it is filled in."""


def change_of(pages: Pages, request: Request, draft: Draft) -> Change | None:
    """Returns what a draft changes now.

    None if the page or all documents for which it was written are gone or cannot be changed.
    """
    if draft.kind is DraftKind.DETAILS:
        return plan_of(pages, request, draft)
    return wish_of(pages.room, draft) if draft.kind is DraftKind.CORRECTION else rewritten(pages.room, draft)


def seal_of(draft: Draft, change: Change | None) -> str:
    """Returns a fingerprint of a change; sent back, it proves that it was shown."""
    if isinstance(change, Rewording | Plan):
        return fingerprint(f"{draft.id} {change.seal}")
    rivals = " ".join(sorted(each.answer.id for each in change.rivals)) if change else ""
    return fingerprint(f"{draft.id} {change.earlier.changed_at if change and change.earlier else ''} {rivals}")


def publish(pages: Pages, request: Request, draft: Draft, change: Change | None) -> str:
    """Makes a draft public. Returns the key of the error; empty if it is done."""
    if change is None or change.is_stale:
        return "approvals.stale"
    if isinstance(change, Rewording):
        return publish_correction(pages, request, draft, change)
    if isinstance(change, Plan):
        return publish_details(pages, request, change)
    return publish_answer(pages, request, draft, change)


def form_of(request: Request, draft: Draft, change: Change | None) -> Filled | None:
    """Returns address and fields of the form that opens a draft over the new version.

    None if what it changes is gone, or is several documents.
    """
    if isinstance(change, Rewording):
        text = by_lines(change.seen.lines, change.text) if change.seen.lines else change.text
        fields = {"source": draft.subject, "text": text, "then": "edit", "instead": draft.id}
        return "folder/inside/correct", {**draft.content, **fields}
    if isinstance(change, Rewritten):
        fields = {"id": change.typed.id, "changed_at": change.typed.changed_at, "instead": draft.id}
        return "curated/check", {**draft.content, **fields}
    if change is None or len(change.documents) != 1:
        return None
    (only,) = change.documents
    typed = apply_changes(only.current.form, only.found, language_of(request))
    known = {"source": only.source, "digest": only.current.digest, "nothing": sorted(typed.nothing)}
    return "folder/edit", {**typed.typed, **known, "back": "back", "instead": draft.id}


def on_present(draft: Draft, change: Change | None) -> Draft | None:
    """Returns a draft for the present version of what it changes.

    The values of details fit as they are.
    None if what it changes is gone, or if its author must rewrite it.
    """
    if change is None:
        return None
    if not change.is_stale:
        return draft
    if isinstance(change, Plan) and change.documents:
        return replace(draft, content=content_of(change.documents))
    return None


def texts_of_missing(draft: Draft, change: Change | None, language: str) -> list[tuple[str, str]]:
    """Returns `(source, text)` of the changes to pages and documents that are gone."""
    if draft.kind is DraftKind.CORRECTION:
        return [] if change else [(draft.subject, draft.content["text"])]
    if draft.kind is DraftKind.ANSWER:
        return []
    there = [*change.done, *(each.source for each in change.documents)] if isinstance(change, Plan) else []
    return [
        (source, spell_changes(found, language)) for source, _, found in list_held_changes(draft) if source not in there
    ]


def spell_changes(found: Changes, language: str) -> str:
    """Returns changed fields as lines of text."""
    values = {name: as_typed(name, found.values[name], language) for name in found.names() if name in found.values}
    lines = {name: values.get(name, "") or "—" for name in found.names()}
    return "\n".join(f"{words(language)[f'documents.key.{name}']}: {text}" for name, text in lines.items())
