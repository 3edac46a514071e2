"""Before a form changes whether documents apply, it shows how they stand now and after, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from lxml.html import HtmlElement
from playwright.sync_api import expect

from ingest.corrections.correction_file import read_corrections
from store.documents import Validity
from store.embeddings import Embedder
from store.folder import corrections
from tests.support.pdf_files import drawn, lines
from tests.support.staff_desk import StaffDesk, plain
from tests.web.staff.conftest import LANGUAGES, Center, Clerk, fill, stocked, until
from tests.web.staff.samples import DECREE, FOLDER, RUSSIA
from web.staff.context import StaffContext
from web.staff.i18n import words

SOURCE = "outbound/russia.zh.md"
OLD = DECREE.replace("跨境数据流动管理办法", "数据流动暂行规定").replace("12号", "5号").replace("2026年", "2024年")
OLD = OLD.replace("2025年12月1日", "2023年12月1日")
REPEALING = DECREE.replace("2028年12月31日。", "2028年12月31日。《江城市数据流动暂行规定》同时废止。")
LAWS = {"laws/new.txt": DECREE, "laws/old.txt": OLD}
PAGE = "source=notice.pdf&page=1"
Opening = Callable[[dict[str, str]], AbstractContextManager[StaffContext]]


@pytest.fixture
def opening(tmp_path: Path, embedder: Embedder) -> Opening:
    """Opens a room over some files."""
    return partial(stocked, tmp_path, embedder)


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[StaffContext]:
    """Nothing is confirmed here: one room for all."""
    with stocked(tmp_path_factory.mktemp("laws"), embedder, LAWS | FOLDER) as room:
        yield room


@pytest.fixture(params=LANGUAGES)
def asked(laws: StaffContext, request: pytest.FixtureRequest) -> StaffDesk:
    """A clerk who is asked, in either language."""
    return StaffDesk(laws, request.param)


def text(room: StaffContext, source: str) -> str:
    return (room.settings.knowledge_dir / source).read_text(encoding="utf-8")


def is_there(room: StaffContext, source: str) -> bool:
    return (room.settings.knowledge_dir / source).exists()


def save(desk: StaffDesk, source: str, **changes: object) -> StaffDesk:
    """Changes fields of the form about a document and presses Save. `nothing` names a field that is to be empty."""
    desk.open(f"folder/edit?source={source}")
    if nothing := changes.pop("nothing", ""):
        desk.fill(**{f"{nothing}-nothing": True})
    return desk.fill(**changes).press(desk.say("documents.edit.save"))


def shown(desk: StaffDesk, within: HtmlElement | None = None) -> dict[str, tuple[str, str]]:
    """What the question shows: for each document its standing now and after; nothing where there is none."""
    rows = (row for row in (desk.page if within is None else within).iter("tr") if row.get("data-source"))
    return {
        row.get("data-source"): (plain(row.find_class("before")[0]), plain(row.find_class("after")[0])) for row in rows
    }


def undecided(desk: StaffDesk) -> StaffDesk:
    """The page of the file that waits for a decision."""
    until(lambda: bool(desk.open("folder/incoming").page.xpath("//a[contains(@href, 'incoming/change')]")))
    return desk.follow(desk.say("uploads.see"))


def notice(room_of: Opening, folder: Path, until_: str) -> AbstractContextManager[StaffContext]:
    """A room over a notice that says how long it is valid."""
    path = folder / "knowledge" / "notice.pdf"
    path.parent.mkdir()
    drawn(path, lines(["Notice on bonded storage", f"This Notice is valid until 31 December {until_}."]))
    return room_of({})


def typed_instead(desk: StaffDesk, old: str, new: str) -> StaffDesk:
    """Sends page 1 of the notice with something else typed in one place."""
    desk.open(f"folder/inside/correct?{PAGE}")
    return desk.fill(text=desk.value("text").replace(old, new)).press(desk.say("inspect.save"))


def test_an_end_that_is_past_is_shown_beside_the_old_state_and_nothing_is_written(asked: StaffDesk) -> None:
    before = text(asked.room, SOURCE)
    ((old, new),) = shown(save(asked, SOURCE, effective_to="2026-06-30")).values()
    assert old.startswith(asked.say("validity.in_force")) and new.startswith(asked.say("validity.expired"))
    assert "2026" in new
    assert text(asked.room, SOURCE) == before


@pytest.mark.parametrize(
    ("changes", "validity"),
    [
        ({"status": "draft"}, Validity.DRAFT),
        ({"status": "repealed"}, Validity.REPEALED),
        ({"effective_from": "2027-03-01"}, Validity.NOT_YET),
        ({"effective_to": "2026-02-01"}, Validity.EXPIRED),
        ({"nothing": "effective_to"}, Validity.IN_FORCE),
    ],
)
def test_each_field_that_decides_asks(asked: StaffDesk, changes: dict[str, str], validity: Validity) -> None:
    question = shown(save(asked, "laws/new.txt", **changes))
    assert question["laws/new.txt"][1].startswith(asked.say(f"validity.{validity}"))
    assert asked.count(".stays") == (validity in (Validity.REPEALED, Validity.EXPIRED)), "how to make it disappear"
    assert not is_there(asked.room, "laws/new.txt.yaml")


def test_another_document_that_would_be_replaced_is_shown(asked: StaffDesk) -> None:
    question = shown(save(asked, "laws/new.txt", supersedes="江城市数据流动暂行规定"))
    assert list(question) == ["laws/old.txt"]
    assert question["laws/old.txt"][1].startswith(asked.say("validity.superseded"))
    assert "江城市跨境数据流动管理办法" in question["laws/old.txt"][1]


def test_back_leads_to_the_form_with_all_that_was_typed(asked: StaffDesk) -> None:
    save(asked, "laws/new.txt", effective_to="2026-02-01", summary="第一行\n第二行", contact="<b>&\"'")
    asked.press(asked.say("documents.confirm.back"))
    assert (asked.value("effective_to"), asked.value("contact")) == ("2026-02-01", "<b>&\"'")
    assert asked.value("summary").replace("\r", "") == "第一行\n第二行"
    assert not is_there(asked.room, "laws/new.txt.yaml")


def test_a_day_outside_the_bounds_is_refused_in_the_form(asked: StaffDesk) -> None:
    save(asked, "laws/new.txt", effective_to="2126-01-01")
    assert asked.say("documents.wrong.far") in asked.text("main")


def test_removing_what_replaces_another_asks(opening: Opening) -> None:
    with opening(LAWS | {"laws/new.txt": REPEALING}) as room:
        desk = StaffDesk(room, "en").open("folder/document?source=laws/new.txt").press("Remove")
        ((old, new),) = shown(desk).values()
        assert old.startswith("Superseded") and new.startswith("In force")
        assert is_there(room, "laws/new.txt")
        desk.press(desk.say("documents.remove"))
        assert not is_there(room, "laws/new.txt")
        (entry,) = room.audit.entries(subject="laws/new.txt", limit=1)
        assert entry.details["validity_of_others"].startswith("laws/old.txt: superseded")


def test_a_corrected_page_that_says_another_end_asks(opening: Opening, tmp_path: Path) -> None:
    with notice(opening, tmp_path, "2027") as room:
        kept = corrections(room.settings.knowledge_dir / "notice.pdf")
        desk = typed_instead(StaffDesk(room, "en"), "2027", "2025")
        ((old, new),) = shown(desk).values()
        assert old.startswith("In force") and new.startswith("Expired")
        desk.press(desk.say("inspect.confirm_edit"))
        assert "2025" in desk.value("text") and not kept.exists()
        desk.press(desk.say("inspect.save")).press(desk.say("inspect.confirm_save"))
        assert kept.exists()
        (entry,) = room.audit.entries(subject="notice.pdf", limit=1)
        assert entry.details["validity"].startswith("in_force") and "expired" in entry.details["validity"]


def test_putting_back_what_replaces_another_asks(opening: Opening) -> None:
    with opening(LAWS | {"laws/new.txt": REPEALING}) as room:
        desk = StaffDesk(room, "en").open("folder/document?source=laws/new.txt").press("Remove")
        desk.press(desk.say("documents.remove"))
        room.library.sync()
        desk.open("folder/removed").press(desk.say("documents.back_into"))
        ((old, new),) = shown(desk).values()
        assert old.startswith("In force") and new.startswith("Superseded")
        assert not is_there(room, "laws/new.txt")
        desk.press(desk.say("documents.back_into"))
        assert is_there(room, "laws/new.txt")
        (entry,) = room.audit.entries(subject="laws/new.txt", limit=1)
        assert "superseded" in entry.details["validity_of_others"]


def test_a_new_version_with_another_end_shows_it_and_so_does_taking_it_back(opening: Opening) -> None:
    newer = DECREE.replace("2028年12月31日", "2026年6月30日")
    with opening(LAWS) as room:
        desk = StaffDesk(room, "en")
        desk.client.put("folder/incoming/file?name=new.txt&folder=laws", content=newer.encode())
        undecided(desk)
        ((old, new),) = shown(desk, desk.one("#replace-validity")).values()
        assert old.startswith("In force") and new.startswith("Expired")
        asking, unseen = desk.page, desk.colleague()
        unseen.page, unseen.response = undecided(unseen).page, desk.response
        unseen.press(desk.say("uploads.replace"), ".decide", confirmed="")
        assert desk.say("uploads.foreseen_another") in unseen.text("main")
        assert text(room, "laws/new.txt") == DECREE
        desk.page = asking
        desk.press(desk.say("uploads.replace"), ".decide")
        room.library.sync()
        assert room.index.documents()["laws/new.txt"].effective_to == date(2026, 6, 30)
        desk.open("folder/removed").press(desk.say("uploads.put_back"))
        ((old, new),) = shown(desk).values()
        assert old.startswith("Expired") and new.startswith("In force")
        assert text(room, "laws/new.txt") == newer
        desk.press(desk.say("uploads.put_back"))
        assert text(room, "laws/new.txt") == DECREE


def test_a_file_beside_another_shows_whether_it_replaces_it(opening: Opening) -> None:
    with opening(LAWS) as room:
        desk, content = StaffDesk(room), DECREE.replace("2026年1月1日", "2026年2月1日")
        desk.client.put("folder/incoming/file?name=x.txt", content=content.encode())
        (_, after) = shown(undecided(desk), desk.one("#keep_both-validity"))["laws/new.txt"]
        assert after.startswith(desk.say("validity.superseded"))
        assert "x.txt" in after and "\0" not in after


def test_taking_a_correction_back_asks_as_the_correction_did_and_undo_does_not(
    opening: Opening, tmp_path: Path
) -> None:
    with notice(opening, tmp_path, "2025") as room:
        path = room.settings.knowledge_dir / "notice.pdf"
        desk = typed_instead(StaffDesk(room, "en"), "2025", "2027").press("Yes, save")
        room.library.sync()
        assert room.index.documents()["notice.pdf"].effective_to == date(2027, 12, 31)
        desk.open(f"folder/inside?{PAGE}").press(desk.say("inspect.take_back"))
        ((old, new),) = shown(desk).values()
        assert old.startswith("In force") and new.startswith("Expired")
        assert "2027" in desk.text(".figures") and corrections(path).exists()
        desk.press(desk.say("inspect.take_back"))
        assert not corrections(path).exists()
        (entry,) = room.audit.entries(subject="notice.pdf", limit=1)
        assert entry.action == "page.correction_removed" and entry.details["validity"].startswith("in_force")
        assert entry.details["figures"] == "31 December 2027 → 31 December 2025"
        desk.press(desk.say("frame.undo"), ".said")
        (entry,) = room.audit.entries(subject="notice.pdf", limit=1)
        assert "2027" in read_corrections(path).pages[1].text and entry.details["validity"].startswith("expired")


def test_typing_again_what_was_read_on_a_page_leaves_no_correction(opening: Opening, tmp_path: Path) -> None:
    path = tmp_path / "knowledge" / "notice.pdf"
    path.parent.mkdir()
    drawn(path, lines(["Notice on bonded storage", "The fee is 8600 yuan a month."]))
    with opening({}) as room:
        desk = StaffDesk(room)
        typed_instead(desk, "8600", "8800").press(desk.say("inspect.confirm_save"))
        room.library.sync()
        typed_instead(desk, "8800", "8600").press(desk.say("inspect.confirm_save"))
        assert not corrections(path).exists()
        (entry,) = room.audit.entries(subject="notice.pdf", limit=1)
        assert (entry.action, entry.details["figures"]) == ("page.correction_removed", "8800 yuan → 8600 yuan")


def test_a_review_and_what_is_no_matter_of_validity_is_saved_at_once(desk: StaffDesk) -> None:
    save(desk, SOURCE, reviewed_on="2026-11-20", review_by="2027-11-20", summary="提要")
    assert "reviewed_on: 2026-11-20" in text(desk.room, SOURCE)


def test_what_was_confirmed_is_written_and_noted_and_what_became_another_is_asked_again(room: StaffContext) -> None:
    desk = save(StaffDesk(room, "en"), SOURCE, effective_to="2026-06-30")
    seal, question = desk.one("[name=confirmed]").get("value"), desk.page
    other = dict(desk.page.forms[-1].form_values()) | {"status": "draft", "confirmed": seal}
    desk.post("folder/edit", **other)
    assert shown(desk)[SOURCE][1].startswith("Draft")
    assert text(room, SOURCE) == RUSSIA
    desk.page = question
    desk.press(desk.say("documents.edit.save"))
    assert "effective_to: 2026-06-30" in text(room, SOURCE)
    (entry,) = room.audit.entries(subject=SOURCE, limit=1)
    assert entry.details["validity"] == "in_force → expired – 2026-06-30"
    assert "Validity: In force → Expired" in desk.open("log").text("main")


def test_a_file_that_changed_behind_the_question_is_not_overwritten(room: StaffContext) -> None:
    desk = save(StaffDesk(room, "en"), SOURCE, effective_to="2026-06-30")
    fill(room.settings.knowledge_dir, {SOURCE: RUSSIA.replace("俄罗斯税收指南", "俄罗斯税收新指南")})
    desk.press(desk.say("documents.edit.save"))
    assert desk.say("documents.edit.changed") in desk.text("main")
    assert "effective_to" not in text(room, SOURCE)


def test_a_day_that_was_not_taken_stands_on_the_list_the_page_and_the_form(opening: Opening) -> None:
    source = "laws/new.txt"
    told = {"zh": "有效期至2128年12月31日”里的失效日期没有采用", "en": "more than 30 years away"}
    with opening({source: DECREE.replace("2028年", "2128年")}) as room:
        for language, sentence in told.items():
            desk = StaffDesk(room, language)
            for path in ("folder?attention=1", f"folder/document?source={source}", f"folder/edit?source={source}"):
                assert sentence in desk.open(path).text("main"), path
        save(desk, source, nothing="effective_to")
        room.library.sync()
        assert "effective_to" not in room.index.documents()[source].guessed
        assert not room.index.entries()[0].problems


@pytest.mark.browser
def test_the_question_is_answered_by_keyboard_without_a_script(center: Center, clerk: Clerk) -> None:
    known = words("zh")
    page = clerk(f"folder/edit?source={SOURCE}", java_script_enabled=False)
    page.locator("#status").select_option("repealed")
    page.locator("#status").press("Tab")
    page.get_by_role("button", name=known["documents.edit.save"]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(known["documents.confirm.title"])
    expect(page.locator(".before")).to_contain_text(known["validity.in_force"])
    expect(page.locator(".after")).to_contain_text(known["validity.repealed"])
    page.get_by_role("button", name=known["documents.confirm.back"]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_value("repealed")
    page.get_by_role("button", name=known["documents.edit.save"]).press("Enter")
    page.get_by_role("button", name=known["documents.edit.save"]).press("Enter")
    expect(page.locator(".said.done")).to_have_text(known["documents.edit.saved"])
    assert "status: repealed" in text(center.room, SOURCE)
