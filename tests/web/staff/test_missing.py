"""Files that vanish in number: the clerk sees which, says that they go, and that is noted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ingest import watcher
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.web.staff.conftest import NAME, Center, opened, signed_in
from tests.web.staff.documents.test_routes import LANGUAGES, until
from tests.web.test_accessibility import violations
from web.i18n import texts
from web.staff.i18n import words

pytestmark = pytest.mark.browser
MANY = {
    **{f"laws/{number}.md": f"# Law {number}\n\nThe fee of law {number} is {number} yuan.\n" for number in range(4)},
    **{f"guides/{number}.md": f"# Guide {number}\n\nThe form of guide {number} is green.\n" for number in range(6)},
}


@pytest.fixture
def robbed(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Center]:
    """A center whose laws have just been moved away."""
    monkeypatch.setattr(watcher, "SETTLE_SECONDS", 0.5)
    with opened(tmp_path, embedder, MANY) as center:
        shutil.move(center.folder / "laws", tmp_path / "laws")
        until(lambda: len(center.library.missing()) == 4)
        yield center


def give_up(page: Page, language: str) -> None:
    page.get_by_role("button", name=words(language)["folder.missing_give_up"].format(count=4)).click()


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_a_clerk_lets_the_missing_documents_go_which_is_noted(
    robbed: Center, visitor: Visitor, locale: str, language: str
) -> None:
    known = words(language)
    page = signed_in(robbed, visitor(locale), "folder")
    expect(page.locator("#missing")).to_contain_text("laws (4)")
    expect(page.locator("#missing li")).to_have_count(4)
    expect(page.locator("tbody tr", has_text="laws/0.md")).to_contain_text(known["folder.missing_row"])
    assert not violations(page)
    give_up(page, language)
    expect(page.locator(".said.done")).to_contain_text("4")
    until(lambda: len(robbed.room.index.documents()) == 6)
    entry = robbed.room.audit.entries(limit=1)[0]
    assert (entry.who, entry.action, entry.subject, entry.details["count"]) == (
        NAME, "documents.given_up", "laws (4)", "4",
    )  # fmt: skip
    assert "laws/3.md" in entry.details["documents"]
    page.goto(robbed.staff("log"))
    expect(page.locator("tbody tr").first).to_contain_text(known["log.action.documents.given_up"])


def test_what_came_back_meanwhile_is_not_let_go(robbed: Center, visitor: Visitor) -> None:
    page = signed_in(robbed, visitor("zh-CN"), "folder")
    expect(page.locator("#missing")).to_be_visible()
    page.route("**/folder/list*", lambda route: route.abort())  # the page as it was when the clerk began to read
    shutil.move(robbed.folder.parent / "laws", robbed.folder / "laws")
    until(lambda: not robbed.library.missing())
    give_up(page, "zh")
    expect(page.locator(".said.trouble")).to_have_text(words("zh")["folder.missing_changed"])
    assert len(robbed.room.index.documents()) == 10
    expect(page.locator("#missing")).to_have_count(0)


def test_the_page_says_how_many_files_of_which_folders_are_missing(robbed: Center, visitor: Visitor) -> None:
    page = visitor("en-GB").new_page()
    page.goto(robbed.address)
    line = texts("en")["progress.missing"].format(count=4, folders="laws (4)")
    expect(page.locator("#progress")).to_contain_text(line)
    assert not violations(page)


def test_a_folder_emptied_on_purpose_is_confirmed_in_the_room(
    tmp_path: Path, embedder: Embedder, visitor: Visitor
) -> None:
    with opened(tmp_path, embedder, {"only.md": "# Only\n\nThe fee is 5 yuan.\n"}) as center:
        page = signed_in(center, visitor("en-GB"), "folder")
        (center.folder / "only.md").unlink()
        until(lambda: len(center.library.missing()) == 1)
        page.reload()
        page.get_by_role("button", name="Remove these 1 documents").click()
        until(lambda: not center.room.index.documents())


def test_many_documents_removed_one_after_the_other_in_the_room_are_no_mishap(
    tmp_path: Path, embedder: Embedder, visitor: Visitor
) -> None:
    many = {f"laws/{number}.md": f"# Law {number}\n\nThe fee is {number} yuan.\n" for number in range(30)}
    with opened(tmp_path, embedder, many) as center:
        page = signed_in(center, visitor("en-GB"), "folder")
        for number in range(25):
            sent = page.request.post(center.staff("folder/remove"), form={"source": f"laws/{number}.md"})
            assert sent.ok
        until(lambda: len(center.room.index.documents()) == 5)
        assert center.library.missing() == []
