"""By setting, a scan waits until each page was compared with its picture, also where one person alone works."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from store.embeddings import Embedder
from store.folder import corrections
from tests.support.scripted import Visitor
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.api.conftest import Center
from tests.web.staff.conftest import EDITOR, both, served_room, service_of, signed_in, stocked, until
from tests.web.staff.samples import FOLDER
from tests.web.staff.walking import scan
from web.app import build
from web.staff.context import StaffContext

ROWS = ("Rules on bonded storage", "Goods may stay for 13 months.")


def upload(desk: StaffDesk, name: str, content: bytes) -> None:
    desk.client.put("folder/incoming/file", params={"name": name, "folder": ""}, content=content)
    until(lambda: desk.room.arriving.queue().read_all()[0].state in ("clash", "landed"))
    desk.open("folder/incoming")


def picture(place: Path, rows: tuple[str, ...]) -> bytes:
    """The same lines as a photo."""
    photo = place.with_suffix(".png")
    PdfDocument(scan(place, rows))[0].render(scale=2).to_pil().save(photo)
    return photo.read_bytes()


def is_there(room: StaffContext, name: str) -> bool:
    return (room.settings.knowledge_dir / name).is_file()


@both
def test_a_scan_of_one_clerk_is_added_once_its_pages_were_ticked(
    tmp_path: Path, embedder: Embedder, language: str
) -> None:
    with stocked(tmp_path, embedder, FOLDER, check_scans="on") as room:
        desk = StaffDesk(room, language)
        upload(desk, "fees.md", b"# Fees\n\nThe fee is 5 yuan.\n")
        assert is_there(room, "fees.md"), "what no OCR has read is added at once"
        for name, content in (
            ("scan.pdf", scan(tmp_path / "scan.pdf", ROWS).read_bytes()),
            ("photo.png", picture(tmp_path / "other.pdf", ("Rules on fairs", "A stand is 30 yuan."))),
        ):
            upload(desk, name, content)
            assert desk.say("uploads.clash_scan") in desk.text("li[data-state=clash]")
            desk.follow(desk.say("uploads.see_alone"))
            assert desk.say("uploads.clash_scan") in desk.text(".lead") and desk.count("img.scan") == 1
            values = {each: desk.all(f"input[name={each}]")[0].get("value") for each in ("id", "seen")}
            for unseen in (values, values | {"checked": 1, "seen": "another text"}):
                desk.post("folder/incoming/decide", what="keep_both", **unseen)
                assert desk.say("approvals.check_pages") in desk.text(".said.trouble") and not is_there(room, name)
            (box,) = desk.all("input[name=checked]")
            box.checked = True
            desk.press(desk.say("uploads.add_it"), ".decide")
            assert is_there(room, name)


@both
def test_a_misread_page_is_corrected_before_it_is_public(tmp_path: Path, embedder: Embedder, language: str) -> None:
    with stocked(tmp_path, embedder, FOLDER, check_scans="on") as room:
        desk, misread, right = StaffDesk(room, language), "13 months", "18 months"
        upload(desk, "scan.pdf", scan(tmp_path / "scan.pdf", ROWS).read_bytes())
        desk.follow(desk.say("uploads.see_alone")).follow(desk.say("inspect.correct"))
        desk.fill(text=desk.value("text").replace(misread, right)).press(desk.say("inspect.save"))
        assert desk.say("inspect.saved", page=1) in desk.text(".said.done")
        assert right in desk.text("pre") and misread not in desk.text("pre")
        assert desk.count("section .hint", NAME) == 2, "who sent the file, and who corrected its page"
        (box,) = desk.all("input[name=checked]")
        box.checked = True
        desk.press(desk.say("uploads.add_it"), ".decide")
        room.library.sync()
        document = room.index.document("scan.pdf")
        assert document is not None and right in document.text and misread not in document.text
        assert [each.original.corrected_by for each in document.pages if each.original] == [NAME]
        (noted,) = room.audit.entries(("upload.page_corrected",))
        assert (noted.subject, noted.details["page"]) == ("scan.pdf", "1") and right in noted.details["after"]


def test_where_two_work_its_author_corrects_a_page_and_the_approver_compares_it_again(
    room: StaffContext, editor: StaffDesk, approver: StaffDesk, tmp_path: Path
) -> None:
    upload(editor, "scan.pdf", scan(tmp_path / "scan.pdf", ROWS).read_bytes())
    approver.open("approvals").follow("scan")
    assert approver.say("uploads.page_author", name=EDITOR) in approver.text("main")
    seen = {each: approver.all(f"input[name={each}]")[0].get("value") for each in ("id", "seen")}
    address = f"folder/incoming/text?id={seen['id']}&page="
    assert approver.client.get(f"{address}1").status_code == 404, "or one person would write and approve a text"
    assert editor.client.get(f"{address}2").status_code == 404
    editor.open(f"{address}1")
    as_read = editor.value("text")
    editor.fill(text=as_read.replace("13", "18")).press(editor.say("inspect.save"))
    approver.post("folder/incoming/decide", what="keep_both", checked=1, **seen)
    assert approver.say("approvals.look_first") in approver.text(".said.trouble"), "the text is another one now"
    assert "18 months" in approver.text("pre")
    editor.open(f"{address}1").press(editor.say("inspect.save"))
    assert editor.say("inspect.nothing_changed") in editor.texts(".said.note")[0]
    again = {"id": seen["id"], "page": 1, "text": "another", "seen": "an earlier text"}
    assert editor.post("folder/incoming/text", **again).status_code == 422
    assert "18 months" in editor.text(".card pre.before") and editor.value("text") == "another"
    editor.open(f"{address}1").fill(text=as_read).press(editor.say("inspect.save"))
    (arrival,) = room.arriving.queue().read_all()
    assert not corrections(room.arriving.queue().staging.path(arrival.staged)).exists(), "as it was read again"


def test_without_the_setting_a_scan_of_one_clerk_is_added_at_once(tmp_path: Path, embedder: Embedder) -> None:
    with stocked(tmp_path, embedder, FOLDER) as room:
        upload(StaffDesk(room, "en"), "scan.pdf", scan(tmp_path / "scan.pdf", ROWS).read_bytes())
        assert is_there(room, "scan.pdf")


def test_a_program_cannot_say_that_pages_were_compared(tmp_path: Path, remembering_embedder: Embedder) -> None:
    with stocked(tmp_path, remembering_embedder, FOLDER, check_scans="on") as room:
        program = Center(room, build(service_of(room), room=room)).program()
        content = scan(tmp_path / "scan.pdf", ROWS).read_bytes()
        where = program.put("/api/v1/documents/scan.pdf", content=content).headers["location"]
        until(lambda: bool(program.get(where).json()["state"] == "clash"))
        refused = program.post(f"{where}/decision", json={"decision": "keep_both"})
        assert refused.status_code == 403 and "pictures" in refused.json()["title"] and not is_there(room, "scan.pdf")


@pytest.mark.browser
def test_the_browser_asks_for_the_tick_before_it_sends(tmp_path: Path, embedder: Embedder, visitor: Visitor) -> None:
    with stocked(tmp_path, embedder, FOLDER, check_scans="on") as room, served_room(room) as center:
        desk = StaffDesk(room, "en")
        upload(desk, "scan.pdf", scan(tmp_path / "scan.pdf", ROWS).read_bytes())
        page = signed_in(center, visitor("en-GB", width=390), "folder/incoming")
        page.get_by_role("link", name=desk.say("uploads.see_alone")).click()
        add = page.get_by_role("button", name=desk.say("uploads.add_it"))
        add.click()
        assert page.evaluate("document.activeElement.name") == "checked" and not is_there(room, "scan.pdf")
        page.get_by_label(desk.say("approvals.checked", page=1)).check()
        add.click()
        page.get_by_role("status").first.wait_for()
        assert is_there(room, "scan.pdf")
