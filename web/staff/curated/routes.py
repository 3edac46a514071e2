"""Curated answers: the staff write, change, end and try them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from bot.curated import answers as curated
from bot.pii import mask
from bot.query.query import understand
from records import CuratedAnswer
from records.models import now
from store.documents import Validity
from text.catalog import SERVICE_LANGUAGES
from web.staff.curated.form import Typed, blank, from_answer, from_form, wrong
from web.staff.pages import Pages, Undo, go, who

USED_DAYS = 90
NEAREST = 5
Identity = Annotated[str, Form(max_length=64)]


async def sent_form(request: Request) -> FormData:
    """Parses the data of a form with up to 60 fields."""
    return await request.form(max_files=0, max_fields=60)


@dataclass(frozen=True)
class Row:
    """An answer in the list.

    `trouble` is the key of its problem, `used` counts its uses, `sources` have their validity today.
    """

    answer: CuratedAnswer
    trouble: str
    used: int
    sources: tuple[tuple[str, str], ...]


def router(pages: Pages) -> APIRouter:
    """Routes `/curated`, `/new`, `/edit`, `/save`, `/end`, `/delete` and `/restore`."""
    routes = APIRouter()
    answers = pages.room.records.curated
    pages.counts["curated"] = lambda: sum(bool(trouble_of(pages, each)) for each in answers.current())

    @routes.get("/curated")
    def show_curated(request: Request, question: Annotated[str, Query(max_length=1000)] = "") -> Response:
        question = mask(question)
        tried = trial(pages, question.strip()) if question.strip() else {}
        return pages.show(request, "curated/list", rows=rows(pages), question=question, days=USED_DAYS, **tried)

    @routes.get("/curated/new")
    def new(request: Request, question: Annotated[str, Query(max_length=1000)] = "") -> Response:
        return form(pages, request, blank(mask(question)))

    @routes.get("/curated/edit")
    def edit(request: Request, id: Annotated[str, Query(max_length=64)] = "") -> Response:
        answer = answers.one(id)
        return form(pages, request, from_answer(answer)) if answer else gone(pages, request)

    @routes.post("/curated/save")
    def save(request: Request, sent: Annotated[FormData, Depends(sent_form)]) -> Response:
        typed = from_form(sent)
        if trouble := wrong(typed, pages.room.index):
            return form(pages, request, typed, trouble)
        earlier = answers.one(typed.id) if typed.id else None
        if typed.id and earlier is None:
            return form(pages, request, replace(typed, id="", changed_at=""), "curated.deleted_meanwhile")
        if earlier and earlier.changed_at.isoformat() != typed.changed_at:
            newest = replace(typed, changed_at=earlier.changed_at.isoformat())
            return form(pages, request, newest, "curated.changed_meanwhile", earlier.changed_by)
        return kept(pages, request, typed, earlier)

    changing(routes, pages)
    return routes


def changing(routes: APIRouter, pages: Pages) -> None:
    answers = pages.room.records.curated

    @routes.post("/curated/end")
    def end(request: Request, id: Identity = "") -> RedirectResponse:
        if (answer := answers.one(id)) is None:
            return gone(pages, request)
        pages.audit(request, "answer.ended", answer.question, before=str(answer.until))
        answers.end(id, date.today() - timedelta(days=1), who(request))
        pages.flash(request, "curated.ended", question=answer.question)
        return go(request, "curated")

    @routes.post("/curated/delete")
    def delete(request: Request, id: Identity = "") -> RedirectResponse:
        if (answer := answers.one(id)) is None:
            return gone(pages, request)
        pages.audit(request, "answer.deleted", answer.question, **spelled(answer))
        answers.delete(id)
        pages.flash(request, "curated.deleted", undo=Undo("curated/restore", {"id": id}), question=answer.question)
        return go(request, "curated")

    @routes.post("/curated/restore")
    def restore(request: Request, id: Identity = "") -> RedirectResponse:
        pages.audit(request, "answer.restored", id)
        answers.restore(id)
        pages.flash(request, "curated.restored")
        return go(request, "curated")


def kept(pages: Pages, request: Request, typed: Typed, earlier: CuratedAnswer | None) -> RedirectResponse:
    """Stores an answer. Redirects to the list, or to the form if a number has no source."""
    answers, name = pages.room.records.curated, who(request)
    answer = replace(typed.answer(), id=typed.id or uuid4().hex, created_by=name, changed_by=name, changed_at=now())
    before = {f"before_{name}": value for name, value in spelled(earlier).items()} if earlier else {}
    action = "answer.changed" if earlier else "answer.curated"
    pages.audit(request, action, answer.question, **spelled(answer), **before)
    answers.keep(answer)
    curated.prepare(answer, pages.room.bot.meaning)
    loose = curated.loose_figures(answer, pages.room.index)
    key = "curated.kept_loose" if loose else "curated.kept"
    pages.flash(request, key, "note" if loose else "done", question=answer.question)
    return go(request, f"curated/edit?id={answer.id}" if loose else "curated")


def spelled(answer: CuratedAnswer) -> dict[str, str]:
    """Returns an answer as audit log details."""
    texts = {f"answer_{each.language}": each.answer for each in answer.texts}
    texts |= {f"questions_{each.language}": each.questions for each in answer.texts}
    return {"until": str(answer.until), "sources": ", ".join(each.source for each in answer.sources)} | texts


def form(pages: Pages, request: Request, typed: Typed, trouble: str = "", who: str = "") -> Response:
    """Renders the form with the typed values, and the numbers without a source."""
    documents = pages.room.index.documents()
    choices = [(source, f"{documents[source].title} ({source})") for source in sorted(documents)]
    choices += [(each.source, each.source) for each in typed.sources if each.source and each.source not in documents]
    loose = curated.loose_figures(typed.answer(), pages.room.index) if typed.id and not trouble else {}
    return pages.show(
        request,
        "curated/form",
        status_of(trouble),
        changed_by=who,
        typed=typed,
        choices=choices,
        service_languages=SERVICE_LANGUAGES,
        earliest=date.today(),
        latest=typed.latest,
        loose=loose,
        trouble=trouble,
    )


def status_of(trouble: str) -> int:
    """Returns the HTTP status: 409 after a colleague's change, 422 if invalid, else 200."""
    if trouble.endswith("_meanwhile"):
        return 409
    return 422 if trouble else 200


def gone(pages: Pages, request: Request) -> RedirectResponse:
    pages.flash(request, "curated.gone", "trouble")
    return go(request, "curated")


def rows(pages: Pages) -> list[Row]:
    """Returns all answers, those with a problem first."""
    answers = pages.room.records.curated
    used = answers.uses(now() - timedelta(days=USED_DAYS))
    valid = pages.room.index.validities(date.today())
    found = [
        Row(
            answer,
            trouble_of(pages, answer),
            used.get(answer.id, 0),
            tuple((each.source, valid.get(each.source, (Validity.UNKNOWN, ""))[0].value) for each in answer.sources),
        )
        for answer in answers.all()
    ]
    return sorted(found, key=lambda row: not row.trouble)


def trouble_of(pages: Pages, answer: CuratedAnswer) -> str:
    return curated.trouble(answer, pages.room.index, date.today()) or ""


def trial(pages: Pages, question: str) -> dict[str, Any]:
    """Returns the answer that a question would get, and the nearest ones."""
    bot, answers = pages.room.bot, pages.room.records.curated.current()
    asked = understand(question, "", bot.index, bot.meaning)
    found = curated.select_answer(answers, [asked], bot.index, bot.meaning, date.today())
    near = curated.nearest(answers, asked, bot.index, bot.meaning, NEAREST)
    return {"tried": True, "used": found[0] if found else None, "near": near}
