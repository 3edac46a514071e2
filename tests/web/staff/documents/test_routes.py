"""A clerk sees what lies in the folder, how well it was read, and what to do about what was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sync.progress import Progress
from store.embeddings import Embedder
from tests.support.staff_desk import NAME, StaffDesk, plain
from tests.web.staff.conftest import both, fill, stocked, until, watched
from tests.web.staff.samples import DECREE, FOLDER
from tests.web.staff.samples import RUSSIA as RUSSIAN_GUIDE
from web.staff.context import StaffContext
from web.staff.documents import detail

RUSSIA, WAREHOUSE = "outbound/russia.zh.md", "inbound/warehouse.en.md"
OTHERS = {"en": "2026-01-10", "ru": "2026-01-01"}
BROKEN = b"%PDF-1.7 cut short"


def titles(desk: StaffDesk) -> list[str]:
    return [each.text_content() for each in desk.page.xpath("//table//td[1]/a")]


@both
def test_the_list_shows_each_document_and_can_be_filtered_and_sorted(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    desk.open().follow(desk.say("frame.section.folder"), ".rooms")
    assert desk.response.url.path == "/folder"
    own_first = sorted(["Bonded warehouse guide", "俄罗斯税收指南"], reverse=language == "zh")
    assert titles(desk) == own_first
    row = desk.one("tbody tr", RUSSIA)
    cells = [" ".join(each.text_content().split()) for each in row]
    assert cells[1] == {"zh": "中文", "en": "Chinese"}[language]
    assert desk.say("validity.in_force") in cells[2]
    assert desk.say("documents.quality.good") in cells[5]
    entry = next(each for each in room.index.entries() if each.source == RUSSIA)
    assert cells[4] == str(entry.chunks)
    desk.follow(desk.say("documents.column.title"))
    assert desk.all("th")[0].get("aria-sort") == "descending"
    assert titles(desk) == own_first
    desk.fill_labelled(desk.say("documents.key.language"), "en").press(desk.say("documents.show"))
    assert titles(desk) == ["Bonded warehouse guide"]
    desk.follow(desk.say("documents.all"))
    assert len(titles(desk)) == 2
    topics = [each.text for each in desk.field("topic").iter("option")]
    assert set(topics) == {desk.say("documents.any"), desk.say("topic.tax"), desk.say("topic.trade")}
    desk.fill(topic="trade").press(desk.say("documents.show"))
    assert titles(desk) == ["Bonded warehouse guide"]
    desk.fill(topic="", folder="outbound").press(desk.say("documents.show"))
    assert titles(desk) == ["俄罗斯税收指南"]
    assert desk.say("place.outbound") in desk.texts("#folder option")[2]
    desk.fill_labelled(desk.say("documents.text"), "RUSSIA").press(desk.say("documents.show"))
    assert titles(desk) == ["俄罗斯税收指南"]
    desk.fill_labelled(desk.say("documents.text"), "no such thing").press(desk.say("documents.show"))
    assert desk.text(".empty") == desk.say("documents.none_found")


@pytest.mark.parametrize(("language", "left"), [("zh", "约需 40 秒"), ("en", "about 40 s left")])
def test_how_long_reading_takes_is_said_in_the_language_of_the_page(
    room: StaffContext, language: str, left: str
) -> None:
    desk = StaffDesk(room, language).open("folder")
    assert desk.count("#progress progress") == 0
    room.library.note(Progress("embedding", 5, 5, 30, 120, 40.0))
    desk.reload()
    assert desk.one("#progress progress").get("value") == "30"
    assert "120" in desk.text("#progress") and left in desk.text("#progress")


@both
def test_a_damaged_file_is_told_with_what_to_do_tried_again_and_removed(room: StaffContext, language: str) -> None:
    desk, broken = StaffDesk(room, language), room.settings.knowledge_dir / "laws" / "cut.pdf"
    broken.parent.mkdir()
    broken.write_bytes(BROKEN)
    room.library.sync()
    desk.open("folder")
    for told in ("laws/cut.pdf", {"zh": "不完整", "en": "incomplete"}[language]):
        assert told in desk.text(".failure")
    assert {"zh": "请从原处重新复制", "en": "Copy it again"}[language] in desk.text(".failure")
    assert desk.text(".sections [aria-current] .count") == "1"
    desk.press(desk.say("documents.again"), ".failure")
    assert "laws/cut.pdf" in desk.text(".said")
    assert [each.fingerprint for each in room.index.failures()] == [""]
    room.library.sync()
    assert all(each.fingerprint for each in room.index.failures())
    desk.open("folder").press(desk.say("documents.remove"), ".failure")
    room.library.sync()
    desk.open("folder")
    assert (desk.count(".failure"), len(titles(desk))) == (0, 2)
    assert not broken.exists()


@both
def test_a_removed_document_comes_back_by_undo(room: StaffContext, language: str) -> None:
    desk, folder = StaffDesk(room, language), room.settings.knowledge_dir
    desk.open(f"folder/document?source={RUSSIA}").press(desk.say("documents.remove"))
    assert (folder / RUSSIA).exists() and desk.say("documents.confirm.uses", days=30, count=0) in desk.text(
        "[role=alert]"
    )
    desk.press(desk.say("documents.remove"))
    assert "俄罗斯税收指南" in desk.text(".said.done")
    assert not (folder / RUSSIA).exists()
    undone = desk.colleague().open("folder")
    room.library.sync()
    assert titles(undone.reload()) == ["Bonded warehouse guide"]
    assert room.index.document(RUSSIA) is None
    desk.press(desk.say("frame.undo"), ".said")
    assert "俄罗斯税收指南" in desk.text(".said.done")
    room.library.sync()
    assert len(titles(desk.open("folder"))) == 2
    assert (folder / RUSSIA).read_text(encoding="utf-8") == FOLDER[RUSSIA]
    desk.open(f"folder/document?source={RUSSIA}")
    latest, earlier = desk.texts(".entries > li")
    assert desk.say("log.action.document.put_back") in latest and NAME in latest
    assert desk.say("log.action.document.removed") in earlier


def test_only_who_removes_a_page_on_the_center_reads_what_may_be_lost_with_it(
    desk: StaffDesk, room: StaffContext
) -> None:
    head = "---\ntitle: Parking\nkind: guide\ntopics: [{topic}]\n---\n\n# Parking\n\nParking costs 3 yuan.\n"
    pages = {f"center/{topic}.md": head.format(topic=topic) for topic in ("center", "trade")}
    fill(room.settings.knowledge_dir, pages)
    room.library.sync()
    said = []
    for source in pages:
        desk.open(f"folder/document?source={source}").press(desk.say("documents.remove"))
        said.append(desk.count("[role=alert]", desk.say("documents.confirm.center")))
    assert said == [1, 0]


def test_what_was_removed_is_kept_until_it_is_deleted_for_good(room: StaffContext) -> None:
    desk, folder = StaffDesk(room, "en"), room.settings.knowledge_dir
    desk.open(f"folder/document?source={WAREHOUSE}").press("Remove").press("Remove")
    desk.follow("Removed documents")
    assert WAREHOUSE in desk.text("tbody tr")
    fill(folder, {WAREHOUSE: "# Another guide\n\nText.\n"})
    desk.press("Put back")
    assert WAREHOUSE in desk.text(".said.trouble")
    assert (folder / WAREHOUSE).read_text(encoding="utf-8").startswith("# Another")
    desk.open("folder/removed").press("Delete for good")
    assert desk.count(".empty") == 1
    assert [each.action for each in room.audit.entries(subject=WAREHOUSE)] == [
        "document.deleted",
        "document.put_back",
        "document.removed",
    ]


def test_the_last_document_can_be_removed_and_put_back(tmp_path: Path, embedder: Embedder) -> None:
    with stocked(tmp_path, embedder, {"only.md": "# Only\n\nThe fee is 5 yuan.\n"}) as room, watched(room.library):
        desk = StaffDesk(room, "en").open("folder/document?source=only.md")
        with room.library.syncing:  # as when a long scan is being read: who removes does not wait for it
            desk.press("Remove").press("Remove")
            assert "The folder is now empty" in desk.text(".said.done")
        until(lambda: not room.index.documents())
        desk.press("Undo", ".said")
        until(lambda: bool(room.index.documents()))
        assert titles(desk.open("folder")) == ["Only"]


def test_what_cannot_be_deleted_for_good_is_told(
    desk: StaffDesk, room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = room.trash.take(RUSSIA, "removed", NAME, {}.get)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    desk.open("folder/removed")
    with monkeypatch.context() as context:
        context.setattr(Path, "rename", refuse)
        desk.press(desk.say("documents.delete"))
    reason = {"en": "access is denied", "zh": "没有权限"}[desk.language]
    assert reason in desk.text(".said.trouble")
    assert room.trash.read_all() == [removed]


def test_a_folder_emptied_by_mishap_is_told_and_goes_on_answering(desk: StaffDesk, room: StaffContext) -> None:
    with watched(room.library):
        for source in FOLDER:
            (room.settings.knowledge_dir / source).unlink()
        until(lambda: desk.open("folder").count("#folder-trouble") > 0)
    assert "为防止误删" in desk.text("#folder-trouble")
    assert len(room.index.documents()) == 2


def test_what_was_read_from_the_text_is_marked_as_such(tmp_path: Path, embedder: Embedder) -> None:
    with stocked(tmp_path, embedder, {"laws/办法.md": DECREE} | FOLDER) as room:
        desk = StaffDesk(room).open("folder").follow("江城市跨境数据流动管理办法")
        until_ = desk.text("[data-field=effective_to]")
        assert "2028年12月31日" in until_ and desk.say("documents.guessed") in until_
        reviewed = desk.open(f"folder/document?source={RUSSIA}").text("[data-field=reviewed_on]")
        assert "2026年1月10日" in reviewed and desk.say("documents.guessed") not in reviewed


def test_a_title_that_is_the_name_of_the_file_is_not_said_to_be_from_the_text(
    tmp_path: Path, embedder: Embedder
) -> None:
    with stocked(tmp_path, embedder, {"扫描件.md": "临时通行证有效期为九十天。"} | FOLDER) as room:
        title = StaffDesk(room).open("folder").follow("扫描件").text("[data-field=title]")
        assert "取自文件名" in title and "从文中读到" not in title


def test_the_file_itself_can_be_downloaded_and_nothing_else_of_the_machine(desk: StaffDesk) -> None:
    desk.open(f"folder/document?source={RUSSIA}").follow(desk.say("documents.file"))
    assert desk.response.headers["content-disposition"].startswith("attachment")
    assert desk.response.text == FOLDER[RUSSIA]
    for source in ("../data/records.sqlite", "/etc/passwd", "no.md", ""):
        for page in ("file", "document", "edit"):
            assert desk.client.get(f"folder/{page}?source={source}").status_code == 404


@both
def test_a_reviewed_guide_lists_its_translations_and_says_which_are_older(
    tmp_path: Path, embedder: Embedder, language: str
) -> None:
    def translated(into: str, reviewed: str) -> str:
        text = RUSSIAN_GUIDE.replace("language: zh", f"language: {into}\ntranslation_of: {RUSSIA}")
        return text.replace("2026-01-10", reviewed).replace("俄罗斯税收指南", f"Russia ({into})")

    files = {f"outbound/russia.{into}.md": translated(into, day) for into, day in OTHERS.items()}
    with stocked(tmp_path, embedder, FOLDER | files) as room:
        desk = StaffDesk(room, language).open(f"folder/document?source={RUSSIA}")
        rows = {each.find("a").text: plain(each) for each in desk.all(".translation")}
        older = desk.say("documents.older")
        assert [older in rows[f"Russia ({into})"] for into in OTHERS] == [False, True]
        assert desk.say("documents.older_translations", count=1) in desk.text(".said")
        with watched(room.library):
            desk.press(desk.say("documents.review"))
            until(lambda: len(desk.open(f"folder/document?source={RUSSIA}").all(".translation .badge")) == len(OTHERS))
        assert desk.say("documents.older_translations", count=2) in desk.text(".said.note")
        desk.follow("Russia (en)")
        assert desk.say("documents.older_itself") in desk.text(".said.note")


def test_a_file_that_is_read_while_its_page_is_made_is_not_said_to_be_unread(
    room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_before(room: StaffContext, source: str) -> detail.Relatives:
        room.library.sync()
        return relatives(room, source)

    relatives = detail.relatives
    desk, file = StaffDesk(room), room.settings.knowledge_dir / RUSSIA
    file.write_text(FOLDER[RUSSIA] + "\n另见公告。\n", encoding="utf-8")
    assert desk.say("documents.outdated") in desk.open(f"folder/document?source={RUSSIA}").text(".said.note")
    monkeypatch.setattr(detail, "relatives", read_before)
    assert not desk.open(f"folder/document?source={RUSSIA}").texts(".said.note")
