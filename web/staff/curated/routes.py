"""Curated answers: the staff write, change, end and try them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from bot.curated import answers as curated
from bot.generation.curated_answers import loose_figures
from bot.pii import mask
from records import AskedWording, CuratedAnswer
from records.models import now
from text.catalog import SERVICE_LANGUAGES
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import hold, is_news, others_on
from web.staff.curated.form import Typed, blank, from_answer, from_form, with_sources, wrong
from web.staff.curated.import_export import add_tables, is_changed
from web.staff.curated.listing import USED_DAYS, listing, redirect_missing, to_details, trouble_of
from web.staff.curated.nearest import find_rivals, near_wordings
from web.staff.curated.table import answer_draft
from web.staff.curated.withdrawal import add_withdrawal
from web.staff.curated.wordings import add_wordings
from web.staff.form_types import DraftFields
from web.staff.formatting import title_of
from web.staff.pages import Pages, current_user, redirect

ASKED = 20
"""Questions of visitors that are shown beside an answer."""


async def read_sent_form(request: Request) -> FormData:
    """Parses the data of a form with up to 60 fields."""
    return await request.form(max_files=0, max_fields=60)


SentForm = Annotated[FormData, Depends(read_sent_form)]


def draft_fields(sent: SentForm) -> DraftFields:
    """Parses the fields of a form about other drafts.

    Raises RequestValidationError if they are invalid.
    """
    try:
        return DraftFields.model_validate({"beside": sent.getlist("beside"), "instead": sent.get("instead", "")})
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None


SentDraftFields = Annotated[DraftFields, Depends(draft_fields)]


def router(pages: Pages) -> APIRouter:
    """Routes `/curated`: list, form and check, and changes of answers."""
    routes = APIRouter()
    answers = pages.room.records.curated
    pages.counts["curated"] = lambda _: sum(bool(trouble_of(pages, each)) for each in answers.current())

    @routes.get("/curated")
    def show_curated(request: Request, question: Annotated[str, Query(max_length=1000)] = "") -> Response:
        return listing(pages, request, question=mask(question))

    @routes.get("/curated/new")
    def show_new(request: Request, question: Annotated[str, Query(max_length=1000)] = "") -> Response:
        return form(pages, request, blank(mask(question)))

    @routes.get("/curated/edit")
    def edit(request: Request, id: Annotated[str, Query(max_length=64)] = "") -> Response:
        answer = answers.one(id)
        return form(pages, request, from_answer(answer)) if answer else redirect_missing(pages, request)

    @routes.post("/curated/check")
    def check(request: Request, sent: SentForm, about: SentDraftFields) -> Response:
        typed = with_sources(from_form(sent), pages.room.index)
        return form(pages, request, typed, is_checked=True, instead=about.instead)

    @routes.post("/curated/save")
    def save(request: Request, sent: SentForm, about: SentDraftFields) -> Response:
        typed = with_sources(from_form(sent), pages.room.index)
        if trouble := wrong(typed, pages.room.index):
            return form(pages, request, typed, trouble, instead=about.instead)
        with answers.editing:
            return save_if_current(pages, request, typed, about)

    add_withdrawal(routes, pages)
    add_wordings(routes, pages)
    add_tables(routes, pages)
    return routes


def save_if_current(pages: Pages, request: Request, typed: Typed, about: DraftFields) -> Response:
    """Stores an answer, unless a colleague has changed or deleted it meanwhile."""
    earlier = pages.room.records.curated.one(typed.id) if typed.id else None
    instead = about.instead
    if typed.id and earlier is None:
        newest = replace(typed, id="", changed_at="")
        return form(pages, request, newest, "curated.deleted_meanwhile", instead=instead)
    if earlier and earlier.changed_at.isoformat() != typed.changed_at:
        newest = replace(typed, changed_at=earlier.changed_at.isoformat())
        told = {"changed_by": earlier.changed_by, "instead": instead}
        return form(pages, request, newest, "curated.changed_meanwhile", **told)
    if earlier and not is_changed(typed, {earlier.id: earlier}):
        pages.flash(request, "documents.edit.nothing", "note")
        return redirect(request, "curated")
    if is_news(others_on(pages, answer_draft(request, typed), instead), about):
        return form(pages, request, typed, "approvals.others_first", instead=instead)
    return store_or_hold(pages, request, typed, earlier, instead)


def store_or_hold(
    pages: Pages, request: Request, typed: Typed, earlier: CuratedAnswer | None, instead: str
) -> RedirectResponse:
    """Stores an answer, or keeps it as a draft.

    Redirects to the list, or to the form if a number has no source or a question two answers.
    """
    answers, name = pages.room.records.curated, current_user(request)
    answer = replace(typed.answer(), id=typed.id or uuid4().hex, created_by=name, changed_by=name, changed_at=now())
    if is_approval_needed(pages.room):
        hold(pages, request, answer_draft(request, typed), instead)
        return redirect(request, "curated")
    before = {f"before_{name}": value for name, value in to_details(earlier).items()} if earlier else {}
    action = "answer.changed" if earlier else "answer.curated"
    pages.audit(request, action, answer.question, **to_details(answer), **before)
    answers.keep(answer)
    curated.prepare(answer, pages.room.bot.embedding_model)
    loose = loose_figures(answer, pages.room.index)
    key = "curated.kept_loose" if loose else "curated.kept"
    pages.flash(request, key, "note" if loose else "done", question=answer.question)
    is_open = loose or find_rivals(pages.room, typed.wordings, answer.id)
    return redirect(request, f"curated/edit?id={answer.id}" if is_open else "curated")


def form(pages: Pages, request: Request, typed: Typed, trouble: str = "", **shown: object) -> Response:
    """Renders the form with its values, unsourced numbers and the nearest questions.

    `shown` may be `changed_by`, the colleague who changed the answer meanwhile, `is_checked`, and `instead`, the draft
    that is written anew.
    """
    documents = pages.room.index.documents()
    asked, came_near = find_both_wordings(pages, typed)
    return pages.show(
        request,
        "curated/form",
        status_of(trouble),
        asked=asked,
        came_near=came_near,
        choices=sorted((source, title_of(metadata, source)) for source, metadata in documents.items()),
        days=USED_DAYS,
        earliest=date.today(),
        latest=typed.latest,
        loose=loose_figures(typed.answer(), pages.room.index) if typed.id and not trouble else {},
        near=near_wordings(pages.room, typed.wordings, typed.id),
        others=others_on(pages, answer_draft(request, typed), str(shown.get("instead", ""))),
        service_languages=SERVICE_LANGUAGES,
        trouble=trouble,
        typed=typed,
        **{"changed_by": "", "instead": "", "is_checked": False, **shown},
    )


def find_both_wordings(pages: Pages, typed: Typed) -> tuple[list[AskedWording], list[AskedWording]]:
    """Returns the questions that got an answer, and those that came near it.

    Of those that came near, without its wordings.
    """
    if not typed.id:
        return [], []
    answers, since = pages.room.records.curated, now() - timedelta(days=USED_DAYS)
    near = answers.find_asked_wordings(typed.id, since, ASKED + len(typed.wordings), is_near=True)
    got = answers.find_asked_wordings(typed.id, since, ASKED)
    return got, [each for each in near if each.question not in typed.wordings][:ASKED]


def status_of(trouble: str) -> int:
    """Returns the HTTP status: 409 for an edit conflict, 422 if invalid, else 200."""
    if trouble.endswith("_meanwhile"):
        return 409
    return 422 if trouble else 200
