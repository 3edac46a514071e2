"""Imports and exports curated answers as a table; imports all rows or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from web.staff.approval_rules import hold
from web.staff.context import StaffContext
from web.staff.curated.form import Typed, blank, from_answer, from_form, wrong
from web.staff.curated.listing import USED_DAYS, listing, to_details
from web.staff.curated.table import (
    TableError,
    TableRow,
    answer_draft,
    fields_of,
    read_table,
    table_rows,
    to_csv,
    to_xlsx,
)
from web.staff.pages import Pages, current_user, redirect

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


async def read_sent_table(request: Request) -> bytes:
    """Content of the file that a form sends; empty without one."""
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("table")
        return await file.read() if isinstance(file, UploadFile) else b""


def add_tables(routes: APIRouter, pages: Pages) -> None:
    """Adds `/curated/export.csv`, `/curated/export.xlsx` and `/curated/import`."""

    @routes.get("/curated/export.{ending}")
    def export(request: Request, ending: str) -> Response:
        if ending not in WRITERS:
            return redirect(request, "curated")
        answers, (write, media_type) = pages.room.records.curated, WRITERS[ending]
        pages.audit(request, "answers.exported")
        table = table_rows(answers.read_all(), answers.uses(now() - timedelta(days=USED_DAYS)))
        headers = {"content-disposition": f'attachment; filename="answers-{date.today()}.{ending}"'}
        return Response(write(table), media_type=media_type, headers=headers)

    @routes.post("/curated/import")
    async def take(request: Request, content: Annotated[bytes, Depends(read_sent_table)]) -> Response:
        return await run_in_threadpool(import_table, pages, request, content)


def import_table(pages: Pages, request: Request, content: bytes) -> Response:
    """Imports all rows of a table, or shows what keeps them out."""
    room = pages.room
    try:
        rows = read_table(content)
    except TableError as error:
        return listing(pages, request, 422, table_error=error)
    with room.records.curated.editing:
        known = {answer.id: answer for answer in room.records.curated.read_all()}
        typed = {row.number: read_typed_row(row, known) for row in rows}
        if problems := find_problems(typed, known, room):
            return listing(pages, request, 422, problems=problems)
        rows_changed = [each for each in typed.values() if is_changed(each, known)]
        if rows_changed and is_approval_needed(room):
            hold_rows(pages, request, rows_changed)
            return redirect(request, "curated")
        answers = [to_answer(each, current_user(request)) for each in rows_changed]
        for answer in answers:
            earlier = known.get(answer.id)
            before = {f"before_{name}": value for name, value in to_details(earlier).items()} if earlier else {}
            pages.audit(
                request,
                "answer.changed" if earlier else "answer.curated",
                answer.question,
                **to_details(answer),
                **before,
            )
        room.records.curated.keep(*answers)
        new = sum(answer.id not in known for answer in answers)
        changed = len(answers) - new
        pages.flash(request, "curated.imported", new=new, changed=changed, same=len(typed) - len(answers))
        sent = redirect(request, "curated")
        sent.background = BackgroundTask(prepare, room, answers)  # embedding many questions takes seconds
        return sent


def hold_rows(pages: Pages, request: Request, rows: Iterable[Typed]) -> None:
    """Keeps rows as drafts; imported again, each waits once.

    A row that has changed takes the place of the person's own draft.
    """
    waiting = pages.room.records.drafts.read_all()
    pages.flash(request, "curated.waiting_already", "note")  # stays if every row waits
    for draft in (answer_draft(request, each) for each in rows):
        same = [each for each in waiting if each.thing == draft.thing]
        if not any(each.content == draft.content and not each.returned for each in same):
            hold(pages, request, draft, next((each.id for each in same if each.who == draft.who), ""))


def read_typed_row(row: TableRow, known: Mapping[str, CuratedAnswer]) -> Typed:
    """Returns a row as the form; fields whose column is missing keep what they hold."""
    earlier = known.get(row.fields.get("id", ""))
    before = fields_of(from_answer(earlier) if earlier else blank(""))
    usual = before["until"]
    fields = before | {name: value for name, value in row.fields.items() if name}
    return from_form(fields | {"until": fields["until"] or usual})


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
        if earlier and each.changed_at and each.changed_at != earlier.changed_at.isoformat():
            return "curated.table.changed_meanwhile"
        if is_changed(each, known) and (key := wrong(each, room.index)):
            return key
        return "curated.table.question_twice" if any(wordings[one] > 1 for one in wordings_of(each.answer())) else ""

    found = ((number, each, problem(each)) for number, each in typed.items())
    return [Problem(number, each.answer().question, key) for number, each, key in found if key]


def wordings_of(answer: CuratedAnswer) -> set[str]:
    """Returns the questions of an answer in all languages, casefolded."""
    return {wording.casefold() for text in answer.texts for wording in text.wordings}


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
