"""Withdrawals, which are in force already: an approver confirms or undoes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ingest.uploads.trash import NotInTrashError, PathTakenError
from records import Draft, DraftKind
from web.staff.approval_rules import why_not
from web.staff.context import StaffContext
from web.staff.documents.validity_preview import foresee_back, shift_details
from web.staff.form_types import SentId
from web.staff.pages import Pages, current_user, redirect


def add_withdrawals(routes: APIRouter, pages: Pages) -> None:
    """Adds `/approvals/confirm` and `/approvals/undo`."""

    @routes.post("/approvals/confirm")
    def confirm(request: Request, id: SentId = "") -> RedirectResponse:
        def try_confirm(draft: Draft) -> str:
            if refusal := why_not(request, draft.who):
                return refusal
            pages.audit(request, "withdrawal.confirmed", draft.subject, author=draft.who)
            return ""

        return settle(pages, request, id, try_confirm, "approvals.confirmed")

    @routes.post("/approvals/undo")
    def undo(request: Request, id: SentId = "") -> RedirectResponse:
        def try_undo(draft: Draft) -> str:
            is_own = draft.who == current_user(request)
            return ("" if is_own else why_not(request, draft.who)) or undo_withdrawal(pages, request, draft)

        return settle(pages, request, id, try_undo, "approvals.undone")


def settle(
    pages: Pages, request: Request, draft_id: str, attempt: Callable[[Draft], str], done: str
) -> RedirectResponse:
    """Applies `attempt` to a withdrawal.

    It returns the key of an error, empty on success.
    """
    drafts = pages.room.records.drafts
    with pages.room.changing:
        draft = drafts.one(draft_id)
        if draft is None or draft.kind is not DraftKind.WITHDRAWAL:
            pages.flash(request, "approvals.gone", "note")
        elif trouble := attempt(draft):
            pages.flash(request, trouble, "trouble", name=draft.who)
            return redirect(request, f"approvals/draft?id={draft_id}")
        else:
            drafts.take(draft_id)
            pages.flash(request, done, subject=draft.subject)
    return redirect(request, "approvals")


def show_withdrawal(pages: Pages, request: Request, draft: Draft) -> Response:
    """Renders what was public, with the decision."""
    is_own = draft.who == current_user(request)
    refusal = why_not(request, draft.who)
    return pages.show(
        request,
        "approvals/withdrawal",
        draft=draft,
        is_own=is_own,
        refusal=refusal,
        text=former_text(pages.room, draft),
    )


def former_text(room: StaffContext, draft: Draft) -> str:
    """Returns the text that was public; empty if it is gone for good."""
    kept, answers = draft.content, room.records.curated
    if "removed" in kept:
        try:
            return room.trash.text(room.trash.find(kept["removed"]))
        except NotInTrashError:
            return ""
    answer = answers.one(kept["id"]) or answers.find_deleted(kept["id"])
    return "\n".join(each.answer for each in answer.texts) if answer else ""


def undo_withdrawal(pages: Pages, request: Request, draft: Draft) -> str:
    """Makes a thing public again; returns the key of the error, empty on success."""
    kept = draft.content
    if "removed" in kept:
        return put_document_back(pages, request, kept["removed"])
    return renew_answer(pages, request, kept["id"], kept.get("until", ""))


def put_document_back(pages: Pages, request: Request, removed_id: str) -> str:
    """Restores a removed document; returns the key of the error, empty on success."""
    trash = pages.room.trash
    try:
        source = trash.find(removed_id).source
        shifts = foresee_back(trash, pages.room.index, removed_id, date.today())
        pages.audit(request, "document.put_back", source, **shift_details(source, shifts))
        trash.put_back(removed_id)
    except (NotInTrashError, PathTakenError):
        return "approvals.not_undone"
    except OSError:
        return "approvals.not_written"
    return ""


def renew_answer(pages: Pages, request: Request, identity: str, until: str) -> str:
    """Restores a deleted answer, or gives an ended one its last day (`until`) back."""
    answers, is_ended = pages.room.records.curated, bool(until)
    answer = answers.one(identity) if is_ended else answers.find_deleted(identity)
    if answer is None or (is_ended and answer.until >= date.today()):
        return "approvals.not_undone"
    pages.audit(request, "answer.renewed" if is_ended else "answer.restored", answer.question)
    if is_ended:
        answers.end(identity, date.fromisoformat(until), current_user(request))
    else:
        answers.restore(identity)
    return ""
