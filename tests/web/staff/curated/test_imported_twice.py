"""Where changes wait for approval, what a table says waits once, whoever imports it and however often."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from records import Role
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import APPROVER, EDITOR, both
from tests.web.staff.curated.test_routes import written
from tests.web.staff.curated.test_tables import exported, imported, table
from web.staff.context import StaffContext

WHERE = {"questions_en": "Where is the office?", "answer_en": "In town."}
WHEN = {"questions_en": "When is it open?", "answer_en": "At nine."}


def waiting(desk: StaffDesk) -> list[tuple[str, str]]:
    return [(each.who, each.content["answer_en"]) for each in desk.room.records.drafts.read_all()]


def approve_all(approver: StaffDesk) -> None:
    for each in approver.room.records.drafts.read_all():
        approver.open(f"approvals/draft?id={each.id}").press(approver.say("approvals.approve"))
    assert not approver.room.records.drafts.read_all()


def test_a_table_without_last_days_waits_once_although_the_usual_day_moves_on(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    day = str(date.today() + timedelta(20))
    imported(editor, table({**WHERE, "until": day}, {**WHEN, "until": day}))
    for desk in (editor, approver):
        imported(desk, table(WHERE, WHEN))
        assert desk.text(".said.note") == desk.say("curated.waiting_already")
    assert waiting(editor) == [(EDITOR, "In town."), (EDITOR, "At nine.")]


def test_what_was_approved_is_unchanged_when_the_same_table_comes_again(editor: StaffDesk, approver: StaffDesk) -> None:
    new = table(WHERE, WHEN)
    imported(editor, new)
    approve_all(approver)
    rows = [*csv.DictReader(io.StringIO(exported(editor, "csv").decode("utf-8-sig"), newline=""))]
    head = editor.say("curated.column.answer", which="English")
    changed = table(*(row | {head: f"{row[head]} Ring twice."} for row in rows))
    for content in (new, changed):
        if content == changed:
            imported(editor, changed)
            approve_all(approver)
        for desk in (editor, approver):
            imported(desk, content)
            assert desk.text("[role=status] p") == desk.say("curated.imported", new=0, changed=0, same=2)
    assert not waiting(editor) and len(editor.room.records.curated.read_all()) == 2


def test_a_question_in_other_capitals_is_the_same_one(editor: StaffDesk, approver: StaffDesk) -> None:
    imported(editor, table(WHERE))
    imported(editor, table({**WHERE, "questions_en": "WHERE is the office?\nWhich street?"}))
    (draft,) = editor.room.records.drafts.read_all()
    assert draft.content["questions_en"].startswith("WHERE")


@both
def test_who_imports_other_words_than_a_colleague_s_draft_is_told_before_they_wait(
    room: StaffContext, language: str
) -> None:
    first = StaffDesk(room, language, name="").named_account(EDITOR)
    second = first.named_account(APPROVER, Role.APPROVER)
    imported(first, table(WHERE, WHEN))
    other = table(WHERE | {"answer_en": "In the harbour."}, WHEN)
    imported(second, other)
    assert second.response.status_code == 422 and len(waiting(first)) == 2
    assert second.say("curated.table.others_first", count=1) in second.text("#others")
    assert EDITOR in second.text("#others li") and second.count("#others a") == 1
    (named,) = second.all("form input[name=beside]")
    files = {"table": ("table", other)}
    second.take(second.client.post("curated/import", data={"beside": named.get("value")}, files=files))
    assert waiting(first)[-1] == (APPROVER, "In the harbour.") and len(waiting(first)) == 3
    imported(first, table(WHERE | {"answer_en": "In the harbour."}, WHEN))
    assert len(waiting(first)) == 3, "it waits already, in the name of the colleague"


def test_without_approval_the_same_table_brings_nothing_twice(room: StaffContext) -> None:
    room.records.curated.keep(written())
    desk = StaffDesk(room, "en")
    imported(desk, table(WHERE))
    imported(desk, table(WHERE))
    assert desk.text("[role=status] p") == desk.say("curated.imported", new=0, changed=0, same=1)
    imported(desk, table(WHERE | {"answer_en": "In the harbour."}))
    assert desk.response.status_code == 422 and len(room.records.curated.read_all()) == 2
