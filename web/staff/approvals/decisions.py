"""Decisions on drafts: approve, return with a reason, send again, discard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from records import Draft, DraftKind
from web.staff.approval_rules import draft_of, why_not
from web.staff.approvals.drafts import change_of, on_present, publish, seal_of
from web.staff.form_types import SentId, tidy_text
from web.staff.pages import Pages, current_user, redirect

Reason = Annotated[str, BeforeValidator(tidy_text), Form(max_length=1_000)]


def add_decisions(routes: APIRouter, pages: Pages) -> None:
    """Adds `/approvals/approve`, `/return`, `/again`, `/take-over` and `/discard`."""
    approving(routes, pages)
    sending_back(routes, pages)
    taking_over(routes, pages)

    @routes.post("/approvals/discard")
    def discard(request: Request, id: SentId = "", reason: Reason = "") -> RedirectResponse:
        """Discards a draft: an author's own one, or with a reason as an approver."""

        def try_discard(draft: Draft) -> str:
            is_own, why = draft.who == current_user(request), reason.strip()
            if not is_own and (refusal := why_not(request, draft.who) or ("" if why else "approvals.needs_reason")):
                return refusal
            details = {"kind": draft.kind.value, "author": draft.who} | ({"reason": why} if why else {})
            pages.audit(request, "draft.discarded", draft.subject, **details)
            pages.room.records.drafts.take(draft.id)
            return ""

        return decide(pages, request, id, try_discard, "approvals.discarded")


def approving(routes: APIRouter, pages: Pages) -> None:
    """Adds `/approvals/approve`, which publishes a draft as it was shown."""

    @routes.post("/approvals/approve")
    def approve(request: Request, id: SentId = "", seen: SentId = "") -> RedirectResponse:
        def try_publish(draft: Draft) -> str:
            change = change_of(pages, request, draft)
            trouble = why_not(request, draft.who)
            if not trouble and (draft.returned or seen != seal_of(draft, change)):
                trouble = "approvals.look_first"
            if not (trouble := trouble or publish(pages, request, draft, change)):
                pages.room.records.drafts.take(draft.id)
            return trouble

        return decide(pages, request, id, try_publish, "approvals.published")


def sending_back(routes: APIRouter, pages: Pages) -> None:
    """Adds `/approvals/return`, and `/approvals/again` for the author of a draft."""
    drafts = pages.room.records.drafts

    @routes.post("/approvals/return")
    def give_back(request: Request, id: SentId = "", reason: Reason = "") -> RedirectResponse:
        def try_return(draft: Draft) -> str:
            why = reason.strip()
            if refusal := why_not(request, draft.who) or ("" if why else "approvals.needs_reason"):
                return refusal
            details = {"kind": draft.kind.value, "author": draft.who, "reason": why}
            pages.audit(request, "draft.returned", draft.subject, **details)
            drafts.give_back(draft.id, why, current_user(request))
            return ""

        return decide(pages, request, id, try_return, "approvals.returned")

    @routes.post("/approvals/again")
    def send_again(request: Request, id: SentId = "") -> RedirectResponse:
        def try_resend(draft: Draft) -> str:
            change = change_of(pages, request, draft)
            newest = on_present(draft, change)
            if draft.who != current_user(request) or not (draft.returned or newest != draft):
                return "approvals.not_yours"
            if newest is None:
                return "approvals.stale"
            pages.audit(request, "draft.sent", draft.subject, kind=draft.kind.value)
            drafts.send_again(newest)
            return ""

        return decide(pages, request, id, try_resend, "approvals.sent_again")


def taking_over(routes: APIRouter, pages: Pages) -> None:
    """Adds `/approvals/take-over`: an approver becomes the author of a draft."""

    @routes.post("/approvals/take-over")
    def take_over(request: Request, id: SentId = "") -> RedirectResponse:
        def try_taking(draft: Draft) -> str:
            if refusal := why_not(request, draft.who) or ("" if draft.returned else "approvals.not_returned"):
                return refusal
            pages.audit(request, "draft.taken_over", draft.subject, kind=draft.kind.value, author=draft.who)
            own = draft_of(request, draft.kind, draft.subject, draft.content)
            pages.room.records.drafts.hand_over(draft.id, own.who, own.account)
            return ""

        return decide(pages, request, id, try_taking, "approvals.taken_over")


def decide(
    pages: Pages, request: Request, draft_id: str, attempt: Callable[[Draft], str], done: str
) -> RedirectResponse:
    """Applies `attempt` to a draft; it returns the key of an error, empty on success.

    Redirects to the list, or back to the draft after an error.
    One decision at a time: a draft that its author discards is not published meanwhile.
    """
    with pages.room.changing:
        draft = pages.room.records.drafts.one(draft_id)
        if draft is None or draft.kind is DraftKind.WITHDRAWAL:
            return redirect_missing(pages, request)
        if trouble := attempt(draft):
            pages.flash(request, trouble, "trouble", name=draft.who)
            return redirect(request, f"approvals/draft?id={draft_id}")
    pages.flash(request, done, subject=draft.subject, name=draft.who)
    return redirect(request, "approvals")


def redirect_missing(pages: Pages, request: Request) -> RedirectResponse:
    """Redirects to the list, with a message that the draft is gone."""
    pages.flash(request, "approvals.gone", "note")
    return redirect(request, "approvals")
