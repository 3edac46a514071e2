"""The log says who did what and when; it can be filtered and taken away as a table."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest

from records import AuditEntry, DraftKind
from records.models import now
from tests.support.staff_desk import NAME, StaffDesk
from tests.support.staff_questions import asked
from tests.web.staff.conftest import both
from web.staff.audit_log import group_actions
from web.staff.context import StaffContext
from web.staff.formatting import Formatter
from web.staff.i18n import words

OLD, MINE = "laws/old.md", "laws/=mine.md"


def test_a_name_that_somebody_typed_is_told_from_an_account_and_a_program(room: StaffContext) -> None:
    desk = StaffDesk(room, "en", name="").named_account("Li")
    for name in ("Typed", "API: portal"):
        room.audit.note(AuditEntry(name, "document.removed", OLD))
    room.audit.note(AuditEntry("Li", "document.removed", OLD, account="some id"))
    said = desk.open("log").texts("tbody tr")
    assert [desk.say("log.typed_name") in each for each in said] == [False, False, True]


@both
def test_days_and_moments_are_said_as_everywhere_in_the_room(room: StaffContext, language: str) -> None:
    desk, made = StaffDesk(room, language), datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    room.audit.note(AuditEntry(NAME, "backup.restoring", made.isoformat(timespec="minutes")))
    room.audit.note(AuditEntry(NAME, "answer.changed", "停车", {"until": "2026-05-04"}))
    speak, (changed, restoring) = Formatter(language), desk.open("log").texts("tbody tr")
    assert f"{desk.say('log.detail.until')}: {speak.day(date(2026, 5, 4))}" in changed
    assert speak.moment(made) in restoring and "UTC" not in restoring


@both
def test_entries_are_filtered_by_who_what_and_when_and_exported(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    room.audit.note(AuditEntry("李明", "document.edited", OLD, {"title": "旧 → 新"}, now() - timedelta(days=3)))
    room.audit.note(AuditEntry(NAME, "document.removed", MINE))
    room.audit.note(AuditEntry(NAME, "signed.in"))
    desk.open("log")
    assert desk.count("tbody tr") == 3
    groups = [each.get("label") for each in desk.all("optgroup")]
    assert set(groups) == {desk.say("log.group.document"), desk.say("log.group.signed")}
    desk.fill(what="document.").press(desk.say("documents.show"))
    assert [OLD in row or MINE in row for row in desk.texts("tbody tr")] == [True, True]
    desk.fill(who="李明").press(desk.say("documents.show"))
    assert OLD in desk.text("tbody tr")
    desk.fill(who="", first=str(now().astimezone().date())).press(desk.say("documents.show"))
    assert MINE in desk.text("tbody tr")
    table = desk.client.get(desk.named("a", desk.say("log.export")).get("href").lstrip("/"))
    rows = list(csv.reader(StringIO(table.text.removeprefix("\ufeff"))))
    assert rows[0][1:] == [desk.say(f"log.{name}") for name in ("who", "what", "code", "subject", "details")]
    assert rows[0][0].startswith(desk.say("log.at")) and "GMT" in rows[0][0], "the hours say of which zone they are"
    assert [row[1:] for row in rows[1:]] == [
        [NAME, desk.say("log.action.document.removed"), "document.removed", MINE, ""]
    ]
    last = room.audit.entries(limit=1)[0]
    assert last.action == "log.exported" and "what=document" in last.details["filter"]
    desk.client.get("log/export.csv", params={"subject": "游泳 馆"})
    shown = f"{desk.say('log.detail.filter')}: {desk.say('log.subject')}: 游泳 馆"
    assert shown in desk.open("log").texts("tbody tr")[0], "words of a filter are shown as they were typed"
    desk.fill(subject="no such thing").press(desk.say("documents.show"))
    assert desk.text(".empty") == desk.say("log.none_found")


def test_an_export_of_everything_says_so_in_the_language_of_the_reader(room: StaffContext) -> None:
    for path in ("log/export.csv", "asked/export.csv"):
        StaffDesk(room, "zh").client.get(path)
    english = StaffDesk(room, "en").open("log")
    assert english.count("tbody tr", "全部") == 0 and english.count("tbody tr", english.say("questions.all")) == 2


@pytest.mark.parametrize("part", ["russia", "税收指南", "俄罗斯的"])
def test_a_part_of_a_path_a_title_or_a_question_is_found_and_exported(room: StaffContext, part: str) -> None:
    guide, question = "outbound/russia.zh.md", "俄罗斯的增值税是多少？"
    for subject in (guide, question, "inbound/warehouse.en.md"):
        room.audit.note(AuditEntry(NAME, "document.edited", subject))
    desk = StaffDesk(room).open("log").fill(subject=part).press(words("zh")["documents.show"])
    wanted = question if part == "俄罗斯的" else guide
    assert desk.count("tbody tr") == desk.count("tbody tr", wanted) == 1
    table = desk.client.get(desk.named("a", desk.say("log.export")).get("href").lstrip("/"))
    assert [row[4] for row in csv.reader(StringIO(table.text))][1:] == [wanted]


@both
def test_a_gap_is_named_by_its_question_and_a_request_by_its_number_as_long_as_they_are_kept(
    room: StaffContext, language: str
) -> None:
    desk, question = StaffDesk(room, language), "西红柿炒鸡蛋怎么做？"
    handle = asked(room, question).handle
    room.audit.note(AuditEntry(NAME, "request.closed", "1", {"reference": "AB12"}))
    for subject in ("0123456789abcdef", handle):
        room.audit.note(AuditEntry(NAME, "gap.ignored", subject))
    named = [question, desk.say("log.question_gone"), desk.say("log.request", reference="AB12")]
    said = desk.open("log").texts("tbody tr")
    assert [name in row for name, row in zip(named, said, strict=True)] == [True] * 3
    assert handle not in " ".join(said)
    assert subjects_in(desk) == named
    assert question in desk.follow(question, "tbody").text("main")


@both
def test_the_table_says_of_each_entry_who_did_it_as_the_page_does(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    for who, action, subject, details in (
        ("王芳", "document.replaced", OLD, {"author": "李明"}),
        ("", "document.by_hand", OLD, {}),
        ("", "password.forgotten", "", {}),
        ("", "account.accepted", "李明", {}),
        ("", "sign_in.failed", "李明", {"address": "::1"}),
    ):
        room.audit.note(AuditEntry(who, action, subject, details))
    by = [desk.say(f"log.{key}") for key in ("by_command", "by_hand")]
    wanted = [desk.say("log.not_signed_in"), "李明", *by, desk.say("log.approved", author="李明", who="王芳")]
    assert desk.open("log").texts(f"td[data-label='{desk.say('log.who')}']") == wanted
    assert subjects_in(desk, 1) == wanted


@both
def test_a_file_that_waits_for_approval_is_not_called_a_draft(room: StaffContext, language: str) -> None:
    desk, draft = StaffDesk(room, language), next(iter(DraftKind)).value
    for kind in (draft, "upload"):
        room.audit.note(AuditEntry(NAME, "draft.sent", OLD, {"kind": kind}))
    wanted = [desk.say("log.action.draft.sent.upload"), desk.say("log.action.draft.sent")]
    assert desk.open("log").texts(f"td[data-label='{desk.say('log.what')}']") == wanted
    assert subjects_in(desk, 2) == wanted


def subjects_in(desk: StaffDesk, column: int = 4) -> list[str]:
    """A column of the log as a table, without that of this export: of the subjects, or another one."""
    table = csv.reader(StringIO(desk.client.get("log/export.csv").text.removeprefix("\ufeff")))
    return [row[column] for row in table][2:]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_group_of_actions_has_a_name(language: str) -> None:
    known = words(language)
    actions = [key.removeprefix("log.action.") for key in known if key.startswith("log.action.")]
    grouped = group_actions(actions, language)
    assert [name for prefix, name, _ in grouped if name == prefix.rstrip(".")] == []
