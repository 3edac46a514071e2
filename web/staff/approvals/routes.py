"""Approvals: what colleagues wrote, side by side with what is public; a second person makes it public."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from ingest.uploads.registry import Upload
from records import Draft, DraftKind
from web.sources.viewer import fingerprint
from web.staff.approvals.answers import Rewritten, publish_answer, rewritten
from web.staff.approvals.corrections import publish_correction, wish_of
from web.staff.approvals.needed import is_approval_needed
from web.staff.approvals.rules import why_not
from web.staff.context import StaffContext
from web.staff.documents.validity_confirmation import words_of
from web.staff.form_types import Id
from web.staff.inspect.change_preview import Rewording
from web.staff.pages import Pages, go, who

Change = Rewording | Rewritten
Sent = Annotated[Id, Form()]


def router(pages: Pages) -> APIRouter:
    """Routes `/approvals`, `/approvals/draft`, and the decisions `/approvals/approve` and `/approvals/discard`."""
    routes = APIRouter()
    drafts = pages.room.records.drafts
    pages.optional["approvals"] = lambda: is_approval_needed(pages.room) or bool(drafts.all())
    pages.counts["approvals"] = lambda: len(drafts.all()) + len(waiting_uploads(pages.room, only_if_open=True))
    showing(routes, pages)
    deciding(routes, pages)
    return routes


def showing(routes: APIRouter, pages: Pages) -> None:
    drafts = pages.room.records.drafts

    @routes.get("/approvals")
    def show_approvals(request: Request) -> Response:
        return pages.show(
            request,
            "approvals/list",
            drafts=drafts.all(),
            is_needed=is_approval_needed(pages.room),
            uploads=waiting_uploads(pages.room),
        )

    @routes.get("/approvals/draft")
    def show_draft(request: Request, id: Annotated[Id, Query()] = "") -> Response:
        draft = drafts.one(id)
        if draft is None:
            return gone(pages, request)
        change = change_of(pages.room, draft)
        return pages.show(
            request,
            "approvals/draft",
            draft=draft,
            change=change,
            is_own=draft.who == who(request),
            kind=draft.kind.value,
            refusal=why_not(request, draft.who),
            seen=seal_of(draft, change),
            **words_of(request, pages),
        )


def deciding(routes: APIRouter, pages: Pages) -> None:
    drafts = pages.room.records.drafts

    @routes.post("/approvals/approve")
    def approve(request: Request, id: Sent = "", seen: Sent = "") -> RedirectResponse:
        with pages.room.changing:
            draft = drafts.one(id)
            if draft is None:
                return gone(pages, request)
            change = change_of(pages.room, draft)
            trouble = why_not(request, draft.who)
            if not trouble and seen != seal_of(draft, change):
                trouble = "approvals.look_first"
            if trouble := trouble or publish(pages, request, draft, change):
                pages.flash(request, trouble, "trouble", name=draft.who)
                return go(request, f"approvals/draft?id={id}")
            drafts.take(id)
        pages.flash(request, "approvals.published", subject=draft.subject)
        return go(request, "approvals")

    @routes.post("/approvals/discard")
    def discard(request: Request, id: Sent = "") -> RedirectResponse:
        """An approver may discard every draft, its author the own one."""
        draft = drafts.one(id)
        if draft is None:
            return gone(pages, request)
        refusal = why_not(request, draft.who)
        if refusal == "approvals.needs_approver" and draft.who != who(request):
            pages.flash(request, refusal, "trouble")
            return go(request, f"approvals/draft?id={id}")
        pages.audit(request, "draft.discarded", draft.subject, kind=draft.kind.value, author=draft.who)
        drafts.take(id)
        pages.flash(request, "approvals.discarded", subject=draft.subject)
        return go(request, "approvals")


def waiting_uploads(room: StaffContext, only_if_open: bool = False) -> list[Upload]:
    """Returns the uploads that wait for a decision; none with `only_if_open` before the upload queue is used."""
    if only_if_open and room.arriving.opened is None:
        return []
    return [each for each in room.arriving.arrivals().all() if each.state == "clash"]


def change_of(room: StaffContext, draft: Draft) -> Change | None:
    """Returns what a draft changes now; None if what it was written for has changed."""
    return wish_of(room, draft) if draft.kind is DraftKind.CORRECTION else rewritten(room, draft)


def seal_of(draft: Draft, change: Change | None) -> str:
    """Returns what identifies a change as it was shown; sent back, it proves that the approver has seen it."""
    if isinstance(change, Rewording):
        return fingerprint(f"{draft.id} {change.seal}")
    return fingerprint(f"{draft.id} {change.earlier.changed_at if change and change.earlier else ''}")


def publish(pages: Pages, request: Request, draft: Draft, change: Change | None) -> str:
    """Makes a draft public. Returns the key of the error; empty if it is done."""
    if isinstance(change, Rewording):
        return publish_correction(pages, request, draft, change)
    return publish_answer(pages, request, draft, change) if change else "approvals.stale"


def gone(pages: Pages, request: Request) -> RedirectResponse:
    pages.flash(request, "approvals.gone", "note")
    return go(request, "approvals")
