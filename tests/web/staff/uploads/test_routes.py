"""Files are added: read, compared with what is there, answered from; nothing is lost on the way."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from httpx import Response
from lxml.html import HtmlElement

from tests.support.staff_desk import NAME, StaffDesk, plain
from tests.web.staff.conftest import both, until
from tests.web.staff.samples import RUSSIA
from tests.web.staff.uploads.samples import BAD, FEES, LAW, NEWER, SIDECAR
from web.staff.context import StaffContext
from web.staff.formatting import Formatter

PAGE = "folder/incoming"


def send(desk: StaffDesk, name: str, content: str | bytes, folder: str = "", replaces: str = "") -> Response:
    """Sends a file as the script of the page does."""
    asked = {"name": name, "folder": folder, "replaces": replaces}
    return desk.client.put(
        f"{PAGE}/file", params=asked, content=content if isinstance(content, bytes) else content.encode()
    )


def rows(desk: StaffDesk, name: str) -> list[HtmlElement]:
    return [each for each in desk.open(PAGE).all(".arrivals li") if plain(each.find_class("file")[0]) == name]


def reaches(desk: StaffDesk, name: str, state: str) -> str:
    """What the row of a file says once it has come so far."""
    found: list[HtmlElement] = []

    def is_there() -> bool:
        desk.room.library.sync()
        found[:] = [each for each in rows(desk, name) if each.get("data-state") == state]
        return bool(found)

    until(is_there, 60)
    return plain(found[0])


def answer(room: StaffContext, question: str) -> str:
    return room.bot.answer(question).text


def test_a_file_that_is_gone_is_not_said_to_be_there(desk: StaffDesk, room: StaffContext) -> None:
    send(desk, "fees.md", "The fee is 5 yuan.")
    reaches(desk, "fees.md", "meaning")
    desk.reload()  # it is settled
    (room.settings.knowledge_dir / "fees.md").unlink()
    told = reaches(desk, "fees.md", "gone")
    assert desk.say("uploads.far.gone") in told and desk.say("uploads.far.meaning") not in told


@both
def test_many_files_at_once_and_each_is_told_what_became_of_it(room: StaffContext, language: str) -> None:
    desk, folder = StaffDesk(room, language), room.settings.knowledge_dir
    for name, content in FEES.items():
        assert send(desk, name, content, "outbound").status_code == 204
    refused = {name: send(desk, name, content) for name, content in BAD.items()}
    assert {name: each.status_code for name, each in refused.items()} == {
        "programme.pdf": 422, "broken.pdf": 204, "copy.md": 204, "archive.zip": 422, "empty.txt": 422,
    }  # fmt: skip
    assert refused["programme.pdf"].text == desk.say("uploads.refused.program")
    assert ".zip" in refused["archive.zip"].text and "0" in refused["empty.txt"].text
    for name, content in FEES.items():
        assert desk.say("uploads.answerable") in reaches(desk, f"outbound/{name}", "meaning")
        assert (folder / "outbound" / name).read_text(encoding="utf-8") == content
    assert desk.say("uploads.to_do").strip() in reaches(desk, "broken.pdf", "unreadable")
    assert "outbound/russia.zh.md" in reaches(desk, "copy.md", "same")
    assert len(list(folder.rglob("*"))) == 4 + len(FEES)
    assert {(entry.who, entry.action, entry.subject) for entry in room.audit.entries()} == {
        (NAME, "document.added", f"outbound/{name}") for name in FEES
    }
    assert desk.open(PAGE).count(".arrivals li") == len(FEES) + 2
    desk.press(f"{desk.say('uploads.discard')}: broken.pdf")
    assert rows(desk, "broken.pdf") == []
    passages = room.bot.answer("下沙3号码头的车辆通行费是多少？").passages
    assert "outbound/费用3.txt" in {passage.source for passage in passages}


@both
def test_a_new_version_is_compared_replaces_the_old_one_and_can_be_undone(room: StaffContext, language: str) -> None:
    desk, question = StaffDesk(room, language), "每家企业每年的出海补贴最高是多少？"
    source = room.settings.knowledge_dir / "policies" / "补贴办法.md"
    sidecar = source.with_name("补贴办法.md.yaml")
    source.parent.mkdir()
    sidecar.write_text(SIDECAR, encoding="utf-8")
    source.write_text(LAW, encoding="utf-8")
    room.library.sync()
    assert "50万元" in answer(room, question)
    send(desk, "新办法.md", NEWER)
    assert desk.say("uploads.kept") in reaches(desk, "新办法.md", "clash")
    desk.follow(desk.say("uploads.see"))
    first, _ = desk.all(".figures tbody tr")
    assert [plain(each) for each in first.iter("del", "ins")][:2] == ["50万元", "80万元"]
    assert Formatter(language).day(date(2026, 3, 1)) in desk.text(".fields")
    assert desk.count(".changes .changed") == 2
    assert desk.say("uploads.counts.new") in desk.text(".decide")
    assert source.read_text(encoding="utf-8") == LAW
    desk.press(desk.say("uploads.replace"))
    assert "policies/补贴办法.md" in desk.text(".said")
    reaches(desk, "policies/补贴办法.md", "meaning")
    assert source.read_text(encoding="utf-8") == NEWER
    assert sidecar.read_text(encoding="utf-8") == "topics:\n- policy\n"
    assert "80万元" in answer(room, question) and "50万元" not in answer(room, question)
    desk.follow(desk.say("uploads.see_changes"))
    assert "80万元" in desk.text(".figures")
    assert NAME in desk.text(".lead")
    desk.press(desk.say("uploads.put_back"))
    assert "policies/补贴办法.md" in desk.text(".said")
    assert source.read_text(encoding="utf-8") == LAW
    assert sidecar.read_text(encoding="utf-8") == SIDECAR
    room.library.sync()
    assert "50万元" in answer(room, question)
    desk.press(desk.say("uploads.redo"), ".said")
    assert desk.count(".said") == 1
    assert source.read_text(encoding="utf-8") == NEWER
    log = desk.open("log").texts("tbody tr")
    assert desk.say("log.action.document.replaced") in log[-1]
    assert desk.say("log.action.document.version_back") in log[0]


@both
def test_a_replaced_file_is_listed_as_such_and_an_older_one_warns_before_it_replaces_the_newer(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language)
    send(desk, "补贴办法.md", LAW)
    reaches(desk, "补贴办法.md", "meaning")
    send(desk, "新办法.md", NEWER)
    reaches(desk, "新办法.md", "clash")
    desk.follow(desk.say("uploads.see"))
    assert desk.count("#older") == 0
    desk.press(desk.say("uploads.replace"))
    reaches(desk, "补贴办法.md", "meaning")
    assert [each.get("data-state") for each in rows(desk, "补贴办法.md")] == ["meaning", "replaced"]
    assert desk.say("uploads.count.done", count=1) in desk.text("#counts")
    send(desk, "旧办法.md", LAW)
    reaches(desk, "旧办法.md", "clash")
    desk.follow(desk.say("uploads.see"))
    assert "补贴办法.md" in desk.text("#older")
    assert "quiet" in desk.one("button[aria-describedby=replace-means]").get("class", "")


@both
def test_a_document_is_replaced_from_its_page_by_a_file_of_any_name(room: StaffContext, language: str) -> None:
    """Nothing but the clerk's choice says that the two belong together."""
    desk, source = StaffDesk(room, language), "outbound/russia.zh.md"
    desk.open(f"folder/document?source={source}").follow(desk.say("documents.replace"))
    assert desk.text("h1") == desk.say("uploads.replace_title", name="俄罗斯税收指南")
    assert desk.count("[name=folder]") == 0 and desk.one("#add").get("data-replaces") == source
    assert send(desk, "2027.md", "# 税率\n\n俄罗斯增值税的一般税率为24%。", "outbound", source).status_code == 204
    assert desk.say("uploads.clash.chosen", name=source) in reaches(desk, "2027.md", "clash")
    desk.follow(desk.say("uploads.see"))
    assert "24%" in desk.text(".changes")
    assert Formatter(language).topic("tax") in desk.text("#kept_fields [data-field=topics]")
    assert desk.count("#lost_fields [data-field=reviewed_on]") == 1
    desk.press(desk.say("uploads.replace"))
    names = sorted(each.name for each in (room.settings.knowledge_dir / "outbound").iterdir())
    assert names == ["russia.zh.md", "russia.zh.md.yaml"]
    room.library.sync()
    known = room.index.documents()[source]
    assert (known.topics, known.countries, known.review_by) == (("tax",), ("RU",), date(2027, 1, 10))
    assert known.reviewed_on is None and known.kind == "document"
    assert "24%" in (room.settings.knowledge_dir / source).read_text(encoding="utf-8")
    gone = send(desk, "2028.md", "24%", "outbound", "outbound/nothing.md")
    assert gone.text == desk.say("uploads.refused.replaced_gone", name="outbound/nothing.md")


@both
def test_a_similar_file_can_be_kept_beside_or_discarded(room: StaffContext, language: str) -> None:
    desk, folder = StaffDesk(room, language), room.settings.knowledge_dir / "outbound"
    for what, left in (("discard", []), ("keep_both", ["russia.zh (2).md"])):
        send(desk, "russia.zh.md", RUSSIA.replace("22%", "24%"), "outbound")
        reaches(desk, "russia.zh.md", "clash")
        desk.follow(desk.say("uploads.see"))
        assert desk.count(".figures tbody tr") == 1
        desk.press(desk.say(f"uploads.{what}"), ".decide")
        assert "russia.zh" in desk.text(".said")
        assert sorted(each.name for each in folder.iterdir()) == sorted(["russia.zh.md", *left])
    assert (folder / "russia.zh.md").read_text(encoding="utf-8") == RUSSIA
    assert list((room.settings.data_dir / "incoming").iterdir()) == []


def test_a_scan_is_read_by_ocr_says_so_and_is_answered_from(desk: StaffDesk, room: StaffContext, shared: Path) -> None:
    name = "docling__ocr_test.pdf"
    send(desk, name, (shared / "documents" / name).read_bytes(), "scans")
    assert desk.say("uploads.ocr", pages=1) in reaches(desk, f"scans/{name}", "meaning")
    document = room.library.index.document(f"scans/{name}")
    assert document and document.quality.ocr_pages == 1
    assert desk.named("a", desk.say("uploads.to_inside")).get("href") == f"/folder/inside?source=scans/{name}"
    assert any(passage.source == f"scans/{name}" for passage in room.bot.answer("What does Docling bundle?").passages)


@both
def test_a_file_is_refused_before_it_is_sent(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    for name, size, told in (("large.txt", 101 << 20, "ASSISTANT_FILE_MEGABYTES"), ("a/b:c.txt", 10, "")):
        refused = desk.client.get(f"{PAGE}/may", params={"name": name, "size": size})
        assert refused.status_code == 422 and told in refused.text
        assert bool(re.search(r"[\u4e00-\u9fff]", refused.text)) == (language == "zh")


@both
def test_a_file_that_waits_is_added_by_a_decision_alone_also_when_what_it_met_has_gone(
    room: StaffContext, language: str
) -> None:
    desk, law = StaffDesk(room, language), room.settings.knowledge_dir / "办法.md"
    law.write_text(LAW, encoding="utf-8")
    send(desk, "办法.md", NEWER)
    reaches(desk, "办法.md", "clash")
    desk.follow(desk.say("uploads.see"))
    law.unlink()
    desk.press(desk.say("uploads.replace"))
    assert desk.text(".said.trouble") == desk.say("uploads.trouble.old_gone", name="办法.md")
    gone = desk.say("uploads.clash_gone", name="办法.md")
    assert gone in reaches(desk, "办法.md", "clash")
    assert not law.exists()
    desk.follow(desk.say("uploads.see_alone"))
    assert desk.text(".lead") == gone
    assert desk.say("uploads.replace") not in desk.texts("button")
    desk.press(desk.say("uploads.add_it"))
    assert desk.text(".said.done") == desk.say("uploads.added_done", name="办法.md")
    assert law.read_text(encoding="utf-8") == NEWER
    (entry, *_) = room.audit.entries(subject="办法.md", limit=5)
    assert (entry.action, entry.who) == ("document.added", NAME)
