"""What one person writes becomes public when a second one has seen the comparison, and not before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ingest.corrections import correction_file
from records import Role
from tests.support.pdf_files import drawn, lines
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import LANGUAGES, rested, until
from tests.web.staff.samples import RUSSIA
from tests.web.staff.walking import scan
from web.staff.context import StaffContext
from web.staff.i18n import words

SOURCE, NOTICE, NEW = "outbound/russia.zh.md", "notice.pdf", "# Fees\n\nThe fee is 5 yuan.\n"
EDITOR, APPROVER = "Editor Li", "Approver Fang"


@pytest.fixture
def editor(room: StaffContext) -> StaffDesk:
    return StaffDesk(room, "en", name="").named_account(EDITOR)


@pytest.fixture
def approver(editor: StaffDesk) -> StaffDesk:
    return editor.named_account(APPROVER, Role.APPROVER)


def upload(desk: StaffDesk, name: str, content: bytes, folder: str = "") -> str:
    """Sends a file, and returns where it is decided on."""
    desk.client.put("folder/incoming/file", params={"name": name, "folder": folder}, content=content)
    until(lambda: bool(desk.open("folder/incoming").page.xpath("//a[contains(@href, 'incoming/change')]")))
    return str(desk.page.xpath("//a[contains(@href, 'incoming/change')]/@href")[0])


def is_there(desk: StaffDesk, name: str) -> bool:
    return (desk.room.settings.knowledge_dir / name).is_file()


def test_an_upload_waits_until_an_approver_has_seen_it(editor: StaffDesk, approver: StaffDesk) -> None:
    page = upload(editor, "fees.md", NEW.encode())
    assert not is_there(editor, "fees.md")
    editor.open(page)
    assert editor.count("#approval", "approver") == 1 and editor.count(".decide form") == 1, "it can be discarded only"
    identity = editor.value("id")
    for desk in (editor, approver):
        desk.post("folder/incoming/decide", id=identity, what="keep_both")
        assert desk.count(".said.trouble") == 1 and not is_there(desk, "fees.md"), "not without the comparison"
    approver.open("approvals").follow("fees.md")
    assert "The fee is 5 yuan." in approver.text(".text")
    approver.press(approver.say("uploads.add_it"), ".decide")
    assert is_there(editor, "fees.md")
    (entry,) = editor.room.audit.entries(("document.added",))
    assert (entry.who, entry.details) == (APPROVER, {"author": EDITOR}) and entry.account
    editor.room.library.sync()
    said = editor.open("folder/document?source=fees.md").text("section[aria-labelledby='published']")
    assert f"Written by {EDITOR}, approved by {APPROVER}" in said


def test_a_new_version_is_approved_from_its_comparison_and_never_by_its_author(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    page = upload(approver, "russia.zh.md", RUSSIA.replace("22%", "9%").encode(), "outbound")
    approver.open(page)
    assert "yourself" in approver.text("#approval")
    approver.post("folder/incoming/decide", id=approver.value("id"), what="replace", seen="guessed")
    assert "yourself" in approver.text(".said.trouble")
    other = editor.named_account("Second", Role.ADMINISTRATOR).open(page)
    assert other.count("del", "22%") and other.count("ins", "9%")
    other.press(other.say("uploads.replace"), ".decide")
    assert "9%" in (editor.room.settings.knowledge_dir / SOURCE).read_text("utf-8")


def test_a_scan_waits_until_each_page_was_compared_with_its_picture(
    editor: StaffDesk, approver: StaffDesk, tmp_path: Path
) -> None:
    file = scan(tmp_path / "scan.pdf", ("Rules on bonded storage", "Goods may stay for 13 months."))
    approver.open(upload(editor, "scan.pdf", file.read_bytes()))
    picture = approver.one("img.scan").get("src")
    assert approver.client.get(picture).headers["content-type"] == "image/webp"
    values = {name: approver.all(f"input[name={name}]")[0].get("value") for name in ("id", "seen")}
    approver.post("folder/incoming/decide", what="keep_both", **values)
    assert "tick" in approver.text(".said.trouble") and not is_there(editor, "scan.pdf")
    (box,) = approver.all("input[name=checked]")
    box.checked = True
    approver.press(approver.say("uploads.add_it"), ".decide")
    assert is_there(editor, "scan.pdf")


def correct(desk: StaffDesk, before: str, after: str) -> None:
    desk.open(f"folder/inside/correct?source={NOTICE}&page=1")
    desk.press(desk.say("inspect.save"), text=desk.value("text").replace(before, after))
    desk.press(desk.say("inspect.confirm_save"))


def test_a_correction_is_read_once_it_is_approved(editor: StaffDesk, approver: StaffDesk) -> None:
    path = editor.room.settings.knowledge_dir / NOTICE
    drawn(path, lines(["Notice on bonded storage", "Goods may stay for at most 13 months."]))
    rested(path.parent)
    editor.room.library.sync()
    correct(editor, "13 months", "18 months")
    assert editor.count(".said.note", "draft") == 1 and not correction_file.read(path).pages
    assert editor.open(f"folder/document?source={NOTICE}").count(".said.note a") == 1
    editor.open("approvals").follow(NOTICE, "tbody")
    assert editor.count("form", editor.say("approvals.approve")) == 0
    approver.open("approvals").follow(NOTICE, "tbody")
    assert approver.count("del", "13") and approver.count("ins", "18")
    approver.press(approver.say("approvals.approve"))
    (page,) = correction_file.read(path).pages.values()
    assert "18 months" in page.text and page.who == EDITOR
    (entry,) = editor.room.audit.entries(("page.corrected",))
    assert (entry.who, entry.details["author"]) == (APPROVER, EDITOR)


def answer(desk: StaffDesk, text: str = "Call 12345.") -> StaffDesk:
    day = str(date.today() + timedelta(30))
    desk.open("curated/new").fill(questions_en="Where is the office?", answer_en=text, until=day)
    return desk.press(desk.say("curated.save"))


def test_a_curated_answer_is_given_once_it_is_approved(editor: StaffDesk, approver: StaffDesk) -> None:
    answers = editor.room.records.curated
    answer(editor)
    assert editor.count(".said.note", "draft") == 1 and list(answers.current()) == []
    editor.open("approvals").follow("Where is the office?")
    assert "Call 12345." in editor.text(".text ins", "Call") and editor.count("#approval") == 1
    identity, seen = editor.value("id"), ""
    assert editor.post("approvals/approve", id=identity, seen=seen).status_code == 403
    approver.post("approvals/approve", id=identity, seen="guessed")
    assert approver.count(".said.trouble") == 1 and list(answers.current()) == []
    approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
    (given,) = answers.current()
    assert (given.created_by, given.question) == (EDITOR, "Where is the office?")
    (entry,) = editor.room.audit.entries(("answer.curated",))
    assert (entry.who, entry.details["author"]) == (APPROVER, EDITOR)
    assert editor.room.records.drafts.all() == []


def test_a_draft_for_something_that_has_changed_is_not_published(editor: StaffDesk, approver: StaffDesk) -> None:
    answer(editor)
    approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
    (given,) = editor.room.records.curated.current()
    for text in ("Call 1.", "Call 2."):
        editor.open(f"curated/edit?id={given.id}").fill(answer_en=text).press(editor.say("curated.save"))
    first, second = (each.id for each in editor.room.records.drafts.all())
    approver.open(f"approvals/draft?id={first}").press(approver.say("approvals.approve"))
    approver.open(f"approvals/draft?id={second}")
    assert "changed in the meantime" in approver.text(".said.trouble")
    assert approver.count("form", approver.say("approvals.approve")) == 0
    approver.press(approver.say("approvals.discard"))
    assert [each.text("en").answer for each in editor.room.records.curated.current()] == ["Call 1."]  # type: ignore[union-attr]
    assert editor.room.records.drafts.all() == []


def test_an_author_takes_the_own_draft_back_and_nobody_else_s(editor: StaffDesk, approver: StaffDesk) -> None:
    answer(approver)
    (draft,) = editor.room.records.drafts.all()
    editor.open("approvals").post("approvals/discard", id=draft.id)
    assert editor.count(".said.trouble") == 1 and editor.room.records.drafts.one(draft.id)
    approver.open(f"approvals/draft?id={draft.id}").press(approver.say("approvals.discard"))
    assert editor.room.records.drafts.all() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_say_nothing_in_the_other_language(room: StaffContext, language: str) -> None:
    editor = StaffDesk(room, language, name="").named_account(EDITOR)
    approver = editor.named_account(APPROVER, Role.APPROVER)
    other = words({"zh": "en", "en": "zh"}[language])
    foreign = {
        text for key, text in other.items() if key.startswith("approvals.") and len(text) > 5 and "{" not in text
    }
    editor.open("curated/new").fill(
        questions_en="Where is the office?", answer_en="Call 12345.", until=str(date.today() + timedelta(30))
    ).press(editor.say("curated.save"))
    (draft,) = room.records.drafts.all()
    for desk in (editor, approver):
        for page in ("approvals", f"approvals/draft?id={draft.id}", f"folder/document?source={SOURCE}"):
            said = desk.open(page).text("main")
            assert [text for text in foreign if text in said] == [], page
