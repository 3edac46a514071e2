"""What one person writes becomes public when a second one has seen the comparison, and not before."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from ingest.corrections import correction_file
from ingest.metadata import write_front_matter
from ingest.metadata.write_front_matter import read_written
from ingest.uploads.queue import UploadQueue
from records import Role
from store.embeddings import Embedder
from tests.support.pdf_files import drawn, lines
from tests.support.staff_desk import StaffDesk, plain
from tests.web.staff.conftest import APPROVER, EDITOR, LANGUAGES, rested, stocked, until
from tests.web.staff.samples import FOLDER, RUSSIA
from tests.web.staff.walking import scan
from web.i18n import texts
from web.staff.context import StaffContext
from web.staff.documents import change
from web.staff.i18n import words

SOURCE, TITLE = "outbound/russia.zh.md", "俄罗斯税收指南"
NOTICE, NEW = "notice.pdf", "# Fees\n\nThe fee is 5 yuan.\n"
BASES = """- id: export-law
  title: {zh: 出口管制法, en: Export Control Law}
  issuer: {zh: 全国人大常委会, en: NPC Standing Committee}
  url: https://example.org/law
"""
GUIDE = """---
title: Export of drones
kind: guide
---
# Export of drones

Drones need a licence. [^export-law Art. 12]
Drones are best declared early. [^center]
Drones take 45 working days.
"""
WHOSE = ("decide", "returned", "author", "colleague")


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
    approver.open("approvals").follow("Fees")
    assert "The fee is 5 yuan." in approver.text("#rest")
    assert [each.get("href") for each in approver.all("main p a")][:1] == ["/approvals"], "back to what waits"
    approver.press(approver.say("uploads.add_it"), ".decide")
    assert is_there(editor, "fees.md") and approver.response.url.path == "/approvals"
    assert approver.count(".said.done", "fees.md") == 1
    (entry,) = editor.room.audit.entries(("document.added",))
    assert (entry.who, entry.details) == (APPROVER, {"author": EDITOR}) and entry.account
    editor.room.library.sync()
    said = editor.open("folder/document?source=fees.md").text("section[aria-labelledby='published']")
    assert f"Written by {EDITOR}, approved by {APPROVER}" in said


def test_an_approver_sees_all_of_a_file_its_details_and_the_pages_that_are_no_scans(
    editor: StaffDesk, approver: StaffDesk, tmp_path: Path
) -> None:
    head = "---\ntitle: Fees\ncontact: nobody@example.org\ndownload: true\n---\n"
    text = "# Fees\n\n" + "The fee is 5 yuan. " * 4_000 + "\n\nThe end: 9 yuan.\n"
    page = upload(editor, "fees.md", (head + text).encode())
    approver.open(page)
    assert approver.text("#rest").strip().endswith("The end: 9 yuan.")
    assert "nobody@example.org" in approver.text("#known") and approver.count("#known [data-field=download]") == 1
    approver.press(approver.say("approvals.refuse"), reason="No.")
    file = scan(tmp_path / "mixed.pdf", ("Rules on bonded storage", "Goods may stay for 13 months."))
    both = PdfWriter(clone_from=file)
    both.append(drawn(tmp_path / "typed.pdf", lines(["Annex on fees", "The fee is 5 yuan."])))
    both.write(file)
    approver.open(upload(editor, "mixed.pdf", file.read_bytes()))
    assert approver.count("img.scan") == 1 and "The fee is 5 yuan." in approver.text("#rest")
    assert "13 months" not in approver.text("#rest")


def test_an_approver_can_read_what_the_layout_of_a_text_hides(editor: StaffDesk, approver: StaffDesk) -> None:
    hidden = "[portal](https://tax.example/pay)", "| 22% | since 2026 |", "```from May only"
    link, row, fence = hidden
    text = f"{link}\n\n| VAT |\n|---|\n{row}\n\n{fence}\nPay.\n```"
    approver.open(upload(editor, "fees.md", f"# Fees\n\n{text}\n".encode()))
    assert not any(each in approver.text("#rest") for each in ("tax.example", "since 2026", "from May"))
    assert all(each in approver.text("#typed pre") for each in hidden) and approver.count("#typed[open]") == 0
    answer(editor, text)
    approver.open("approvals").follow("Where is the office?")
    assert all(each in approver.text(".as-typed pre") for each in hidden) and approver.count(".as-typed[open]") == 0


def test_an_approver_sees_the_basis_of_each_line_the_problems_the_folder_and_the_original(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    folder = editor.room.settings.knowledge_dir
    (folder / "bases.yaml").write_text(BASES, encoding="utf-8")
    page = upload(editor, "licence.md", GUIDE.encode(), "outbound")
    approver.open(page)
    assert approver.texts("#rest h1") == ["Export of drones"], "as companies see it, not as it was typed"
    law, advice, bare = approver.one("#rest").text_content().strip().splitlines()[-3:]
    assert "Export Control Law" in law and "Art. 12" in law
    assert texts("en")["basis.center"] in advice
    assert approver.say("uploads.no_basis") in bare and approver.count("#rest strong") == 1
    assert "Drones take 45" in approver.text("#problems")
    assert "outbound" in approver.text("#into")
    sent = approver.client.get(approver.named("a", approver.say("uploads.original")).get("href"))
    assert sent.content == GUIDE.encode()
    assert sent.headers["content-disposition"].startswith("attachment")
    assert sent.headers["content-type"] == "application/octet-stream"
    assert approver.client.get("folder/incoming/file?id=gone").status_code == 404


def test_the_approver_is_told_that_a_guide_has_no_topics(editor: StaffDesk, approver: StaffDesk) -> None:
    guide = "---\nkind: guide\nlanguage: zh\n---\n# 公共游泳馆\n\n公共游泳馆每天9点至21点开放。\n"
    approver.open(upload(editor, "pool.zh.md", guide.encode()))
    assert approver.say("documents.key.topics") in approver.text("#missing")
    assert approver.say("documents.key.issuer") not in approver.text("#missing"), "the center wrote it"


def test_details_that_were_not_found_are_filled_in_by_the_author_before_the_approval(
    editor: StaffDesk, approver: StaffDesk, tmp_path: Path
) -> None:
    file = drawn(tmp_path / "rules.pdf", lines(["Rules on bonded storage", "Goods may stay for 13 months."]))
    page = upload(editor, "rules.pdf", file.read_bytes())
    approver.open(page)
    assert approver.say("documents.key.document_number") in approver.text("#missing") and EDITOR in approver.text(
        "#missing"
    )
    (first,) = editor.room.arriving.queue().read_all()
    seen = approver.value("seen")
    assert approver.client.get(f"folder/incoming/details?id={first.id}").status_code == 404
    editor.open(page).follow(editor.say("uploads.fill_in"))
    editor.press(editor.say("documents.edit.save"), source_url="nowhere", effective_from="2027-02-01",
                 effective_to="2027-01-01")  # fmt: skip
    assert editor.count(".wrong") == 2, "both errors are said at once"
    editor.open(page).follow(editor.say("uploads.fill_in"))
    editor.press(editor.say("documents.edit.save"), document_number="钱商务发〔2026〕41号", issuer="Bureau")
    until(lambda: editor.room.arriving.queue().find(first.id).state == "clash")
    approver.post("folder/incoming/decide", id=first.id, what="keep_both", seen=seen)
    assert not is_there(editor, "rules.pdf"), "nobody approves details unseen"
    approver.open(page)
    assert "钱商务发〔2026〕41号" in approver.text("#known")
    assert approver.say("documents.key.document_number") not in approver.text("#missing")
    approver.press(approver.say("uploads.add_it"), ".decide")
    editor.room.library.sync()
    assert editor.room.index.documents()["rules.pdf"].document_number == "钱商务发〔2026〕41号"
    assert [(each.who, each.subject) for each in editor.room.audit.entries(("upload.details",))] == [
        (EDITOR, "rules.pdf")
    ]


def test_details_filled_in_for_a_new_version_join_those_that_it_keeps(editor: StaffDesk, approver: StaffDesk) -> None:
    (editor.room.settings.knowledge_dir / "fees.txt").write_text("The fee is 5 yuan.", encoding="utf-8")
    write_front_matter.write_metadata(editor.room.settings.knowledge_dir / "fees.txt", {"contact": "a@example.org"})
    editor.room.library.sync()
    page = upload(editor, "fees.txt", b"The fee is 6 yuan.")
    (first,) = editor.room.arriving.queue().read_all()
    editor.open(page).follow(editor.say("uploads.fill_in"))
    editor.press(editor.say("documents.edit.save"), summary="Fees of today")
    until(lambda: editor.room.arriving.queue().find(first.id).state == "clash")
    assert len(editor.room.audit.entries(("draft.sent",))) == 1, "it has waited all the time"
    approver.open(page).press(approver.say("uploads.replace"), ".decide")
    written = read_written(editor.room.settings.knowledge_dir / "fees.txt").values
    assert (written["contact"], written["summary"]) == ("a@example.org", "Fees of today")


def test_the_checks_of_a_replacement_look_at_what_will_be_public(editor: StaffDesk, approver: StaffDesk) -> None:
    path = editor.room.settings.knowledge_dir / "fees.txt"
    path.write_text("The fee is 5 yuan.", encoding="utf-8")
    known = {"title": "Fees", "issuer": "Bureau", "effective_from": date(2026, 1, 1)}
    write_front_matter.write_metadata(path, known)
    editor.room.library.sync()
    sent = {"name": "new.txt", "folder": "", "replaces": "fees.txt"}
    lead = editor.open("folder/incoming?replaces=fees.txt").text(".lead")
    assert lead == editor.say("uploads.replace_lead_approval"), "who may not decide is not told to decide"
    editor.client.put("folder/incoming/file", params=sent, content=b"The fee is 6 yuan.")
    queue = editor.room.arriving.queue()
    until(lambda: [each.state for each in queue.read_all()] == ["clash"])
    approver.open(f"folder/incoming/change?id={queue.read_all()[0].id}")
    assert approver.text("h1") == approver.say("uploads.decide_replace")
    assert approver.count("#kept_fields", "Bureau") == 1 and approver.count("#known", "Bureau") == 1
    assert approver.count("#problems", "who issued") == 0, "the replacement keeps the issuer"
    assert "who issued" in approver.text("#only-beside"), "beside the old one, the new file has none"
    issuer, only = approver.say("documents.key.issuer"), approver.say("uploads.only_replacing")
    assert issuer not in approver.texts("#missing > p")[0] and issuer in approver.text("#missing-beside")
    assert only in approver.text("#known [data-field=issuer]"), "who keeps both does not approve it"
    assert only not in approver.text("#known [data-field=language]")
    approver.press(approver.say("uploads.replace"), ".decide")
    assert read_written(path).values["issuer"] == "Bureau"


def test_an_upload_is_returned_sent_again_and_refused_with_a_reason(editor: StaffDesk, approver: StaffDesk) -> None:
    page = upload(editor, "fees.md", NEW.encode())
    approver.open(page).press(approver.say("approvals.return"), reason="Which fee?")
    assert approver.response.url.path == "/approvals" and EDITOR in approver.text(".said.done")
    identity = editor.open("folder/incoming").all("input[name=id]")[0].get("value")
    assert "Which fee?" in editor.text(".arrivals .said") and APPROVER in editor.text(".arrivals .said")
    approver.open(page)
    assert approver.count(".decide form") == 0, "it is the author's turn"
    approver.post("folder/incoming/decide", id=identity, what="resend")
    assert approver.count(".said.trouble") == 1
    again = UploadQueue(editor.room.settings, editor.room.index, editor.room.trash, lambda *_: None, lambda: True)
    assert [each.staged.returned for each in again.read_all()] == ["Which fee?"], "also after a restart"
    editor.open("folder/incoming").press(editor.say("uploads.resend"))
    assert editor.count(".said.done") == 1 and editor.count(".arrivals .said") == 0
    other = editor.named_account("Second")
    for desk, reason in ((other, "No."), (approver, " ")):
        desk.post("folder/incoming/decide", id=identity, what="discard", reason=reason)
        assert desk.count(".said.trouble") == 1
    approver.open(page).press(approver.say("approvals.refuse"), reason="We have no fees.")
    assert approver.response.url.path == "/approvals" and not editor.room.arriving.queue().read_all()
    (entry,) = editor.room.audit.entries(("upload.discarded",))
    assert (entry.who, entry.details) == (APPROVER, {"author": EDITOR, "reason": "We have no fees."})
    assert "We have no fees." in editor.open("approvals").texts("ul.entries > li")[0]


def test_who_fills_in_details_of_a_returned_file_is_told_to_send_it_again(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    page = upload(editor, "fees.md", NEW.encode())
    assert "who issued" in editor.open("folder/incoming").text(".arrivals .problems"), (
        "the author sees it before others"
    )
    assert approver.open("folder/incoming").count(".arrivals .problems") == 0
    approver.open(page).press(approver.say("approvals.return"), reason="Who says so?")
    editor.open("folder/incoming").follow(editor.say("uploads.resend_edit"))
    assert editor.value("title") == "Fees", "as it was read from the heading"
    editor.follow(editor.say("uploads.fill_in"), "#more-details")
    editor.press(editor.say("documents.edit.save"), issuer="Bureau", issued="2026-01-02")
    assert editor.texts(".said.note p")[0] == editor.say("uploads.details_saved_returned", name="fees.md")
    editor.press(editor.say("uploads.resend"), ".said")
    assert editor.text(".said.done") == editor.say("approvals.sent_again", subject="fees.md")
    assert "who issued" not in editor.text(".arrivals")
    assert approver.open(page).count("button", approver.say("uploads.add_it")) == 1


def test_the_name_of_a_returned_file_is_not_filled_in_as_its_title(editor: StaffDesk, approver: StaffDesk) -> None:
    page = upload(editor, "scan_0012.md", b"The fee is 5 yuan.\n\n## Terms\n\nPay by May.\n")
    approver.open(page).press(approver.say("approvals.return"), reason="Which fee?")
    editor.open("folder/incoming").follow(editor.say("uploads.resend_edit"))
    assert editor.value("title") == "" and "5 yuan" in editor.value("text")


def test_the_page_of_a_file_asks_only_who_can_decide(editor: StaffDesk, approver: StaffDesk) -> None:
    page = upload(editor, "new.md", b"# New\n\nThe fee is 5 yuan.\n")
    asked = editor.say("uploads.what_now")
    assert asked in approver.open(page).text("main") and asked not in editor.open(page).text("main")
    assert editor.text(".lead") == editor.say("approvals.waits")
    approver.press(approver.say("approvals.return"), reason="Which fee?")
    for desk in (editor, approver):
        desk.open(page)
        assert desk.text("main > h1") == desk.say("uploads.given_back")
        assert desk.text(".lead") == desk.say("approvals.was_returned")


def test_a_returned_file_is_corrected_from_its_page_and_stays_the_same_item(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    queue = editor.room.arriving.queue()
    page = upload(editor, "fees.md", NEW.encode())
    (first,) = queue.read_all()
    approver.open(page).press(approver.say("approvals.return"), reason="Which fee?")
    editor.open(page).follow(editor.say("uploads.resend_edit"))
    assert "The fee is 5 yuan." in editor.value("text")
    editor.open(page).follow(editor.say("uploads.correct_file"))
    assert editor.one("#add").get("data-instead") == first.id and "fees.md" in editor.text("h1")
    sent = {"name": "prices.md", "folder": "", "instead": first.id}
    approver.client.put("folder/incoming/file", params=sent, content=b"# Prices\n\nSomebody else's.\n")
    assert len(queue.read_all()) == 2, "only its author sends it again"
    editor.client.put("folder/incoming/file", params=sent, content=b"# Prices\n\nThe price is 6 yuan.\n")
    until(lambda: queue.find(first.id).state == "clash")
    again = UploadQueue(editor.room.settings, editor.room.index, editor.room.trash, lambda *_: None, lambda: True)
    assert [(each.staged.name, each.staged.returned) for each in again.read_all() if each.id == first.id] == [
        ("prices.md", "")
    ]
    approver.open(page)
    assert "The price is 6 yuan." in approver.text("#rest")
    approver.press(approver.say("uploads.add_it"), ".decide")
    assert is_there(editor, "prices.md") and not is_there(editor, "fees.md")
    handed_in = [(each.who, each.subject) for each in editor.room.audit.entries(("draft.sent",))]
    expected = [(EDITOR, "prices.md"), (APPROVER, "prices.md"), (EDITOR, "fees.md")]
    assert handed_in == expected, "the log has each hand-in, also the first"


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
    """Corrects a page; each step says that the change waits for approval."""
    desk.open(f"folder/inside/correct?source={NOTICE}&page=1")
    assert desk.text("#text-hint").startswith(desk.say("inspect.correct_lead_held"))
    desk.press(desk.say("inspect.save"), text=desk.value("text").replace(before, after))
    assert desk.say("inspect.confirm_lead_held") in desk.text(".confirm")
    desk.press(desk.say("inspect.confirm_save"))


def test_a_correction_is_read_once_it_is_approved(editor: StaffDesk, approver: StaffDesk) -> None:
    path = editor.room.settings.knowledge_dir / NOTICE
    drawn(path, lines(["Notice on bonded storage", "Goods may stay for at most 13 months."]))
    rested(path.parent)
    editor.room.library.sync()
    correct(editor, "13 months", "18 months")
    assert editor.count(".said.note", "draft") == 1 and not correction_file.read_corrections(path).pages
    assert editor.open(f"folder/document?source={NOTICE}").count(".said.note a") == 1
    editor.open("approvals").follow("notice", "tbody")
    assert editor.count("form", editor.say("approvals.approve")) == 0
    approver.open("approvals").follow("notice", "tbody")
    assert approver.count("del", "13") and approver.count("ins", "18")
    approver.press(approver.say("approvals.approve"))
    (page,) = correction_file.read_corrections(path).pages.values()
    assert "18 months" in page.text and page.who == EDITOR
    (entry,) = editor.room.audit.entries(("page.corrected",))
    assert (entry.who, entry.details["author"]) == (APPROVER, EDITOR)


def test_a_change_too_large_for_a_draft_is_refused_and_keeps_no_list_from_being_read(
    editor: StaffDesk, approver: StaffDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut in the database, it could not be read, and with it no other draft."""
    monkeypatch.setattr("records.staff.drafts.DRAFT_CHARACTERS", 1_000)
    answer(editor, "Call 12345. " * 100)
    assert editor.text(".said.trouble") == editor.say("approvals.too_large")
    assert approver.open("approvals").count(".empty") == 1 and not editor.room.audit.entries(("draft.sent",))


def answer(desk: StaffDesk, text: str = "Call 12345.") -> StaffDesk:
    day = str(date.today() + timedelta(30))
    desk.open("curated/new").fill(questions_en="Where is the office?", answer_en=text, until=day)
    return desk.press(desk.say("curated.save"))


def test_a_curated_answer_is_given_once_it_is_approved(editor: StaffDesk, approver: StaffDesk) -> None:
    answers = editor.room.records.curated
    answer(editor)
    assert editor.count(".said.note", "draft") == 1 and list(answers.current()) == []
    assert editor.count(".entries a", "Where is the office?") == 1 and editor.count(".empty") == 0
    editor.open("approvals").follow("Where is the office?")
    assert "Call 12345." in editor.text(".as-given") and editor.count("#approval") == 1
    (draft,) = editor.room.records.drafts.read_all()
    assert editor.post("approvals/approve", id=draft.id, seen="").status_code == 403
    approver.post("approvals/approve", id=draft.id, seen="guessed")
    assert approver.count(".said.trouble") == 1 and list(answers.current()) == []
    approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
    (given,) = answers.current()
    assert (given.created_by, given.question) == (EDITOR, "Where is the office?")
    (entry,) = editor.room.audit.entries(("answer.curated",))
    assert (entry.who, entry.details["author"]) == (APPROVER, EDITOR)
    assert editor.room.records.drafts.read_all() == []


def test_an_approver_sees_an_answer_as_companies_see_it_and_is_not_told_to_compare_it_with_nothing(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    answer(editor, "**Documents**:\n\n- passport\n- contract")
    approver.open("approvals").follow("Where is the office?")
    assert approver.texts(".as-given li") == ["passport", "contract"] and "**" not in approver.text(".as-given")
    assert approver.text("#approval") == approver.say("approvals.look_new", name=EDITOR)
    approver.press(approver.say("approvals.approve"))
    (given,) = editor.room.records.curated.current()
    editor.open(f"curated/edit?id={given.id}").fill(answer_en="**Documents**:\n\n- passport\n- lease")
    editor.press(editor.say("curated.save"))
    approver.open("approvals").follow("Where is the office?")
    assert "contract" in approver.text(".text del", "contract") and approver.texts(".as-given li") == [
        "passport",
        "lease",
    ]
    assert approver.text("#approval") == approver.say("approvals.look", name=EDITOR)


def test_what_waits_is_listed_by_its_title(editor: StaffDesk, approver: StaffDesk) -> None:
    upload(editor, "notice-2.md", NEW.encode())
    editor.open(f"folder/edit?source={SOURCE}").fill(contact="Tax office").press(editor.say("documents.edit.save"))
    for path, links in (("approvals", "tbody a"), ("", "#tasks a")):
        assert sorted(approver.open(path).texts(links)) == ["Fees", "俄罗斯税收指南"]
    assert sorted(approver.open("approvals").texts("tbody .path")) == ["notice-2.md", SOURCE]
    assert approver.follow("Fees").text("#approval") == approver.say("approvals.look_new", name=EDITOR)


def test_who_approves_a_second_answer_to_one_question_sees_the_first(editor: StaffDesk, approver: StaffDesk) -> None:
    answers, drafts = editor.room.records.curated, editor.room.records.drafts
    answer(editor, "Call 1.")
    answer(editor, "Call 2.").press(editor.say("curated.save"))
    first, second = (each.id for each in drafts.read_all())
    early = editor.named_account("Approver Wu", Role.APPROVER).open(f"approvals/draft?id={second}")
    assert early.count("#rivals") == 0
    approver.open(f"approvals/draft?id={first}").press(approver.say("approvals.approve"))
    (given,) = answers.current()
    early.press(early.say("approvals.approve"))
    assert early.text(".said.trouble") == early.say("approvals.look_first") and len(answers.current()) == 1
    assert [each.get("href") for each in early.all("#rivals a")] == [f"/curated/edit?id={given.id}"]
    answers.end(given.id, date.today() - timedelta(1), EDITOR)
    assert approver.open(f"approvals/draft?id={second}").count("#rivals") == 0, "only answers in use stand in the way"


def test_a_table_that_is_imported_twice_waits_once(editor: StaffDesk, approver: StaffDesk) -> None:
    def imported(desk: StaffDesk, text: str) -> StaffDesk:
        table = f"questions_en,answer_en\nWhere is the office?,{text}\nWhen is it open?,At nine.\n"
        return desk.take(desk.client.post("curated/import", files={"table": ("table", table.encode())}))

    drafts = editor.room.records.drafts
    assert imported(editor, "In town.").count(".said.note", editor.say("approvals.held")) == 1
    for desk in (editor, approver):
        assert imported(desk, "In town.").count(".said.note", desk.say("curated.waiting_already")) == 1
    assert [each.who for each in drafts.read_all()] == [EDITOR, EDITOR]
    imported(editor, "In the harbour.")
    assert [each.content["answer_en"] for each in drafts.read_all()] == ["At nine.", "In the harbour."]
    drafts.give_back(drafts.read_all()[0].id, "Say on which days.", APPROVER)
    imported(editor, "In the harbour.")
    assert [each.returned for each in drafts.read_all()] == ["", ""]


def test_wordings_added_one_after_the_other_wait_as_one_draft(editor: StaffDesk, approver: StaffDesk) -> None:
    answer(editor)
    approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
    (given,) = editor.room.records.curated.current()
    for question in ("Where do I find the office?", "What is the address of the office?"):
        editor.post("curated/wording", id=given.id, question=question)
    approver.post("curated/wording", id=given.id, question="Office, where?")
    own, other = editor.room.records.drafts.read_all()
    assert (own.who, other.who) == (EDITOR, APPROVER)
    approver.open(f"approvals/draft?id={own.id}").press(approver.say("approvals.approve"))
    (given,) = editor.room.records.curated.current()
    assert len(given.texts[0].wordings) == 3 and given.question == "Where is the office?"
    editor.post("curated/wording", id=given.id, question="Which street?")
    newest = editor.room.records.drafts.read_all()[-1]
    assert newest.content["questions_en"].count("\n") == 3, "not from a draft that does not fit any more"


def test_a_draft_for_something_that_has_changed_is_not_published(editor: StaffDesk, approver: StaffDesk) -> None:
    answer(editor)
    approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
    (given,) = editor.room.records.curated.current()
    for text in ("Call 1.", "Call 2."):
        editor.open(f"curated/edit?id={given.id}").fill(answer_en=text).press(editor.say("curated.save"))
    first, second = (each.id for each in editor.room.records.drafts.read_all())
    approver.open(f"approvals/draft?id={first}").press(approver.say("approvals.approve"))
    approver.open(f"approvals/draft?id={second}")
    assert approver.text("#stale") == approver.say("approvals.stale_of", name=EDITOR)
    assert approver.count("form", approver.say("approvals.approve")) == 0
    approver.press(approver.say("approvals.refuse"), reason="Written for the earlier answer.")
    assert [each.text("en").answer for each in editor.room.records.curated.current()] == ["Call 1."]  # type: ignore[union-attr]
    assert editor.room.records.drafts.read_all() == []


def test_a_draft_whose_base_has_changed_is_edited_again_on_top_of_the_new_version(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    drafts, other = editor.room.records.drafts, editor.named_account("Second")
    edit(editor, issuer="Tax office")
    edit(other, issuer="Customs", topics="visa")
    first, second = drafts.read_all()
    approver.open(f"approvals/draft?id={first.id}").press(approver.say("approvals.approve"))
    approver.open(f"approvals/draft?id={second.id}")
    assert approver.texts(".changed del", "Tax office") and approver.texts(".changed ins", "Customs")
    approver.press(approver.say("approvals.return"), reason="Look at the new version.")
    other.open(f"approvals/draft?id={second.id}")
    assert other.text("#stale") == other.say("approvals.stale_own")
    other.press(other.say("approvals.edit_newest"))
    assert (other.value("issuer"), other.value("topics")) == ("Customs", other.say("topic.visa"))
    other.press(other.say("documents.edit.save"))
    (again,) = drafts.read_all()
    approver.open(f"approvals/draft?id={again.id}").press(approver.say("approvals.approve"))
    assert read_written(editor.room.settings.knowledge_dir / SOURCE).values["issuer"] == "Customs"


@pytest.mark.parametrize("kind", ["answer", "correction", "gone"])
def test_nothing_of_a_draft_that_does_not_fit_any_more_is_lost(
    editor: StaffDesk, approver: StaffDesk, kind: str
) -> None:
    drafts, answers = editor.room.records.drafts, editor.room.records.curated
    if kind == "correction":
        path = editor.room.settings.knowledge_dir / NOTICE
        drawn(path, lines(["Notice on bonded storage", "Goods may stay for at most 13 months."]))
        rested(path.parent)
        editor.room.library.sync()
        correct(approver, "13 months", "18 months")
        correct(editor, "13 months", "14 stores")
    else:
        answer(editor)
        approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
        given = answers.current()[0].id
        for desk, text in ((approver, "Call 18."), (editor, "Call the stores.")):
            desk.open(f"curated/edit?id={given}").fill(answer_en=text).press(desk.say("curated.save"))
    first, second = drafts.read_all()
    if kind == "gone":
        answers.delete(given)
    else:
        other = editor.named_account("Second", Role.APPROVER)
        other.open(f"approvals/draft?id={first.id}").press(other.say("approvals.approve"))
    editor.open(f"approvals/draft?id={second.id}")
    assert editor.count("#stale") == 1 and "stores" in editor.text("main")
    editor.press(editor.say("approvals.edit_newest"))
    assert "stores" in editor.value("text" if kind == "correction" else "answer_en")
    if kind != "gone":
        editor.press(editor.say("inspect.save" if kind == "correction" else "curated.save"))
        if kind == "correction":
            editor.press(editor.say("inspect.confirm_save"))
        (again,) = drafts.read_all()
        assert again.who == EDITOR and editor.open(f"approvals/draft?id={again.id}").count("#stale") == 0


def test_a_stale_change_of_several_documents_is_sent_again_as_it_is(editor: StaffDesk, approver: StaffDesk) -> None:
    drafts, warehouse = editor.room.records.drafts, "inbound/warehouse.en.md"
    editor.post("folder/bulk/save", source=[SOURCE, warehouse], effective_to="2026-06-30")
    editor.press(editor.say("documents.bulk.save", count=2))
    edit(approver, issuer="Customs")
    both, single = drafts.read_all()
    other = editor.named_account("Second", Role.APPROVER)
    other.open(f"approvals/draft?id={single.id}").press(other.say("approvals.approve"))
    editor.open(f"approvals/draft?id={both.id}").press(editor.say("approvals.again"))
    approver.open(f"approvals/draft?id={both.id}").press(approver.say("approvals.approve"))
    known = read_written(editor.room.settings.knowledge_dir / SOURCE).values
    assert (known["issuer"], known["effective_to"]) == ("Customs", date(2026, 6, 30))


def test_what_was_written_for_a_document_that_is_gone_still_stands_in_the_draft(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    edit(editor, issuer="Customs", topics="")
    (editor.room.settings.knowledge_dir / SOURCE).unlink()
    (draft,) = editor.room.records.drafts.read_all()
    for desk in (editor, approver):
        desk.open(f"approvals/draft?id={draft.id}")
        assert "Customs" in desk.text("main pre") and desk.count("form", desk.say("approvals.again")) == 0


def test_whoever_changes_what_a_colleague_s_draft_changes_is_told_before_it_is_kept(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    drafts = editor.room.records.drafts
    approver.open(f"folder/edit?source={SOURCE}")
    edit(editor, issuer="Tax office")
    approver.fill(issuer="Customs").press(approver.say("documents.edit.save"))
    assert EDITOR in approver.text("#others") and len(drafts.read_all()) == 1
    assert approver.text(".said.trouble") == approver.say("approvals.others_first")
    assert (
        approver.one("#others a").get("href").endswith(drafts.read_all()[0].id)
        and approver.value("issuer") == "Customs"
    )
    approver.press(approver.say("documents.edit.save"))
    assert [each.who for each in drafts.read_all()] == [EDITOR, APPROVER]
    assert approver.open(f"folder/edit?source={SOURCE}").count("#others p") == 3, (
        "a colleague's, one's own, what it means"
    )
    edit(approver, topics="visa")
    assert len(drafts.read_all()) == 3, "the form had named it"
    approver.post("folder/bulk/save", source=[SOURCE], review_by="2027-06-30")
    assert EDITOR in approver.text("#others")


def test_an_answer_or_correction_beside_a_colleague_s_draft_is_kept_once_that_was_named(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    drafts, save = editor.room.records.drafts, editor.say("curated.save")
    approver.open("curated/new")
    answer(editor)
    approver.fill(questions_en="Where is the office?", answer_en="Call 9.").press(save)
    assert (
        EDITOR in approver.text("#others") and approver.value("answer_en") == "Call 9." and len(drafts.read_all()) == 1
    )
    approver.press(save)
    assert len(drafts.read_all()) == 2
    path = editor.room.settings.knowledge_dir / NOTICE
    drawn(path, lines(["Notice on bonded storage", "Goods may stay for at most 13 months."]))
    rested(path.parent)
    editor.room.library.sync()
    approver.open(f"folder/inside/correct?source={NOTICE}&page=1")
    correct(editor, "13 months", "18 months")
    approver.press(approver.say("inspect.save"), text=approver.value("text").replace("13 months", "19 months"))
    assert EDITOR in approver.text("#others") and "19 months" in approver.value("text")
    approver.press(approver.say("inspect.save")).press(approver.say("inspect.confirm_save"))
    assert [each.who for each in drafts.read_all()] == [EDITOR, APPROVER, EDITOR, APPROVER]


def test_what_was_returned_to_somebody_who_has_left_is_taken_over_or_refused(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    drafts, queue = editor.room.records.drafts, editor.room.arriving.queue()
    edit(editor, issuer="Tax office")
    page = upload(editor, "fees.md", NEW.encode())
    (draft,) = drafts.read_all()
    for address in (f"approvals/draft?id={draft.id}", page):
        approver.open(address)
        assert approver.count("button", approver.say("approvals.take-over")) == 0
        approver.press(approver.say("approvals.return"), reason="Not yet.")
    editor.post("folder/incoming/decide", id=queue.read_all()[0].id, what="take_over")
    assert editor.count(".said.trouble") == 1
    assert editor.post("approvals/take-over", id=draft.id).status_code == 403
    other = approver.named_account("Second", Role.ADMINISTRATOR)
    editor.room.accounts.disable(editor.room.accounts.find(EDITOR).id)  # type: ignore[union-attr]
    approver.open(f"approvals/draft?id={draft.id}").press(approver.say("approvals.take-over"))
    approver.open(page).press(approver.say("uploads.take_over"))
    assert [each.who for each in drafts.read_all()] == [APPROVER] and queue.read_all()[0].staged.who == APPROVER
    assert len(editor.room.audit.entries(("draft.taken_over", "upload.taken_over"))) == 2
    approver.open(f"approvals/draft?id={draft.id}").press(approver.say("approvals.again"))
    other.open(f"approvals/draft?id={draft.id}").press(other.say("approvals.approve"))
    other.open(page).press(other.say("approvals.refuse"), reason="Nobody needs it.")
    assert drafts.read_all() == [] and queue.read_all() == []


def test_the_room_says_whose_turn_it_is_and_counts_only_what_this_account_can_act_on(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    def seen(desk: StaffDesk) -> tuple[list[str], list[str]]:
        tasks = desk.open("").texts("#tasks li .badge")
        assert desk.texts("nav.sections .count") == ([str(len(tasks))] if tasks else [])
        return tasks, desk.open("approvals").texts("tbody .badge")

    edit(editor, issuer="Tax office")
    page = upload(editor, "fees.md", NEW.encode())
    decide, back, there, held = (editor.say(f"approvals.turn.{each}", name=EDITOR) for each in WHOSE)
    assert seen(editor) == ([], [held] * 2) and seen(approver) == ([decide] * 2, [decide] * 2)
    assert editor.open("folder/incoming").texts(".counts .badge") == [editor.say("uploads.count.held", count=1)]
    assert editor.texts(".arrivals .badge") == [held]
    assert approver.open("folder/incoming").texts(".arrivals .badge") == [decide]
    approver.open(page).press(approver.say("approvals.return"), reason="Which fee?")
    assert seen(editor) == ([back], [back, held]) and seen(approver) == ([decide], [there, decide])
    assert editor.open("folder/incoming").texts(".counts .badge") == [editor.say("uploads.count.returned", count=1)]
    assert editor.say("approvals.waits") not in editor.text(".arrivals li")
    approver.named_account("Second")
    editor.room.accounts.disable(editor.room.accounts.find(EDITOR).id)  # type: ignore[union-attr]
    assert seen(approver)[0] == [decide] * 2, "nobody else can act on it any more"


def test_an_author_takes_the_own_draft_back_and_nobody_else_s(editor: StaffDesk, approver: StaffDesk) -> None:
    answer(approver)
    (draft,) = editor.room.records.drafts.read_all()
    editor.open("approvals").post("approvals/discard", id=draft.id)
    assert editor.count(".said.trouble") == 1 and editor.room.records.drafts.one(draft.id)
    approver.open(f"approvals/draft?id={draft.id}").press(approver.say("approvals.discard"))
    assert editor.room.records.drafts.read_all() == []


def test_what_another_person_took_away_is_brought_back_by_an_approver_only(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    answers, trash, path = editor.room.records.curated, editor.room.trash, editor.room.settings.knowledge_dir / SOURCE
    answer(editor)
    approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
    (given,) = answers.current()
    for who, is_back in ((approver, False), (editor, True)):
        who.post("curated/delete", id=given.id)
        who.press(who.say("curated.delete"))
        editor.post("curated/restore", id=given.id)
        assert (len(answers.read_all()) == 1) == is_back, "a mishap of one's own is undone"
        answers.restore(given.id)
    page = upload(editor, "russia.zh.md", RUSSIA.replace("22%", "9%").encode(), "outbound")
    approver.open(page).press(approver.say("uploads.replace"), ".decide")
    editor.post("folder/incoming/undo", removed=trash.read_all()[0].id)
    assert "9%" in path.read_text("utf-8") and editor.count(".said.trouble") == 1
    for back in (f"folder/compare?removed={trash.read_all()[0].id}", "folder/removed", "folder/incoming"):
        buttons = [each.open(back).count("button", each.say("uploads.put_back")) for each in (editor, approver)]
        assert buttons[0] == 0 and (buttons[1] == 1 or back.endswith("incoming")), "no button that refuses"
    deleting = [
        each.open("folder/removed").count("button", each.say("documents.delete")) for each in (editor, approver)
    ]
    assert deleting == [0, 1]
    approver.remove("inbound/warehouse.en.md")
    removed = trash.read_all()[0].id
    editor.room.library.sync()
    gone = "folder/document?source=inbound/warehouse.en.md"
    for each, buttons in ((editor, 0), (approver, 1)):
        assert each.take(each.client.get(gone)).count("button", each.say("documents.back_into")) == buttons
    editor.post("folder/put-back", id=removed)
    assert not is_there(editor, "inbound/warehouse.en.md") and editor.count(".said.trouble") == 1
    approver.post("folder/put-back", id=removed)
    assert is_there(editor, "inbound/warehouse.en.md")
    editor.room.library.sync()
    editor.remove("inbound/warehouse.en.md")
    editor.post("folder/put-back", id=trash.read_all()[0].id)
    assert is_there(editor, "inbound/warehouse.en.md")


def test_a_removed_document_is_gone_at_once_and_an_approver_confirms_or_undoes_it(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    room = editor.room
    editor.open(f"folder/document?source={SOURCE}").press("Remove")
    assert is_there(editor, SOURCE) and editor.say("approvals.will_be_told") in editor.text("[role=alert]")
    editor.press("Remove")
    assert not is_there(editor, SOURCE)
    page = editor.open("approvals").follow(SOURCE, "tbody").response.url
    assert editor.count("button", "Confirm") == 0, "nobody confirms their own"
    assert editor.post("approvals/confirm", id=page.params["id"]).status_code == 403
    editor.post("approvals/discard", id=page.params["id"])
    assert approver.open("approvals").text(".sections [aria-current] .count") == "1"
    assert "22%" in approver.follow(SOURCE, "tbody").text(".text")
    approver.press("Undo")
    assert is_there(editor, SOURCE) and room.records.drafts.count() == 0
    room.library.sync()
    editor.remove(SOURCE).press("Undo", ".said")
    assert is_there(editor, SOURCE) and room.records.drafts.count() == 0, "undone by the editor"
    editor.remove(SOURCE)
    approver.open("approvals").follow(SOURCE, "tbody").press("Confirm")
    assert not is_there(editor, SOURCE) and room.records.drafts.count() == 0
    assert [each.who for each in room.audit.entries(("withdrawal.confirmed",))] == [APPROVER]


@pytest.mark.parametrize("what", ["end", "delete"])
def test_a_curated_answer_that_was_ended_or_deleted_comes_back_by_one_click_of_an_approver(
    editor: StaffDesk, approver: StaffDesk, what: str
) -> None:
    answers = editor.room.records.curated
    answer(editor)
    approver.open("approvals").follow("Where is the office?").press(approver.say("approvals.approve"))
    (given,) = answers.read_all()
    editor.open("curated").press(editor.say(f"curated.{what}_of", question=given.question))
    assert answers.read_all() == [given]
    editor.press(editor.say(f"curated.{what}"))
    assert [each.until for each in answers.read_all() if each.until >= date.today()] == []
    approver.open("approvals").follow(given.question, "tbody").press("Undo")
    assert [each.until for each in answers.read_all()] == [given.until] and editor.room.records.drafts.count() == 0


def edit(desk: StaffDesk, **changes: object) -> StaffDesk:
    return desk.open(f"folder/edit?source={SOURCE}").fill(**changes).press(desk.say("documents.edit.save"))


def test_details_change_once_they_are_approved_and_only_what_changes_is_marked(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    path = editor.room.settings.knowledge_dir / SOURCE
    before = path.read_text("utf-8")
    edit(editor, topics="tax, visa", issuer="Tax office")
    assert editor.count(".said.note", "draft") == 1 and path.read_text("utf-8") == before
    assert editor.open(f"folder/document?source={SOURCE}").count(".said.note a", "details") == 1
    approver.open("approvals").follow(TITLE, "tbody")
    assert [plain(each) for each in approver.all(".changed ins")] == [approver.say("topic.visa"), "Tax office"]
    assert approver.count(".changed del", approver.say("topic.tax")) == 0, "what stays is not struck through"
    approver.press(approver.say("approvals.approve"))
    known = read_written(path).values
    assert (known["topics"], known["issuer"]) == (("tax", "visa"), "Tax office")
    (entry,) = editor.room.audit.entries(("document.edited",))
    assert (entry.who, entry.details["author"], entry.details["topics"]) == (APPROVER, EDITOR, "tax → tax, visa")
    assert "Tax → Tax, Visas" in editor.open("log").texts("tbody tr")[0]
    changed = editor.open(f"folder/document?source={SOURCE}").text("#edited")
    assert f"Written by {EDITOR}, approved by {APPROVER}" in changed


def test_a_change_of_several_documents_and_a_review_wait_as_one_draft_each(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    folder, both = editor.room.settings.knowledge_dir, [SOURCE, "inbound/warehouse.en.md"]
    editor.open("folder").post("folder/reviewed", source=both)
    values = {"source": both, "effective_to": "2026-06-30"}
    editor.post("folder/bulk/save", **values)
    editor.press(editor.say("documents.bulk.save", count=2))
    assert all("effective_to" not in read_written(folder / each).values for each in both)
    review, ends = editor.room.records.drafts.read_all()
    assert review.subject == f"{SOURCE} + 1"
    assert editor.open(f"folder/document?source={both[1]}").count(".said.note a", "details") == 2
    approver.open(f"approvals/draft?id={ends.id}")
    assert approver.count(".shifts [data-source]") == 2
    approver.press(approver.say("approvals.approve"))
    assert {read_written(folder / each).values["effective_to"] for each in both} == {date(2026, 6, 30)}
    assert approver.open(f"approvals/draft?id={review.id}").count("#stale") == 1
    editor.post("folder/reviewed/undo", before=json.dumps({SOURCE: ["2026-02-01", ""]}))
    assert len(editor.room.records.drafts.read_all()) == 2, "undoing is a change too"


def test_an_approval_that_stops_half_way_says_what_is_done_and_goes_on_with_the_rest(
    editor: StaffDesk, approver: StaffDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, second = editor.room.settings.knowledge_dir, "inbound/warehouse.en.md"
    editor.open("folder").post("folder/bulk/save", source=[SOURCE, second], review_by="2027-06-30")
    editor.press(editor.say("documents.bulk.save", count=2))
    with monkeypatch.context() as full:
        full.setattr(change, "write_metadata", writing_only(SOURCE))
        approver.open("approvals").follow(TITLE, "tbody").press(approver.say("approvals.approve"))
    assert approver.text(".said.trouble") == approver.say("approvals.stopped")
    assert approver.text("#done") == approver.say("approvals.already", names=SOURCE)
    assert [each.get("data-source") for each in approver.all(".changed tbody tr")] == [second]
    approver.press(approver.say("approvals.approve"))
    assert {read_written(folder / each).values["review_by"] for each in (SOURCE, second)} == {date(2027, 6, 30)}
    assert editor.room.records.drafts.count() == 0
    assert len(editor.room.audit.entries(("document.edited",))) == 3, "the one that failed stands twice"


def writing_only(source: str) -> Callable[..., None]:
    """Writes the details of one document; the disk is full for the others."""

    def write(path: Path, *values: Any) -> None:
        if not path.as_posix().endswith(source):
            raise OSError(errno.ENOSPC, "No space left on device")
        write_front_matter.write_metadata(path, *values)

    return write


def test_nobody_approves_with_the_shared_password_because_a_typed_name_proves_nobody(
    tmp_path: Path, embedder: Embedder
) -> None:
    with stocked(tmp_path, embedder, FOLDER, approval="on") as room:
        first = StaffDesk(room, "en")
        edit(first, issuer="Tax office")
        assert first.count(".said.note", "draft") == 1
        second = StaffDesk(room, "en", first.app, "Somebody else")
        assert second.open("approvals").text("#alone").startswith(second.say("approvals.alone"))
        second.follow(TITLE, "tbody")
        assert second.text("#approval") == second.say("approvals.needs_accounts")
        (draft,) = room.records.drafts.read_all()
        second.post("approvals/approve", id=draft.id, seen="anything")
        assert second.text(".said.trouble") == second.say("approvals.needs_accounts")
        assert "issuer" not in read_written(room.settings.knowledge_dir / SOURCE).values
        approver = second.named_account(APPROVER, Role.APPROVER)
        assert approver.open("approvals").count("#alone") == 1, "one account is not two people"
        first.named_account(EDITOR)
        assert approver.open("approvals").count("#alone") == 0
        approver.follow(TITLE, "tbody").press(approver.say("approvals.approve"))
        assert read_written(room.settings.knowledge_dir / SOURCE).values["issuer"] == "Tax office"


def test_a_draft_is_returned_with_a_reason_changed_and_sent_again(editor: StaffDesk, approver: StaffDesk) -> None:
    drafts = editor.room.records.drafts
    edit(editor, issuer="Tax ofice")
    approver.open("approvals").follow(TITLE, "tbody")
    identity = approver.value("reason") or drafts.read_all()[0].id
    approver.post("approvals/return", id=identity, reason="  ")
    assert "Say why" in approver.text(".said.trouble") and not drafts.read_all()[0].returned
    approver.press(approver.say("approvals.return"), reason="A letter is missing.")
    assert approver.response.url.path == "/approvals" and EDITOR in approver.text(".said.done")
    assert approver.post("approvals/again", id=identity).status_code == 200 and drafts.read_all()[0].returned
    assert editor.open("approvals").count("tbody .details", "A letter is missing.") == 1
    editor.follow(TITLE, "tbody")
    assert APPROVER in editor.text("#returned") and "A letter is missing." in editor.text("#returned")
    approver.post("approvals/approve", id=identity, seen="anything")
    assert approver.count(".said.trouble") == 1
    editor.press(editor.say("approvals.edit"))
    assert editor.value("issuer") == "Tax ofice"
    editor.fill(issuer="Tax office").press(editor.say("documents.edit.save"))
    (again,) = drafts.read_all()
    assert not again.returned and "Tax office" in again.content["documents"]
    approver.open(f"approvals/draft?id={again.id}").press(approver.say("approvals.return"), reason="Wait until Monday.")
    editor.open(f"approvals/draft?id={again.id}").press(editor.say("approvals.again"))
    assert not drafts.read_all()[0].returned
    approver.open(f"approvals/draft?id={again.id}").press(approver.say("approvals.refuse"), reason="No.")
    assert drafts.read_all() == [] and approver.response.url.path == "/approvals"
    said = editor.open("approvals").texts("ul.entries > li")
    assert [("No." in each, APPROVER in each, EDITOR in each) for each in said[:1]] == [(True, True, True)]
    assert len(said) == 3


@pytest.mark.parametrize("kind", ["answer", "correction"])
def test_a_returned_answer_or_correction_opens_in_its_form(editor: StaffDesk, approver: StaffDesk, kind: str) -> None:
    if kind == "answer":
        answer(editor)
    else:
        path = editor.room.settings.knowledge_dir / NOTICE
        drawn(path, lines(["Notice on bonded storage", "Goods may stay for at most 13 months."]))
        rested(path.parent)
        editor.room.library.sync()
        correct(editor, "13 months", "18 months")
    (draft,) = editor.room.records.drafts.read_all()
    approver.post("approvals/return", id=draft.id, reason="Not yet.")
    editor.open(f"approvals/draft?id={draft.id}").press(editor.say("approvals.edit"))
    assert "18 months" in editor.value("text") if kind == "correction" else editor.value("answer_en") == "Call 12345."


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
    (draft,) = room.records.drafts.read_all()
    for desk in (editor, approver):
        for page in ("approvals", f"approvals/draft?id={draft.id}", f"folder/document?source={SOURCE}"):
            said = desk.open(page).text("main")
            assert [text for text in foreign if text in said] == [], page
