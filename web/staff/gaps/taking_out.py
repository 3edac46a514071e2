"""Questions that a clerk takes out of a gap's group, and puts back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from bot.diagnostics.knowledge_gaps import standalone_question
from web.staff.form_types import Period
from web.staff.gaps.search import DAYS, Grouping
from web.staff.pages import Pages, Undo, redirect


def add_taking_out(routes: APIRouter, pages: Pages, grouping: Grouping) -> None:
    """Adds `/gaps/HANDLE/apart` and `/together`, by the handle of a question."""
    gaps = pages.room.records.gaps

    def move(request: Request, handle: str, days: int, is_apart: bool) -> str:
        """Moves all questions of this wording; returns the handle of the gap to show next."""
        gap = grouping.search(days).gap(handle)
        if gap is None:
            pages.flash(request, "gaps.gone", "trouble")
            return ""
        asked = [each.exchange for each in gap.questions]
        text = next(standalone_question(each) for each in asked if each.handle == handle)
        moved = [each for each in asked if standalone_question(each) == text]
        rest = [each for each in asked if each not in moved]
        pages.audit(request, "gap.split" if is_apart else "gap.joined", handle, questions=str(len(moved)))
        gaps.set_apart([each.id for each in moved], is_apart)
        grouping.forget()
        return rest[0].handle if rest else handle

    @routes.post("/gaps/{handle}/apart")
    def take_out(request: Request, handle: str, days: Period = DAYS) -> RedirectResponse:
        """Leads back to the gap that the question left."""
        if left := move(request, handle, days, True):
            pages.flash(request, "gaps.split", undo=Undo(f"gaps/{handle}/together", {"days": str(days)}))
        return redirect(request, f"gaps/{left}?days={days}" if left else "gaps")

    @routes.post("/gaps/{handle}/together")
    def put_back(request: Request, handle: str, days: Period = DAYS) -> RedirectResponse:
        if left := move(request, handle, days, False):
            pages.flash(request, "gaps.joined")
        return redirect(request, f"gaps/{left}?days={days}" if left else "gaps")
