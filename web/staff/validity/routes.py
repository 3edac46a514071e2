"""Validity: expiring documents and answers, due reviews, two versions, old drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from bot.outcomes import ANSWERED
from ingest.checks.deadlines import Due
from records import CuratedAnswer, Days
from records.models import now
from store.documents import Metadata
from web.staff.formatting import title_of
from web.staff.pages import Pages, Say, language_of, translator
from web.staff.validity.calendar import MEDIA_TYPE, Event, calendar

SPANS = (30, 90, 365)
"""Days ahead to choose from."""
LATELY = 90
"""Days over which questions citing a document are counted."""
Span = Annotated[int, Query(ge=1, le=3660)]


def router(pages: Pages) -> APIRouter:
    """Routes `/validity`, and the deadlines as a file at `/validity/calendar.ics`."""
    routes = APIRouter()
    agendas = pages.room.agendas
    pages.counts["validity"] = lambda _: agendas.on(date.today()).waiting

    @routes.get("/validity")
    def show_validity(request: Request, days: Span = 90) -> HTMLResponse:
        today, language, documents = date.today(), language_of(request), pages.room.index.documents()
        agenda = agendas.on(today)
        return pages.show(
            request,
            "validity/validity",
            agenda=agenda,
            answers=pages.room.records.curated.ending(today, today + timedelta(days)),
            cited=partial(resting, count_citations(pages, today)),
            days=days if days in SPANS else 90,
            documents=documents,
            left=lambda on: format_distance(on, today, translator(language)),
            months=by_month(agenda.coming(days)),
            spans=SPANS,
            title_of=lambda source: title_of(documents.get(source), source),
            today=today,
        )

    @routes.get("/validity/calendar.ics")
    def file(request: Request, days: Span = 365) -> Response:
        today, say = date.today(), translator(language_of(request))
        ending = pages.room.records.curated.ending(today, today + timedelta(days))
        events = [event(each, pages.room.index.documents(), say) for each in agendas.on(today).coming(days)]
        events += [answer_event(each, say) for each in ending]
        headers = {"content-disposition": 'attachment; filename="validity.ics"'}
        return Response(calendar(say("frame.section.validity"), events, now()), headers=headers, media_type=MEDIA_TYPE)

    return routes


def count_citations(pages: Pages, today: date) -> dict[str, int]:
    """Counts the recent questions that each document answered, as the statistics do."""
    return pages.room.records.statistics.count_citations(Days(today - timedelta(LATELY - 1), today), ANSWERED)


def resting(counts: Mapping[str, int], thing: Due) -> int:
    """Counts the questions citing a document or its translations."""
    return sum(counts.get(source, 0) for source in (thing.source, *thing.translations))


def by_month(things: Sequence[Due]) -> list[tuple[date, list[Due]]]:
    """Returns deadlines, sorted by day, as `(first of the month, its deadlines)`."""
    months = groupby(things, lambda each: each.on.replace(day=1))
    return [(month, list(each)) for month, each in months]


def format_distance(on: date, today: date, say: Say) -> str:
    """Returns the distance of a day in words."""
    days = (on - today).days
    near: dict[int, Any] = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return say(f"validity.{near.get(days, 'in_days' if days > 0 else 'days_ago')}", days=abs(days))


def answer_event(answer: CuratedAnswer, say: Say) -> Event:
    """Returns the last day of a curated answer."""
    summary = f"{say('validity.answer_ends')}: {answer.question}"
    return Event(answer.until, summary, say("frame.section.curated"), f"answer {answer.id}")


def event(thing: Due, documents: Mapping[str, Metadata], say: Say) -> Event:
    """Returns a deadline of a document as an event of the calendar."""
    what, title = say(f"validity.what.{thing.what}"), title_of(documents.get(thing.source), thing.source)
    note = f"{thing.source} ({say('validity.guessed')})" if thing.is_guessed else thing.source
    return Event(thing.on, f"{what}: {title}", note, f"{thing.what} {thing.source}")
