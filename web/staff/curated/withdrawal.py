"""Withdrawal of curated answers: they are ended or deleted, and restored."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from records import CuratedAnswer
from records.models import now
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import report_withdrawal, settle_withdrawal, why_not_back
from web.staff.curated.listing import redirect_missing, to_details
from web.staff.form_types import SentId
from web.staff.pages import Pages, Undo, current_user, redirect

LATELY = 30
"""Days over which the uses of an answer are counted before it is withdrawn."""


def add_withdrawal(routes: APIRouter, pages: Pages) -> None:
    """Adds `/curated/end` and `/delete`, which ask before, and `/restore`."""
    answers = pages.room.records.curated

    @routes.post("/curated/end")
    def end(request: Request, id: SentId = "", confirmed: SentId = "") -> Response:
        if (answer := answers.one(id)) is None:
            return redirect_missing(pages, request)
        if confirmed != version_of(answer):
            return ask(pages, request, answer, "end")
        pages.audit(request, "answer.ended", answer.question, before=str(answer.until))
        answers.end(id, date.today() - timedelta(days=1), current_user(request))
        report_withdrawal(pages, request, answer.question, {"id": id, "until": str(answer.until)})
        pages.flash(request, "curated.ended", question=answer.question)
        return redirect(request, "curated")

    @routes.post("/curated/delete")
    def delete(request: Request, id: SentId = "", confirmed: SentId = "") -> Response:
        if (answer := answers.one(id)) is None:
            return redirect_missing(pages, request)
        if confirmed != version_of(answer):
            return ask(pages, request, answer, "delete")
        pages.audit(request, "answer.deleted", answer.question, **to_details(answer))
        answers.delete(id)
        report_withdrawal(pages, request, answer.question, {"id": id})
        pages.flash(request, "curated.deleted", undo=Undo("curated/restore", {"id": id}), question=answer.question)
        return redirect(request, "curated")

    @routes.post("/curated/restore")
    def restore(request: Request, id: SentId = "") -> Response:
        if (answer := answers.find_deleted(id)) is None:
            return redirect_missing(pages, request)
        deletions = pages.room.audit.entries(("answer.deleted",), answer.question, 1)
        if refusal := why_not_back(pages, request, deletions[0].who if deletions else ""):
            pages.flash(request, refusal, "trouble")
            return redirect(request, "curated")
        pages.audit(request, "answer.restored", answer.question)
        answers.restore(id)
        settle_withdrawal(pages, {"id": id})
        pages.flash(request, "curated.restored")
        return redirect(request, "curated")


def version_of(answer: CuratedAnswer) -> str:
    """Returns what proves that this version of an answer was shown."""
    return answer.changed_at.isoformat()


def ask(pages: Pages, request: Request, answer: CuratedAnswer, what: Literal["end", "delete"]) -> Response:
    """Renders what would disappear, without a change."""
    return pages.show(
        request,
        "curated/withdraw",
        answer=answer,
        confirmed=version_of(answer),
        days=LATELY,
        is_reported=is_approval_needed(pages.room),
        uses=pages.room.records.curated.uses(now() - timedelta(days=LATELY)).get(answer.id, 0),
        what=what,
    )
