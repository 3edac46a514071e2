"""Answers leave as a table and come back from one: all rows or none, with what is wrong in each row."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from records import CuratedAnswer, CuratedText
from records.models import now
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import both
from tests.web.staff.curated.test_routes import written
from web.staff.context import StaffContext
from web.staff.curated.column_heads import COLUMNS
from web.staff.curated.table import MOST_ROWS

LIST = CuratedText("zh", "=有公式吗？\n'有引号吗？", "- 一\n- 二，“三”")


def exported(desk: StaffDesk, ending: str) -> bytes:
    return desk.client.get(f"curated/export.{ending}").content


def imported(desk: StaffDesk, content: bytes) -> StaffDesk:
    return desk.take(desk.client.post("curated/import", files={"table": ("table", content)}))


def table(*rows: dict[str, Any]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def workbook(*rows: list[Any]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    for cell in (cell for row in book.worksheets[0].iter_rows() for cell in row if isinstance(cell.value, str)):
        cell.data_type = "s"  # as Excel keeps a text that begins with =
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_comes_back_unchanged(room: StaffContext, ending: str) -> None:
    answers = room.records.curated
    answers.keep(written(), replace(written("list"), texts=(LIST,), sources=()))
    before, desk = answers.read_all(), StaffDesk(room, "en")
    content = exported(desk, ending)
    imported(desk, content)
    assert desk.text("[role=status] p") == desk.say("curated.imported", new=0, changed=0, same=2)
    for answer in before:
        answers.delete(answer.id)
    if ending == "csv":
        rows = [*csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
        content = table(
            *(row | {desk.say(f"curated.column.{each}"): "" for each in ("id", "changed_at")} for row in rows)
        )
    else:
        rows_ = [*load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]
        content = workbook([*rows_[0]], *(["", *row[1:-1], ""] for row in rows_[1:]))
    imported(desk, content)
    assert desk.text("[role=status] p") == desk.say("curated.imported", new=2, changed=0, same=0)
    assert {contents(each) for each in answers.read_all()} == {contents(each) for each in before}


def contents(answer: CuratedAnswer) -> tuple[object, ...]:
    return (
        answer.until,
        tuple((each.language, each.questions, each.answer.strip()) for each in answer.texts),
        answer.sources,
    )


def test_a_row_with_an_id_changes_that_answer_and_others_stay(room: StaffContext) -> None:
    answers = room.records.curated
    answers.keep(written(), replace(written("b"), texts=(LIST,)))
    desk = StaffDesk(room, "en")
    day = date.today() + timedelta(30)
    imported(desk, workbook(["id", "until", "answer_zh"], ["a", day, "**22%**"], [None, None, None]))
    assert desk.text("[role=status] p") == desk.say("curated.imported", new=0, changed=1, same=0)
    changed = answers.one("a")
    assert changed and changed.until == day and changed.sources == written().sources
    assert [each.answer for each in changed.texts] == ["**22%**", written().texts[1].answer]
    assert answers.one("b")
    (entry,) = room.audit.entries()
    assert entry.details["before_answer_zh"] == written().texts[0].answer


def test_a_table_that_excel_wrote_in_china_is_read(room: StaffContext) -> None:
    content = "questions_zh;answer_zh\n俄罗斯的税率是多少？;税率是百分之二十二，另见办法的说明。\n".encode("gb18030")
    imported(StaffDesk(room), content)
    (answer,) = room.records.curated.read_all()
    assert answer.question == "俄罗斯的税率是多少？"


@both
def test_one_wrong_row_keeps_all_out_and_each_is_named(room: StaffContext, language: str) -> None:
    answers = room.records.curated
    answers.keep(written())
    old = str(now() - timedelta(1))
    fine = {"questions_zh": "新问题？", "answer_zh": "新答复。"}
    desk = imported(
        StaffDesk(room, language),
        table(
            {"id": "", "until": "", "changed_at": "", "source_1": "", **fine},
            {"questions_zh": "没有答复？"},
            {"id": "nobody", "questions_zh": "谁？", "answer_zh": "我。"},
            {"id": "a", "changed_at": old, "questions_zh": written().question, "answer_zh": "别的。"},
            {"questions_zh": "依据呢？", "answer_zh": "有。", "source_1": "none.md"},
            {"questions_zh": written().question, "answer_zh": "又一个。"},
            {"questions_zh": "哪天？", "answer_zh": "今天。", "until": "2020-01-01"},
        ),
    )
    assert desk.response.status_code == 422
    keys = (
        "half_text",
        "table.unknown_id",
        "table.changed_meanwhile",
        "unknown_source",
        "table.question_twice",
        "no_day",
    )
    told = desk.texts("#problems li")
    assert len(told) == len(keys)
    for number, (text, key) in enumerate(zip(told, keys, strict=True), 3):
        assert text.startswith(desk.say("curated.table.row", number=number)) and text.endswith(
            desk.say(f"curated.{key}")
        )
    assert [each.id for each in answers.read_all()] == ["a"]
    assert room.audit.entries() == []


@pytest.mark.parametrize(
    "form", ["{0.year}/{0.month}/{0.day}", "{0.year}-{0.month}-{0.day}", "{0.year}年{0.month}月{0.day}日"]
)
def test_a_day_is_read_as_excel_writes_it(room: StaffContext, form: str) -> None:
    day = date.today() + timedelta(100)
    row = {"questions_zh": "新问题？", "answer_zh": "新答复。", "until": form.format(day)}
    desk = imported(StaffDesk(room), table(row))
    assert [each.until for each in room.records.curated.read_all()] == [day]
    imported(desk, table(row | {"questions_zh": "哪天？", "until": "明年六月"}))
    assert desk.text("#problems li").endswith(desk.say("curated.unread_day"))


def damaged(part: str, content: bytes) -> bytes:
    """A workbook with another content of one of its files."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["id"]))) as whole, zipfile.ZipFile(written, "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, content if name == part else whole.read(name))
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "key", "values"),
    [
        (b"", "empty", {}),
        (damaged("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"), "unreadable", {}),
        (damaged("xl/workbook.xml", b"no XML"), "unreadable", {}),
        (damaged("xl/workbook.xml", b"<workbook/>"), "unreadable", {}),
        (damaged("[Content_Types].xml", b"<Types/>"), "unreadable", {}),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "unreadable", {}),
        (b"PK\x03\x04 no zip", "unreadable", {}),
        (b"id,id\na,b\n", "column_twice", {"column": "Id (leave it as it is)"}),
        (b"id\n" + b"a\n" * (MOST_ROWS + 1), "too_many", {"most": MOST_ROWS}),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(
    room: StaffContext, content: bytes, key: str, values: dict[str, Any]
) -> None:
    desk = imported(StaffDesk(room, "en"), content)
    assert desk.response.status_code == 422
    assert desk.say(f"curated.table.{key}", **values) in desk.text("[role=alert]")


def test_an_unknown_column_is_named_with_those_that_are_known(room: StaffContext) -> None:
    desk = imported(StaffDesk(room, "en"), b"id,frage\na,b\n")
    assert "frage" in desk.text("[role=alert]") and "Questions (Chinese)" in desk.text("[role=alert]")


def first_row(content: bytes, ending: str) -> list[Any]:
    if ending == "csv":
        return next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return [each.value for each in next(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows())]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@both
def test_a_table_has_heads_in_the_language_of_the_clerk_and_comes_back_with_those_of_any(
    room: StaffContext, language: str, ending: str
) -> None:
    room.records.curated.keep(written())
    desk, other = StaffDesk(room, language), StaffDesk(room, {"zh": "en", "en": "zh"}[language])
    content = exported(desk, ending)
    heads = first_row(content, ending)
    assert desk.say("curated.column.until") in heads and desk.say("curated.column.source", which=1) in heads
    assert not {"questions_zh", "answer_en", "used"} & set(heads) and len(set(heads)) == len(heads)
    for each in (desk, other):
        imported(each, content)
        assert each.text("[role=status] p") == each.say("curated.imported", new=0, changed=0, same=1)


def test_a_head_may_be_typed_in_other_widths_and_cases(room: StaffContext) -> None:
    imported(StaffDesk(room), table({"问法(中文)": "新问题？", "ANSWER ( Chinese )": "新答复。"}))
    assert [each.question for each in room.records.curated.read_all()] == ["新问题？"]


def test_a_table_shows_how_often_each_answer_was_used_and_runs_no_formula(room: StaffContext) -> None:
    room.records.curated.keep(replace(written(), texts=(LIST,)))
    desk = StaffDesk(room)
    (row,) = csv.DictReader(io.StringIO(exported(desk, "csv").decode("utf-8-sig"), newline=""))
    row = dict(zip(COLUMNS, row.values(), strict=True))
    assert (row["used"], row["questions_zh"][:2], row["answer_zh"][:2]) == ("0", "'=", "'-")
    sheet = load_workbook(io.BytesIO(exported(desk, "xlsx"))).worksheets[0]
    assert sheet["C2"].data_type == "s" and str(sheet["C2"].value).startswith("=有公式")
    assert [each.action for each in room.audit.entries()] == ["answers.exported"] * 2
