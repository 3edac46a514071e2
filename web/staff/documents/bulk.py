"""Bulk change of metadata, shown for each document before it is saved.

`/folder/bulk`; also `/folder/reviewed`: reviewed today, again in six months.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError

from web.staff.approval_needed import is_approval_needed
from web.staff.documents import form as fields
from web.staff.documents.bulk_form import LISTS, VALUES, SentBulk, review_change
from web.staff.documents.bulk_plan import Plan, plan_changes, write_all
from web.staff.documents.change import DetailChange, Now, now_of
from web.staff.documents.held import hold_details, others_about
from web.staff.documents.labels import options, topic_names
from web.staff.documents.validity_confirmation import pairs, words_of
from web.staff.formatting import Formatter, title_of
from web.staff.pages import Pages, Undo, language_of, redirect, translator

REVIEW = ("reviewed_on", "review_by")
"""Fields that a review changes."""
Before = TypeAdapter(dict[str, tuple[str, str]])
"""Texts of REVIEW before a click, by document."""


def add_bulk(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/bulk` with `/save`, and `/folder/reviewed` with `/undo`."""
    changing = pages.room.changing

    @routes.post("/folder/bulk")
    def choose(request: Request, sent: Annotated[SentBulk, Form()]) -> Response:
        return show_form(request, pages, sent, Plan()) if sent.source else nothing_chosen(request, pages, sent)

    @routes.post("/folder/bulk/save")
    def save_all(request: Request, sent: Annotated[SentBulk, Form()]) -> Response:
        if sent.back:
            return show_form(request, pages, sent, Plan())
        with changing:
            plan = plan_changes(request, pages, sent)
            if not plan.is_possible:
                return show_form(request, pages, sent, plan)
            if plan.documents and sent.confirmed != plan.seal:
                return confirm(request, pages, sent, plan)
            if is_approval_needed(pages.room) and plan.documents:
                hold_details(request, pages, plan.documents)
            elif write_all(request, pages, plan):
                key = "documents.bulk.saved" if plan.documents else "documents.edit.nothing"
                pages.flash(request, key, count=len(plan.documents))
        return redirect(request, sent.list_address)

    @routes.post("/folder/reviewed")
    def note_review(request: Request, sent: Annotated[SentBulk, Form()]) -> Response:
        if not sent.source:
            return nothing_chosen(request, pages, sent)
        sent = review_change(sent.source, date.today()).model_copy(update={"query": sent.query})
        with changing:
            plan = plan_changes(request, pages, sent)
            if not plan.is_possible:
                return show_form(request, pages, sent, plan)
            return confirm(request, pages, sent, plan) if plan.shifts else review_now(request, pages, sent, plan)

    @routes.post("/folder/reviewed/undo")
    def take_back(request: Request, before: Annotated[str, Form(max_length=1_000_000)]) -> Response:
        with changing:
            return review_undone(request, pages, before)


def nothing_chosen(request: Request, pages: Pages, sent: SentBulk) -> RedirectResponse:
    """Redirects to the list, with a message that no document was chosen."""
    pages.flash(request, "documents.bulk.none", "note")
    return redirect(request, sent.list_address)


def show_form(request: Request, pages: Pages, sent: SentBulk, plan: Plan) -> Response:
    """Renders the form, with why the typed change cannot be saved."""
    documents, language = pages.room.index.documents(), language_of(request)
    say, choices = translator(language), options(language, fields.Form({}))
    return pages.show(
        request,
        "documents/bulk",
        200 if plan.is_possible else 422,
        chosen=[(source, title_of(documents.get(source), source)) for source in dict.fromkeys(sent.source)],
        kinds=VALUES,
        lists=LISTS,
        options={name: [("", say("documents.bulk.same")), *choices[name][1:]] for name in choices},
        back=sent.list_address,
        sent=sent.model_dump(),
        topics=topic_names(documents.values(), language),
        troubles=plan.troubles,
        wrong=plan.wrong,
    )


def confirm(request: Request, pages: Pages, sent: SentBulk, plan: Plan) -> Response:
    """Renders the changes of metadata and validity without applying them."""
    data = sent.model_dump(exclude={"confirmed", "back"})
    return pages.show(
        request,
        "documents/bulk_confirm",
        fields=[pair for name, value in data.items() for pair in pairs(name, value)],
        others=others_about(pages, [each.source for each in plan.documents]),
        rows=[(each.source, each.rows(language_of(request))) for each in plan.documents],
        seal=plan.seal,
        shifts=plan.shifts,
        **words_of(request, pages),
    )


def review_now(request: Request, pages: Pages, sent: SentBulk, plan: Plan) -> RedirectResponse:
    """Saves a review at once, so that it can be undone; or keeps it as a draft."""
    if is_approval_needed(pages.room) and plan.documents:
        hold_details(request, pages, plan.documents)
    elif write_all(request, pages, plan):
        before = {each.source: [each.current.form.typed.get(name, "") for name in REVIEW] for each in plan.documents}
        undo = Undo("folder/reviewed/undo", {"before": json.dumps(before, ensure_ascii=False)})
        day = Formatter(language_of(request)).day(date.fromisoformat(sent.review_by))
        pages.flash(request, "documents.reviewed", undo=undo, count=len(plan.documents), day=day)
    return redirect(request, sent.list_address if sent.query else back_to(sent.source))


def back_to(sources: list[str]) -> str:
    """Returns the address after a review: the document's page, or the list."""
    return f"folder/document?source={quote(sources[0])}" if len(sources) == 1 else "folder"


def review_undone(request: Request, pages: Pages, before: str) -> RedirectResponse:
    """Restores the review days in the JSON `before`, or keeps that as a draft.

    Raises HTTPException 422 if they cannot be parsed, 404 if a document is not in the folder.
    """
    try:
        days = Before.validate_json(before)
    except ValidationError:
        raise HTTPException(422) from None
    changes = list(filter(None, (undone(now_of(request, pages, source), texts) for source, texts in days.items())))
    if is_approval_needed(pages.room) and changes:
        hold_details(request, pages, changes)
        return redirect(request, back_to(list(days)))
    if write_all(request, pages, Plan(changes)):
        pages.flash(request, "documents.review_undone")
    return redirect(request, back_to(list(days)))


def undone(current: Now, texts: tuple[str, str]) -> DetailChange | None:
    """Returns the change to earlier review days; `texts` are in the order of REVIEW.

    None if nothing would change.
    """
    typed = {**current.form.typed, **dict(zip(REVIEW, texts, strict=True))}
    found = fields.changes(current.form, fields.Form(typed, current.form.nothing))
    return DetailChange(current, found) if any(found.names()) else None
