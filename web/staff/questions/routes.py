"""Question log: questions with outcome, answer, passages, timing and thumbs.

Also the requests for a reply from a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from bot.outcomes import Outcome
from bot.query.continuation import is_whole
from records import Exchange, PersonRequest, ReadPassage, Reason, RecordsUnavailableError, Thumb, UnknownRecordError
from records.csv_export import HEADER, write_exchanges
from store.documents import Validity
from web.markdown import answer_html
from web.sources.viewer import fingerprint
from web.staff.context import StaffContext
from web.staff.curated.nearest import find_answer_led_to, nearest_to
from web.staff.form_types import Id
from web.staff.formatting import ALL, Formatter, passage_html, title_of
from web.staff.pages import Pages, Task, current_user, language_of, translator
from web.staff.questions.filter import Wanted
from web.staff.questions.requests import add_requests

AT_ONCE = 50
NEAREST = 3
"""Number of curated questions shown beside a question without a curated answer."""
DAYS_SHOWN = 14


@dataclass(frozen=True)
class Read:
    """A passage that was read, with its document's title and its current text.

    `is_changed` is true if the text may have changed. `text` is empty if the document is gone or shorter.
    """

    passage: ReadPassage
    title: str
    text: str
    is_changed: bool


def router(pages: Pages) -> APIRouter:
    """Routes `/asked`, `/asked/export.csv`, `/asked/requests` and `/asked/HANDLE`."""
    routes = APIRouter()
    pages.counts["asked"] = lambda _: waiting(pages.room)
    pages.tasks.append(lambda request: list_assigned_tasks(pages.room, current_user(request)))
    add_questions_list(routes, pages)
    add_requests(routes, pages)
    one_exchange(routes, pages)
    return routes


def waiting(room: StaffContext) -> int:
    """Returns the open requests for a person; 0 if the records are unavailable."""
    try:
        return room.records.open_requests()
    except RecordsUnavailableError:
        return 0


def list_assigned_tasks(room: StaffContext, who: str) -> list[Task]:
    """Returns the open requests that are assigned to a person."""
    mine = [each for each in room.records.requests(open_only=True) if each.assigned_to == who]
    return [Task("questions.assigned_to_you", each.question, "asked/requests") for each in mine]


def add_questions_list(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked`, the list, and `/asked/export.csv`."""
    records = pages.room.records

    @routes.get("/asked")
    def show_questions(request: Request, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
        found = records.exchanges(wanted.as_filter, limit=AT_ONCE + 1, offset=wanted.skip)
        counted = records.statistics.counts(wanted.as_filter)
        return pages.show(
            request,
            "questions/list",
            at_once=AT_ONCE,
            counted=counted,
            days_shown=DAYS_SHOWN,
            exchanges=found[:AT_ONCE],
            is_more=len(found) > AT_ONCE,
            keeping=records.keeping,
            outcomes=tuple(Outcome),
            most=max((count for _, count in counted.days), default=1),
            reasons=tuple(Reason),
            retention=records.days,
            thumbs=tuple(Thumb),
            wanted=wanted,
        )

    @routes.get("/asked/export.csv")
    def export(request: Request, wanted: Annotated[Wanted, Query()]) -> StreamingResponse:
        pages.audit(request, "questions.exported", "", filter=wanted.audit_details or ALL)
        say, zone = translator(language_of(request)), Formatter(language_of(request)).zone()
        heads = [say(f"questions.column.{name}", zone=zone) for name in HEADER]
        outcomes = {each.value: say(f"outcome.{each.value}") for each in Outcome}
        table = write_exchanges(records.each(wanted.as_filter), pages.room.settings.data_dir, heads, outcomes)
        headers = {
            "content-disposition": f'attachment; filename="questions-{date.today()}.csv"',
            "content-length": str(table.length),
        }
        return StreamingResponse(table.parts(), media_type="text/csv", headers=headers)


def one_exchange(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked/HANDLE`, one question with its answer."""
    room = pages.room

    @routes.get("/asked/{handle}")
    def show_question(request: Request, handle: Id) -> HTMLResponse:
        try:
            exchange = room.records.exchange(handle)
        except UnknownRecordError:
            return pages.show(request, "trouble", 404, trouble="questions.gone", detail="")
        label = translator(language_of(request))("marker.label")
        return pages.show(
            request,
            "questions/exchange",
            answer=answer_html(exchange.answer, "source", {each.number for each in exchange.citations}, label),
            exchange=exchange,
            led_to=find_answer_led_to(room, exchange.reason),
            passage_html=passage_html,
            near=nearest_to(room, wording(exchange), limit=NEAREST) if exchange.mode != "curated" else [],
            passages=read(room, exchange.passages),
            person=person(room, exchange),
            today=find_changed_validity(exchange, room.index.validities(date.today())),
            known=room.index.documents(),
            wording=wording(exchange),
        )


def find_changed_validity(exchange: Exchange, today: Mapping[str, tuple[Validity, str]]) -> dict[str, Validity]:
    """Returns today's validity of cited documents where the answer said another one.

    Nothing has changed for one that applied and applies: guides were once called in force.
    """
    said = {each.source: each.validity for each in exchange.citations if each.source in today}
    changed = {source: today[source][0] for source, before in said.items() if today[source][0] != before}
    applies = {Validity.IN_FORCE, Validity.UNKNOWN}
    return {source: valid for source, valid in changed.items() if not {valid, said[source]} <= applies}


def wording(exchange: Exchange) -> str:
    """Returns the question of an exchange as it would be asked alone.

    As typed if it leaves nothing out: what was asked before it is then no part of the wording.
    """
    return exchange.question if is_whole(exchange.question) else exchange.standalone_question or exchange.question


def person(room: StaffContext, exchange: Exchange) -> PersonRequest | None:
    """Returns the request for a person about an exchange.

    None if nobody has asked for one.
    """
    return next((each for each in room.records.requests() if each.exchange_id == exchange.id), None)


def read(room: StaffContext, passages: Sequence[ReadPassage]) -> list[Read]:
    """Returns the passages of an answer with their current text."""
    documents = {source: room.index.document(source) for source in {each.source for each in passages}}
    found = []
    for each in passages:
        document = documents[each.source]
        text = document.text[each.start : each.end] if document else ""
        title = title_of(document.metadata if document else None, each.source)
        found.append(Read(each, title, text, fingerprint(text) != each.seen))
    return found
