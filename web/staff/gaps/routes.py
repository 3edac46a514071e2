"""Knowledge gaps: unanswered questions, grouped by meaning, closed or ignored."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator

from bot.diagnostics.knowledge_gaps import Gap, standalone_question
from records import GapNote, GapState
from web.markdown import document_html
from web.staff.context import StaffContext
from web.staff.form_types import Line, Period, Skip, Source, tidy_text
from web.staff.formatting import Formatter, passage_html
from web.staff.gaps.left_questions import add_wordings_left, find_left_questions, wordings_left
from web.staff.gaps.listed_questions import retest_listed
from web.staff.gaps.offered import list_offered
from web.staff.gaps.retest import Retests, Run
from web.staff.gaps.search import DAYS, Grouping, Search
from web.staff.gaps.taking_out import add_taking_out
from web.staff.pages import Pages, Undo, current_user, language_of, person_of, redirect

AT_ONCE = 20
NEAREST = 5
"""Nearest passages that are shown."""
LONGEST_REASON = 500

Days = Annotated[int, Query(ge=1, le=3_650)]
Reason = Annotated[str, BeforeValidator(tidy_text), Form(max_length=LONGEST_REASON)]
Shown = Literal["open", "closed", "ignored"]


def router(pages: Pages) -> APIRouter:
    """Routes `/gaps`, and `/gaps/HANDLE` for the gap of a question."""
    routes = APIRouter()
    grouping = Grouping(pages.room)
    asking = Retests(pages.room, grouping.forget)
    grouping.after = partial(retest_listed, pages.room, asking)
    pages.counts["gaps"] = lambda _: grouping.open_gaps()
    listing(routes, pages, grouping)
    one_gap(routes, pages, grouping, asking)
    asking_again(routes, pages, grouping, asking)
    deciding(routes, pages, grouping)
    add_wordings_left(routes, pages)
    add_taking_out(routes, pages, grouping)
    return routes


def listing(routes: APIRouter, pages: Pages, grouping: Grouping) -> None:
    """Adds `/gaps`, and `/gaps/found` with only the list."""

    def values(request: Request, days: int, shown: Shown, language: str, skip: int) -> dict[str, object]:
        search = grouping.search(days)
        wanted = [gap for gap in search.found if state(gap) == shown]
        speak = Formatter(language_of(request))
        mine = [gap for gap in wanted if not language or gap.first.language == language]
        return {
            "search": search,
            "gaps": mine[skip : skip + AT_ONCE],
            "total": len(mine),
            "languages_of": [(code, speak.language_name(code)) for code in sorted({g.first.language for g in wanted})],
            "titles": {source: metadata.title for source, metadata in pages.room.index.documents().items()},
            "days": days,
            "shown": shown,
            "only": language,
            "skip": skip,
            "at_once": AT_ONCE,
            "meant": standalone_question,
        }

    def show_list(
        request: Request,
        days: Days = DAYS,
        shown: Shown = "open",
        language: Line = "",
        skip: Skip = 0,
    ) -> HTMLResponse:
        known = values(request, days, shown, language, skip) | {"keeping": pages.room.records.keeping}
        if request.url.path.endswith("/found"):
            return pages.part(request, "gaps/found", **known)
        return pages.show(request, "gaps/list", **known)

    routes.get("/gaps")(show_list)
    routes.get("/gaps/found")(show_list)


def one_gap(routes: APIRouter, pages: Pages, grouping: Grouping, asking: Retests) -> None:
    """Adds `/gaps/HANDLE`, and below it `/questions` with only its questions."""
    room = pages.room

    def list_left(run: Run | None) -> dict[str, object]:
        return {"left_open": find_left_questions(run, room.index), "wordings": wordings_left(run)}

    @routes.get("/gaps/{handle}")
    def show_gap(request: Request, handle: str, days: Days = DAYS, find: Line = "") -> Response:
        search, gap, run = find_gap_and_run(grouping, asking, handle, days)
        if gap is None:
            return missing(pages, request, search)
        found = room.bot.retrieve(standalone_question(gap.first), gap.first.language, date.today()).found[:NEAREST]
        return pages.show(
            request,
            "gaps/gap",
            gap=gap,
            run=run,
            state=state(gap),
            days=days,
            document_html=document_html,
            find=find,
            nearest=found,
            passage_html=passage_html,
            offered=list_offered(room, find, gap),
            is_newer=is_newer(room, gap),
            meant=standalone_question,
            **list_left(run),
        )

    @routes.get("/gaps/{handle}/questions")
    def questions(request: Request, handle: str, days: Days = DAYS) -> Response:
        search, gap, run = find_gap_and_run(grouping, asking, handle, days)
        if gap is None:
            return Response(status_code=404 if search.ended.is_set() else 503)
        shown = {"gap": gap, "run": run, "days": days, "document_html": document_html}
        return pages.part(request, "gaps/questions", **shown, **list_left(run))


def find_gap_and_run(
    grouping: Grouping, asking: Retests, handle: str, days: int
) -> tuple[Search, Gap | None, Run | None]:
    """Returns the search, a gap and its last run; what the run closed is closed in it."""
    search = grouping.search(days)
    gap = search.gap(handle)
    run = asking.snapshot(gap) if gap else None
    if run and not run.is_running and run.ended > search.began:
        search = grouping.search(days)
        gap = search.gap(handle)
    return search, gap, run


def asking_again(routes: APIRouter, pages: Pages, grouping: Grouping, asking: Retests) -> None:
    """Adds `/gaps/HANDLE/again`, which asks the questions of a gap again."""

    @routes.post("/gaps/{handle}/again")
    def again(request: Request, handle: str, days: Period = DAYS, source: Annotated[Source, Form()] = "") -> Response:
        gap, person = grouping.search(days).gap(handle), person_of(request)
        if gap is None or person is None or (source and source not in pages.room.index.documents()):
            pages.flash(request, "gaps.gone", "trouble")
        elif not asking.start(gap, person, source):
            pages.flash(request, "gaps.is_running", "note")
        return redirect(request, f"gaps/{handle}?days={days}#questions" if gap else "gaps")


def deciding(routes: APIRouter, pages: Pages, grouping: Grouping) -> None:
    """Adds `/gaps/HANDLE/ignore` and `/gaps/HANDLE/reopen`."""
    gaps = pages.room.records.gaps

    def find_gap(handle: str, days: int) -> Gap | None:
        """Returns the gap of a question; None if it is in none."""
        return grouping.search(days).gap(handle)

    @routes.post("/gaps/{handle}/ignore")
    def ignore(
        request: Request,
        handle: str,
        days: Period = DAYS,
        reason: Reason = "",
    ) -> RedirectResponse:
        if gap := find_gap(handle, days):
            pages.audit(
                request, "gap.ignored", gap.handle, questions=str(len(gap.open_questions)), reason=reason.strip()
            )
            name, why = current_user(request), reason.strip()
            gaps.note([GapNote(each.exchange.id, GapState.IGNORED, name, reason=why) for each in gap.open_questions])
            grouping.forget()
            pages.flash(request, "gaps.ignored", undo=Undo(f"gaps/{gap.handle}/reopen", {"days": str(days)}))
        return redirect(request, f"gaps?days={days}")

    @routes.post("/gaps/{handle}/reopen")
    def reopen(request: Request, handle: str, days: Period = DAYS) -> RedirectResponse:
        if gap := find_gap(handle, days):
            pages.audit(request, "gap.reopened", gap.handle, questions=str(len(gap.questions)))
            gaps.reopen([each.exchange.id for each in gap.questions])
            grouping.forget()
            pages.flash(request, "gaps.reopened")
        return redirect(request, f"gaps/{handle}?days={days}")


def missing(pages: Pages, request: Request, search: Search) -> Response:
    """Returns 404 for an unknown gap; during the search, redirects to its progress."""
    if search.ended.is_set():
        return pages.show(request, "trouble", 404, trouble=search.trouble or "gaps.gone", detail="")
    return redirect(request, f"gaps?days={search.days}")


def state(gap: Gap) -> Shown:
    """Returns `open` if a question is open, else the last decision."""
    if gap.open_questions:
        return "open"
    notes = [each.note for each in gap.questions if each.note]
    return "ignored" if max(notes, key=lambda note: note.at).state is GapState.IGNORED else "closed"


def is_newer(room: StaffContext, gap: Gap) -> bool:
    """True if documents were added or changed after a question of the gap was asked."""
    updated = room.index.last_update()
    return bool(updated and gap.open_questions and updated > min(each.exchange.asked_at for each in gap.open_questions))
