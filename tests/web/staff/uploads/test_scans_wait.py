"""By setting, a scan waits until each page was compared with its picture, also where one person alone works."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.support.staff_desk import StaffDesk
from tests.web.api.conftest import Center
from tests.web.staff.conftest import both, served_room, service_of, signed_in, stocked, until
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
