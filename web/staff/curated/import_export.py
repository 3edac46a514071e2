"""Imports and exports curated answers as a table; imports all rows or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bot.curated import answers as curated
from records import CuratedAnswer
from records.models import now
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import is_news
from web.staff.context import StaffContext
from web.staff.curated.form import Typed, blank, from_answer, from_form, wrong
from web.staff.curated.held_rows import (
    Change,
    changes_of,
    find_colleagues_drafts,
    hold_rows,
    recognise,
    waiting_changes,
    wordings_of,
)
from web.staff.curated.listing import USED_DAYS, listing, to_details
from web.staff.curated.table import MOST_ROWS, TableError, TableRow, fields_of, read_table, table_rows, to_csv, to_xlsx
from web.staff.form_types import DraftFields
from web.staff.pages import Pages, current_user, language_of, redirect

WRITERS = {
    "csv": (to_csv, "text/csv"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True)
class Problem:
    """A row that cannot be imported.

    `key` is the message, `question` the first one of the row.
    """

    number: int
    question: str
    key: str


@dataclass(frozen=True)
class SentTable:
    """The file that a form sends, empty without one, and the drafts that it named."""

    content: bytes
    about: DraftFields


async def read_sent_table(request: Request) -> SentTable:
    """Returns what the form of the import sends."""
    async with request.form(max_files=1, max_fields=MOST_ROWS + 1) as form:
        file = form.get("table")
        content = await file.read() if isinstance(file, UploadFile) else b""
        return SentTable(content, DraftFields.model_validate({"beside": form.getlist("beside")}))


def add_tables(routes: APIRouter, pages: Pages) -> None:
    """Adds `/curated/export.csv`, `/curated/export.xlsx` and `/curated/import`."""

    @routes.get("/curated/export.{ending}")
    def export(request: Request, ending: str) -> Response:
        if ending not in WRITERS:
            return redirect(request, "curated")
        answers, (write, media_type) = pages.room.records.curated, WRITERS[ending]
        pages.audit(request, "answers.exported")
        used = answers.uses(now() - timedelta(days=USED_DAYS))
        table = table_rows(answers.read_all(), used, language_of(request))
        headers = {"content-disposition": f'attachment; filename="answers-{date.today()}.{ending}"'}
        return Response(write(table), media_type=media_type, headers=headers)

    @routes.post("/curated/import")
    async def take(request: Request, sent: Annotated[SentTable, Depends(read_sent_table)]) -> Response:
        return await run_in_threadpool(import_table, pages, request, sent)


def import_table(pages: Pages, request: Request, sent: SentTable) -> Response:
    """Imports all rows of a table, or shows what keeps them out."""
    room = pages.room
    try:
        rows = read_table(sent.content, language_of(request))
    except TableError as error:
        return listing(pages, request, 422, table_error=error)
    with room.records.curated.editing:
        known = {answer.id: answer for answer in room.records.curated.read_all()}
        waiting = waiting_changes(pages) if is_approval_needed(room) else []
        typed = {row.number: read_typed_row(row, known, waiting) for row in rows}
        if problems := find_problems(typed, known, room):
            return listing(pages, request, 422, problems=problems)
        changed = [each for each in typed.values() if is_changed(each, known)]
        if not changed or not is_approval_needed(room):
            return keep_rows(pages, request, changed, known, len(typed))
        new = changes_of(request, changed)
        others = find_colleagues_drafts(request, new, waiting)
        if is_news(others, sent.about):
            return listing(pages, request, 422, others=others)
        hold_rows(pages, request, new, waiting)
        return redirect(request, "curated")


def keep_rows(
    pages: Pages, request: Request, rows: Sequence[Typed], known: Mapping[str, CuratedAnswer], count: int
) -> Response:
    """Logs and stores the changed rows of a table with `count` rows."""
    answers = [to_answer(each, current_user(request)) for each in rows]
    for answer in answers:
        earlier = known.get(answer.id)
        before = {f"before_{name}": value for name, value in to_details(earlier).items()} if earlier else {}
        action = "answer.changed" if earlier else "answer.curated"
        pages.audit(request, action, answer.question, **to_details(answer), **before)
    pages.room.records.curated.keep(*answers)
    new = sum(answer.id not in known for answer in answers)
    pages.flash(request, "curated.imported", new=new, changed=len(answers) - new, same=count - len(answers))
    sent = redirect(request, "curated")
    sent.background = BackgroundTask(prepare, pages.room, answers)  # embedding many questions takes seconds
    return sent


def read_typed_row(row: TableRow, known: Mapping[str, CuratedAnswer], waiting: Sequence[Change]) -> Typed:
    """Returns a row as the form; fields whose column is missing keep what they hold.

    A row without an id that says what an answer says is that answer.
    """
    earlier = known.get(row.fields.get("id", ""))
    before = fields_of(from_answer(earlier) if earlier else blank(""))
    usual = before["until"]
    fields = before | {name: value for name, value in row.fields.items() if name}
    typed = from_form(fields | {"until": fields["until"] or usual})
    return typed if typed.id else recognise(typed, bool(row.fields.get("until")), known, waiting)


def find_problems(typed: Mapping[int, Typed], known: Mapping[str, CuratedAnswer], room: StaffContext) -> list[Problem]:
    """Returns the first problem of each row that has one, in the order of the table."""
    ids = Counter(each.id for each in typed.values() if each.id)
    kept = [answer for answer in known.values() if answer.id not in ids]
    wordings = Counter(
        wording for answer in [*kept, *(each.answer() for each in typed.values())] for wording in wordings_of(answer)
    )

    def problem(each: Typed) -> str:
        earlier = known.get(each.id)
        if each.id and earlier is None:
            return "curated.table.unknown_id"
        if ids[each.id] > 1:
            return "curated.table.id_twice"
        is_new = is_changed(each, known)
        if earlier and is_new and each.changed_at and each.changed_at != earlier.changed_at.isoformat():
            return "curated.table.changed_meanwhile"
        if is_new and (key := wrong(each, room.index)):
            return key
        return "curated.table.question_twice" if any(wordings[one] > 1 for one in wordings_of(each.answer())) else ""

    found = ((number, each, problem(each)) for number, each in typed.items())
    return [Problem(number, each.answer().question, key) for number, each, key in found if key]


def is_changed(typed: Typed, known: Mapping[str, CuratedAnswer]) -> bool:
    """Checks that a row differs from the answer with its id."""
    earlier = known.get(typed.id)
    return earlier is None or fields_of(from_answer(earlier)) != fields_of(typed) | {
        "changed_at": earlier.changed_at.isoformat()
    }


def to_answer(typed: Typed, name: str) -> CuratedAnswer:
    """Returns a row as an answer that `name` changes now; a new one gets an id."""
    return replace(typed.answer(), id=typed.id or uuid4().hex, created_by=name, changed_by=name, changed_at=now())


def prepare(room: StaffContext, answers: Sequence[CuratedAnswer]) -> None:
    """Caches the vectors and facets of the questions of some answers."""
    for answer in answers:
        curated.prepare(answer, room.bot.embedding_model)
