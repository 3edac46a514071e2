"""A public page is changed in the editor in which it was written, and the change waits for its comparison."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.checks.text import HINT
from ingest.metadata.write_front_matter import read_written
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import APPROVER, EDITOR, both, until
from tests.web.staff.samples import RUSSIA
from web.staff.context import StaffContext
from web.staff.documents.bulk_form import review_change
from web.staff.uploads.page_fields import edit_page, split_document

REVIEWED = "reviewed_on: 2026-01-10\n"
SOURCE = "outbound/russia.zh.md"
HEAD = """title: 俄罗斯税收指南   # the official name
kind: guide
issuer: 钱塘企业出海助手知识库
countries: [RU]
contact: 商务局
reviewed_on: 2026-01-10
"""
TEXT = "# 俄罗斯税收指南\n\n增值税的一般税率为22%。[^?]\n\n〔内部提示文字〕\n"


def begin(desk: StaffDesk, source: str = SOURCE) -> StaffDesk:
    """Opens the editor from the page of a document."""
    return desk.open(f"folder/document?source={source}").follow(desk.say("documents.rewrite"))


def save(desk: StaffDesk, before: str, after: str) -> StaffDesk:
    """Types another text, and saves it."""
    desk.fill(text=desk.value("text").replace(before, after))
    return desk.press(desk.say("uploads.edit_save"))


def waiting(room: StaffContext, count: int = 1) -> list[str]:
    """The ids of the changes that wait, latest first, once so many do."""
    queue = room.arriving.queue()
    until(lambda: [each.state for each in queue.read_all()].count("clash") == count)
    return [each.id for each in queue.read_all() if each.state == "clash"]


def stands(room: StaffContext, source: str = SOURCE) -> str:
    return (room.settings.knowledge_dir / source).read_text(encoding="utf-8")


def test_only_what_a_clerk_changes_changes_in_the_file() -> None:
    whole = f"---\n{HEAD}---\n\n{TEXT}"
    parts = split_document(whole, HEAD, "en")
    assert parts.typed["countries"] == "Russia" and HINT.search(parts.body), "nothing in a public page is a hint"
    assert edit_page(parts.head, parts.typed, parts.body).text == whole
    typed = {**parts.typed, "contact": "", "summary": "22%"}
    changed = edit_page(parts.head, typed, parts.body.replace("22%", "23%")).text
    head = HEAD.replace("contact: 商务局\n", "") + "summary: 22%\n"
    assert changed.replace("'", "").replace('"', "") == f"---\n{head}---\n\n{TEXT.replace('22%', '23%')}"


def test_a_public_page_is_changed_by_one_and_approved_by_another(
    room: StaffContext, editor: StaffDesk, approver: StaffDesk
) -> None:
    begin(editor)
    assert editor.value("title") == "俄罗斯税收指南" and editor.value("text").startswith("# 俄罗斯税收指南")
    assert editor.count("#folder") == 0 and editor.say("uploads.edit_lead_approval") in editor.text(".lead")
    editor.fill(review_by="")
    save(editor, "22%", "23%")
    assert "俄罗斯税收指南" in editor.text("main > h1") and editor.count("#add") == 0, "no file is asked for"
    waiting(room)
    assert stands(room) == RUSSIA
    assert approver.open(f"folder/document?source={SOURCE}").count(".said.note a", EDITOR) == 1
    approver.open("approvals").follow("俄罗斯税收指南")
    assert approver.texts(".figures tbody del")[0] == "22%"
    assert approver.count("#lost_fields") == approver.count("#kept_fields") == 0, "what was emptied stays empty"
    assert approver.say("uploads.keep_both") not in approver.text(".decide")
    approver.press(approver.say("uploads.replace_edit"))
    assert approver.text(".said.done p") == approver.say("uploads.edit_done", name=SOURCE)
    assert "23%" in stands(room) and "review_by" not in stands(room)
    known = read_written(room.settings.knowledge_dir / SOURCE).values
    assert known["topics"] == ("tax",) and "review_by" not in known
    (entry,) = room.audit.entries(("document.rewritten",))
    assert (entry.who, entry.details["author"], entry.subject) == (APPROVER, EDITOR, SOURCE)
    (sent,) = room.audit.entries(("draft.sent",))
    assert (sent.who, sent.subject, sent.details["kind"]) == (EDITOR, "russia.zh.md", "upload")
    for each in (sent, entry):
        assert "22%" in each.details["before"] and "23%" in each.details["after"], "the log says what changed"
    approver.open("log").follow(approver.say("log.filter.corrections"))
    assert approver.count("tbody tr", approver.say("log.action.document.rewritten")) == 1, "a text changed by hand"


@both
def test_a_clerk_who_works_alone_sees_what_changed_and_confirms_it(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    save(begin(desk), "25%", "26%")
    waiting(room)
    desk.open("folder/incoming").follow(desk.say("uploads.see"))
    assert desk.say("uploads.clash.edit", name=SOURCE) in desk.text(".lead")
    desk.press(desk.say("uploads.replace_edit"))
    assert stands(room).replace("---\n\n", "---\n") == RUSSIA.replace("25%", "26%").replace(REVIEWED, "")
    desk.press(desk.say("frame.undo"), ".said")
    assert stands(room) == RUSSIA
    begin(desk).press(desk.say("uploads.edit_save"))
    assert desk.say("uploads.edit_nothing", name=SOURCE) in desk.text(".said.note")


def test_a_changed_text_has_no_older_day_of_review_unless_ticked(desk: StaffDesk, room: StaffContext) -> None:
    days = review_change([], date.today())
    save(begin(desk), "25%", "26%")
    desk.open(f"folder/incoming/change?id={waiting(room)[0]}").press(desk.say("uploads.replace_edit"))
    assert "26%" in stands(room) and "reviewed_on" not in stands(room), "nobody had seen the new text on that day"
    assert "review_by: 2027-01-10" in stands(room), "it is still due"
    room.library.sync()
    begin(desk).fill(reviewed=True).press(desk.say("uploads.edit_save"))
    desk.open(f"folder/incoming/change?id={waiting(room)[0]}")
    assert desk.count("table.fields tbody tr", desk.say("documents.key.review_by")) == 1, "the day is compared as well"
    desk.press(desk.say("uploads.replace_edit"))
    known = read_written(room.settings.knowledge_dir / SOURCE).values
    assert [str(known[name]) for name in ("reviewed_on", "review_by")] == [days.reviewed_on, days.review_by]


def test_a_look_at_the_page_before_it_is_saved_leaves_the_day_of_review(desk: StaffDesk, room: StaffContext) -> None:
    begin(desk)
    desk.fill(text=desk.value("text").replace("25%", "26%")).press(desk.say("uploads.show_preview"))
    assert desk.value("reviewed_on") == "2026-01-10", "nobody has touched it"
    save(desk.fill(contact="商务局"), "26%", "25%")
    desk.open(f"folder/incoming/change?id={waiting(room)[0]}").press(desk.say("uploads.replace_edit"))
    assert "商务局" in stands(room) and REVIEWED in stands(room)


def test_a_change_of_the_fields_alone_leaves_the_day_of_review(desk: StaffDesk, room: StaffContext) -> None:
    begin(desk).fill(contact="商务局").press(desk.say("uploads.edit_save"))
    desk.open(f"folder/incoming/change?id={waiting(room)[0]}").press(desk.say("uploads.replace_edit"))
    assert "商务局" in stands(room) and REVIEWED in stands(room)


def test_what_is_written_beside_a_file_is_in_the_editor_too(desk: StaffDesk, room: StaffContext) -> None:
    path = room.settings.knowledge_dir / "notes.md"
    path.write_text("# 说明\n\n咨询时间为9点至17点。\n", encoding="utf-8")
    beside = Path(f"{path}.yaml")
    beside.write_text("title: 咨询说明\nissuer: 商务局\nkind: guide\n", encoding="utf-8")
    room.library.sync()
    begin(desk, "notes.md")
    assert desk.value("title") == "咨询说明"
    save(desk, "17点", "18点")
    desk.open(f"folder/incoming/change?id={waiting(room)[0]}").press(desk.say("uploads.replace_edit"))
    known = read_written(path).values
    assert (known["title"], known["issuer"]) == ("咨询说明", "商务局") and not beside.exists()


def test_a_change_of_an_earlier_version_is_put_on_top_of_the_latest(
    room: StaffContext, editor: StaffDesk, approver: StaffDesk
) -> None:
    path = room.settings.knowledge_dir / SOURCE
    begin(editor)
    path.write_text(RUSSIA.replace("25%", "27%"), encoding="utf-8")
    save(editor, "22%", "23%")
    assert editor.text(".trouble") == editor.say("uploads.edit_changed")
    assert "27%" in editor.text("#latest") and "23%" in editor.value("text"), "nothing typed is lost"
    editor.fill(text=editor.value("text").replace("25%", "27%")).press(editor.say("uploads.edit_save"))
    (identity,) = waiting(room)
    path.write_text(RUSSIA.replace("25%", "28%"), encoding="utf-8")
    approver.open(f"folder/incoming/change?id={identity}")
    assert approver.count("#outdated", EDITOR) == 1 and approver.count("button", "replace") == 0
    seen = {"id": identity, "what": "replace", "met": SOURCE, "seen": approver.field("id").get("value")}
    approver.post("folder/incoming/decide", **seen)
    assert "28%" in stands(room), "an approval sent all the same changes nothing"
    editor.open(f"folder/incoming/change?id={identity}").follow(editor.say("uploads.resend_edit"))
    assert "28%" in editor.text("#latest")
    editor.fill(text=editor.value("text").replace("27%", "28%")).press(editor.say("uploads.edit_save"))
    waiting(room)
    approver.open(f"folder/incoming/change?id={identity}").press(approver.say("uploads.replace_edit"))
    assert "28%" in stands(room) and "23%" in stands(room)


def test_a_second_change_of_ones_own_is_told_of_the_first_and_neither_is_lost(
    room: StaffContext, editor: StaffDesk, approver: StaffDesk
) -> None:
    save(begin(editor), "22%", "23%")
    (first,) = waiting(room)
    begin(editor)
    assert editor.say("uploads.edit_waits_own", moment="")[:30] in editor.text("#beside")
    assert EDITOR in begin(approver).text("#beside"), "a colleague is told of it too"
    editor.follow(editor.say("uploads.edit_go_on"))
    assert "23%" in editor.value("text") and editor.count("#beside") == 0
    save(editor, "23%", "24%")
    assert waiting(room) == [first], "gone on with, it is still one change"
    save(begin(editor), "25%", "26%")
    assert len(waiting(room, 2)) == 2, "a second one waits beside it"


def test_a_change_that_the_page_has_not_named_is_named_before_another_is_kept(
    room: StaffContext, editor: StaffDesk, approver: StaffDesk
) -> None:
    begin(approver)
    save(begin(editor), "22%", "23%")
    waiting(room)
    save(approver, "25%", "26%")
    assert approver.text(".trouble") == approver.say("uploads.edit_others_first") and len(waiting(room)) == 1
    approver.press(approver.say("uploads.edit_save"))
    waiting(room, 2)


@pytest.mark.parametrize("source", ["none.md", "../secret.md"])
def test_only_pages_of_the_folder_can_be_opened(desk: StaffDesk, source: str) -> None:
    assert desk.client.get("folder/write", params={"source": source}).status_code == 404


def test_a_waiting_change_of_a_page_without_a_title_has_none_filled_in(desk: StaffDesk, room: StaffContext) -> None:
    (room.settings.knowledge_dir / SOURCE).write_text(RUSSIA.replace("title:", "summary:", 1), encoding="utf-8")
    begin(desk)
    assert desk.value("title") == "" and "# " in desk.value("text")
    save(desk, "22%", "23%")
    (identity,) = waiting(room)
    assert desk.open(f"folder/write?upload={identity}").value("title") == "" and "23%" in desk.value("text")
