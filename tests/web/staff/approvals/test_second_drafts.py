"""A second draft of one's own on the same thing neither takes the place of the first nor is lost behind it."""

from __future__ import annotations

from tests.support.pdf_files import drawn, lines
from tests.support.staff_desk import StaffDesk
from tests.web.staff.approvals.test_routes import NOTICE, SOURCE, TITLE, answer, correct, edit
from tests.web.staff.conftest import rested


def test_whoever_has_a_draft_of_details_is_told_and_can_go_on_with_it(editor: StaffDesk, approver: StaffDesk) -> None:
    drafts = editor.room.records.drafts
    edit(editor, issuer="Customs")
    (first,) = drafts.read_all()
    editor.open(f"folder/edit?source={SOURCE}")
    assert editor.text("#others p", editor.say("approvals.go_on")).startswith("You have written a draft")
    editor.follow(editor.say("approvals.go_on")).press(editor.say("approvals.go_on"))
    assert editor.value("issuer") == "Customs" and editor.count("#others") == 0, "it is the one gone on with"
    editor.fill(topics="visa").press(editor.say("documents.edit.save"))
    (second,) = drafts.read_all()
    assert second.id != first.id and editor.texts(".said")[0] == editor.say("approvals.held")
    approver.open("approvals").follow(TITLE)
    assert "Customs" in approver.text("main") and "Visa" in approver.text("main")


def test_a_second_draft_of_details_waits_beside_the_first_and_the_clerk_is_told_what_follows(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    drafts = editor.room.records.drafts
    edit(editor, issuer="Customs")
    edit(editor, issuer="Tax office")
    assert editor.texts(".said.note")[0] == editor.say("approvals.held_beside") and len(drafts.read_all()) == 2
    first, second = drafts.read_all()
    approver.open(f"approvals/draft?id={first.id}").press(approver.say("approvals.approve"))
    approver.open(f"approvals/draft?id={second.id}")
    assert approver.count("#stale") == 1 and "Tax office" in approver.text("main"), "it is not lost"
    editor.open(f"approvals/draft?id={second.id}").press(editor.say("approvals.edit_newest"))
    assert editor.value("issuer") == "Tax office"


def test_a_second_correction_or_answer_of_ones_own_is_named_first(editor: StaffDesk, approver: StaffDesk) -> None:
    drafts = editor.room.records.drafts
    path = editor.room.settings.knowledge_dir / NOTICE
    drawn(path, lines(["Notice on bonded storage", "Goods may stay for at most 13 months."]))
    rested(path.parent)
    editor.room.library.sync()
    correct(editor, "13 months", "18 months")
    editor.open(f"folder/inside/correct?source={NOTICE}&page=1")
    editor.follow(editor.say("approvals.go_on")).press(editor.say("approvals.go_on"))
    assert "18 months" in editor.value("text")
    editor.fill(text=editor.value("text").replace("18 months", "19 months")).press(editor.say("inspect.save"))
    editor.press(editor.say("inspect.confirm_save"))
    (draft,) = drafts.read_all()
    assert "19 months" in draft.content["text"]
    approver.open(f"approvals/draft?id={draft.id}")
    assert approver.count("button", approver.say("approvals.go_on")) == 0, "only its author goes on with it"
    answer(editor)
    editor.open("curated/new").fill(questions_en="Where is the office?", answer_en="Call 9.")
    editor.press(editor.say("curated.save"))
    assert editor.text(".said.trouble") == editor.say("approvals.others_first") and len(drafts.read_all()) == 2
    editor.press(editor.say("curated.save"))
    assert len(drafts.read_all()) == 3
