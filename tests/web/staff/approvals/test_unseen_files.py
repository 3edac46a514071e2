"""A file put into the folder by hand stays public, is in the log, and waits for an approver's look."""

from __future__ import annotations

from records import Role
from tests.support.staff_desk import StaffDesk
from tests.web.staff.approvals.test_routes import APPROVER, EDITOR, upload
from web.staff.approvals.unseen_files import note_files_by_hand
from web.staff.context import StaffContext


def by_hand(room: StaffContext) -> list[tuple[str, str]]:
    return [(each.who, each.subject) for each in room.audit.entries(("document.by_hand",))]


def test_a_file_put_into_the_folder_is_in_the_log_and_on_the_home_page_until_an_approver_has_seen_it(
    room: StaffContext,
) -> None:
    editor = StaffDesk(room, "en", name="").named_account(EDITOR)
    approver = editor.named_account(APPROVER, Role.APPROVER)
    note_files_by_hand(room)
    assert by_hand(room) == [], "what is there at first came with the installation"
    (room.settings.knowledge_dir / "parking.md").write_text("# Parking\n\nParking costs 3 yuan.\n", encoding="utf-8")
    page = upload(editor, "fees.md", b"# Fees\n\nThe fee is 5 yuan.\n")
    approver.open(page).press(approver.say("uploads.add_it"), ".decide")
    room.library.sync()
    note_files_by_hand(room)
    note_files_by_hand(room)
    assert by_hand(room) == [("", "parking.md")], "once, and not what came through the staff room"
    assert approver.open("log").count("tbody tr", approver.say("log.by_hand")) == 1
    assert editor.open().count("#tasks", editor.say("approvals.unseen_count", count=1)) == 1
    approver.open().follow(approver.say("approvals.unseen_count", count=1))
    assert approver.texts("tbody tr") and all("parking.md" in each for each in approver.texts("tbody tr"))
    assert editor.open("folder/document?source=parking.md").count("#unseen button") == 0
    approver.open("folder/document?source=parking.md").press(approver.say("documents.mark_seen"))
    assert approver.count(".said.done", "parking.md") == 1
    assert editor.open().count("#tasks") == 0
    assert "parking.md" in room.index.documents(), "it was public all the time"


def test_the_old_page_of_a_file_renamed_in_the_folder_leads_to_the_new_one(room: StaffContext) -> None:
    desk, folder = StaffDesk(room, "en"), room.settings.knowledge_dir / "outbound"
    note_files_by_hand(room)
    for each in sorted(folder.glob("russia.zh.md*")):
        each.rename(folder / each.name.replace("russia", "russian-taxes"))
    room.library.sync(allow_removals=True)
    note_files_by_hand(room)
    assert by_hand(room) == [], "the content is known"
    desk.take(desk.client.get("folder/document?source=outbound/russia.zh.md"))
    assert desk.response.status_code == 404 and desk.say("documents.gone_moved") in desk.text("main")
    desk.follow("outbound/russian-taxes.zh.md", "main")
    assert desk.open("log").count("tbody tr", desk.say("log.action.document.gone_by_hand")) == 1
