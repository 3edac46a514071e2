"""Approvals: drafts of colleagues beside the public version, for a second person."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from records import AuditEntry, Draft, DraftKind
from web.markdown import document_html
from web.staff.approval_needed import has_two_people, is_approval_needed
from web.staff.approval_rules import whose_turn, why_not
from web.staff.approvals.answers import Rewritten
from web.staff.approvals.decisions import add_decisions, redirect_missing
from web.staff.approvals.drafts import Change, change_of, form_of, on_present, seal_of, texts_of_missing
from web.staff.approvals.tasks import name_draft, name_upload, own_tasks, waiting_uploads
from web.staff.approvals.unseen_files import add_seen, unseen_tasks
from web.staff.approvals.withdrawals import add_withdrawals, show_withdrawal
from web.staff.documents.bulk_plan import Plan
from web.staff.documents.validity_confirmation import pairs, words_of
from web.staff.form_types import Id
from web.staff.pages import Pages, current_user, language_of

NOT_MADE = ("draft.returned", "draft.discarded", "upload.returned", "upload.discarded")
"""Audit actions of refusals by approvers."""
LATELY = 10
"""Number of refusals that are listed."""


def router(pages: Pages) -> APIRouter:
    """Routes `/approvals`, `/approvals/draft`, and the decisions; see `add_decisions`."""
    routes = APIRouter()
    drafts = pages.room.records.drafts
    pages.optional["approvals"] = lambda: is_approval_needed(pages.room) or drafts.count() > 0
    pages.counts["approvals"] = lambda request: len(own_tasks(pages, request))
    pages.tasks += [partial(own_tasks, pages), partial(unseen_tasks, pages)]
    showing(routes, pages)
    add_decisions(routes, pages)
    add_withdrawals(routes, pages)
    add_seen(routes, pages)
    return routes


def showing(routes: APIRouter, pages: Pages) -> None:
    """Adds `/approvals`, the list, and `/approvals/draft`, one draft."""
    drafts = pages.room.records.drafts

    @routes.get("/approvals")
    def show_approvals(request: Request) -> Response:
        return pages.show(
            request,
            "approvals/list",
            drafts=drafts.read_all(),
            turn=partial(whose_turn, pages, request),
            is_needed=is_approval_needed(pages.room),
            is_possible=has_two_people(pages.room),
            refused=list_latest_refusals(pages),
            uploads=waiting_uploads(pages.room),
            name_draft=partial(name_draft, pages.room),
            name_upload=name_upload,
        )

    @routes.get("/approvals/draft")
    def show_draft(request: Request, id: Annotated[Id, Query()] = "") -> Response:
        draft = drafts.one(id)
        if draft is None:
            return redirect_missing(pages, request)
        if draft.kind is DraftKind.WITHDRAWAL:
            return show_withdrawal(pages, request, draft)
        change = change_of(pages, request, draft)
        return pages.show(
            request,
            "approvals/draft",
            draft=draft,
            change=change,
            document_html=document_html,
            form=find_filled_form(request, draft, change),
            is_new=isinstance(change, Rewritten) and change.earlier is None,
            is_own=draft.who == current_user(request),
            is_stale=change is None or change.is_stale,
            kind=draft.kind.value,
            may_send_again=on_present(draft, change) is not None,
            missing=texts_of_missing(draft, change, language_of(request)),
            refusal=why_not(request, draft.who),
            rows=[(each.source, each.rows(language_of(request))) for each in change.documents]
            if isinstance(change, Plan)
            else [],
            seen=seal_of(draft, change),
            title=name_draft(pages.room, draft),
            **words_of(request, pages),
        )


def find_filled_form(request: Request, draft: Draft, change: Change | None) -> tuple[str, list[tuple[str, str]]] | None:
    """Returns address and fields of the form in which its author goes on with a draft.

    None unless the person wrote it; also without a form.
    """
    found = form_of(request, draft, change) if draft.who == current_user(request) else None
    return (found[0], [pair for name, value in found[1].items() for pair in pairs(name, value)]) if found else None


def list_latest_refusals(pages: Pages) -> list[AuditEntry]:
    """Returns the latest refusals with reasons, latest first."""
    entries = pages.room.audit.entries(NOT_MADE, limit=5 * LATELY)
    return [each for each in entries if each.details.get("reason")][:LATELY]
