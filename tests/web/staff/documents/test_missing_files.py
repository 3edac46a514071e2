"""Files that vanish in number: the clerk sees which, says that they go, and that is noted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ingest import watcher
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import both, served_room, signed_in, stocked, until, watched
from tests.web.test_accessibility import violations
from web.i18n import texts
from web.staff.context import StaffContext

MANY = {
    **{f"laws/{number}.md": f"# Law {number}\n\nThe fee of law {number} is {number} yuan.\n" for number in range(4)},
    **{f"guides/{number}.md": f"# Guide {number}\n\nThe form of guide {number} is green.\n" for number in range(6)},
}


@pytest.fixture
def robbed(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[StaffContext]:
    """A watched room whose laws have just been moved away."""
    monkeypatch.setattr(watcher, "SETTLE_SECONDS", 0.2)
    with stocked(tmp_path, embedder, MANY) as room, watched(room.library):
        shutil.move(room.settings.knowledge_dir / "laws", tmp_path / "laws")
        until(lambda: len(room.library.missing()) == 4)
        yield room


def give_up(desk: StaffDesk) -> None:
    desk.press(desk.say("documents.missing_give_up", count=4))


@both
def test_a_clerk_lets_the_missing_documents_go_which_is_noted(robbed: StaffContext, language: str) -> None:
    desk = StaffDesk(robbed, language).open("folder")
    assert "(laws) × 4" in desk.text("#missing")
    assert desk.count("#missing li") == 4
    assert desk.say("documents.missing_row") in desk.text("tbody tr", "laws/0.md")
    give_up(desk)
    assert "4" in desk.text(".said.done")
    until(lambda: len(robbed.index.documents()) == 6)
    entry = robbed.audit.entries(limit=1)[0]
    assert (entry.who, entry.action, entry.subject, entry.details["count"]) == (
        NAME, "documents.given_up", "laws (4)", "4",
    )  # fmt: skip
    assert "laws/3.md" in entry.details["documents"]
    assert desk.say("log.action.documents.given_up") in desk.open("log").texts("tbody tr")[0]


def test_what_came_back_meanwhile_is_not_let_go(robbed: StaffContext) -> None:
    desk, folder = StaffDesk(robbed).open("folder"), robbed.settings.knowledge_dir
    assert desk.count("#missing") == 1
    shutil.move(folder.parent / "laws", folder / "laws")
    until(lambda: not robbed.library.missing())
    give_up(desk)
    assert desk.text(".said.trouble") == desk.say("documents.missing_changed")
    assert len(robbed.index.documents()) == 10
    assert desk.count("#missing") == 0


@pytest.mark.browser
def test_the_page_says_how_many_files_are_missing_and_the_room_of_which_folders(
    robbed: StaffContext, visitor: Visitor
) -> None:
    with served_room(robbed) as center:
        room = signed_in(center, visitor("zh-CN"), "folder")
        expect(room.locator("#missing")).to_be_visible()
        assert not violations(room)
        page = visitor("en-GB").new_page()
        page.goto(center.address)
        line = texts("en")["progress.missing"].format(count=4)
        expect(page.locator("#progress")).to_contain_text(line)
        expect(page.locator("#progress")).not_to_contain_text("laws")
        assert not violations(page)


def test_a_folder_emptied_on_purpose_is_confirmed_in_the_room(tmp_path: Path, embedder: Embedder) -> None:
    with stocked(tmp_path, embedder, {"only.md": "# Only\n\nThe fee is 5 yuan.\n"}) as room, watched(room.library):
        (room.settings.knowledge_dir / "only.md").unlink()
        until(lambda: len(room.library.missing()) == 1)
        StaffDesk(room, "en").open("folder").press("Remove these 1 documents")
        until(lambda: not room.index.documents())


def test_many_documents_removed_one_after_the_other_in_the_room_are_no_mishap(
    tmp_path: Path, embedder: Embedder
) -> None:
    many = {f"laws/{number}.md": f"# Law {number}\n\nThe fee is {number} yuan.\n" for number in range(30)}
    with stocked(tmp_path, embedder, many) as room, watched(room.library):
        desk = StaffDesk(room, "en")
        for number in range(25):
            assert desk.remove(f"laws/{number}.md").response.status_code == 200
        until(lambda: len(room.index.documents()) == 5)
        assert room.library.missing() == []
