"""A clerk sees what lies in the folder, how well it was read, and what to do about what was not."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ingest.sync.sync import Progress
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.web.staff.conftest import FOLDER, NAME, Center, fill, opened, signed_in
from tests.web.test_accessibility import violations
from web.staff.i18n import words

pytestmark = pytest.mark.browser
Clerk = Callable[..., Page]
DECREE = """# 江城市跨境数据流动管理办法

江数发〔2025〕12号

江城市数据局

2025年12月1日

第一条 为了规范跨境数据流动，制定本办法。

第二条 本办法自2026年1月1日起施行，有效期至2028年12月31日。
"""
LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It did not come."
        time.sleep(0.1)


def titles(page: Page) -> list[str]:
    return page.locator(".documents tbody td:first-child > a").all_inner_texts()


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_the_list_shows_each_document_and_can_be_filtered_and_sorted(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    known = words(language)
    page = clerk("", locale)
    page.locator(".rooms a").first.click()
    expect(page).to_have_url(center.staff("folder"))
    assert titles(page) == ["Bonded warehouse guide", "俄罗斯税收指南"]
    row = page.locator("tbody tr", has_text="outbound/russia.zh.md")
    expect(row).to_contain_text(known["validity.in_force"])
    expect(row).to_contain_text({"zh": "中文", "en": "Chinese"}[language])
    expect(row).to_contain_text(known["folder.quality.good"])
    entry = next(each for each in center.room.index.entries() if each.source == "outbound/russia.zh.md")
    expect(row.locator("td").nth(4)).to_have_text(str(entry.chunks))
    page.get_by_role("link", name=known["folder.column.title"], exact=True).click()
    expect(page.locator("th").first).to_have_attribute("aria-sort", "descending")
    assert titles(page) == ["俄罗斯税收指南", "Bonded warehouse guide"]
    page.get_by_label(known["folder.key.language"], exact=True).select_option("en")
    expect(page.locator(".documents tbody tr")).to_have_count(1)
    assert titles(page) == ["Bonded warehouse guide"]
    page.get_by_role("link", name=known["folder.all"]).click()
    page.get_by_label(known["folder.text"]).fill("RUSSIA")
    page.keyboard.press("Enter")
    expect(page.locator(".documents tbody tr")).to_have_count(1)
    page.get_by_label(known["folder.text"]).fill("no such thing")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_have_text(known["folder.none_found"])


@pytest.mark.parametrize(("locale", "left"), [("zh-CN", "约需 40 秒"), ("en-GB", "about 40 s left")])
def test_reading_shows_how_far_it_has_come_and_how_long_it_takes(
    center: Center, clerk: Clerk, locale: str, left: str
) -> None:
    page = clerk("folder", locale)
    expect(page.locator("#progress progress")).to_have_count(0)
    center.library.note(Progress("embedding", 5, 5, 30, 120, 40.0))
    expect(page.locator("#progress progress")).to_have_attribute("value", "30")
    expect(page.locator("#progress")).to_contain_text("120")
    expect(page.locator("#progress")).to_contain_text(left)
    center.library.note(Progress("ready"))
    expect(page.locator("#progress progress")).to_have_count(0)


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_a_damaged_file_dropped_into_the_folder_appears_with_what_to_do(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    known = words(language)
    page = clerk("folder", locale)
    expect(page.locator(".documents tbody tr")).to_have_count(2)
    (center.folder / "laws").mkdir()
    (center.folder / "laws" / "cut.pdf").write_bytes(b"%PDF-1.7 cut short")
    failure = page.locator(".failure")
    expect(failure).to_contain_text("laws/cut.pdf", timeout=30_000)
    expect(failure).to_contain_text({"zh": "不完整", "en": "cut short"}[language])
    expect(failure).to_contain_text({"zh": "请从原处重新复制", "en": "Copy it again"}[language])
    page.reload()
    expect(page.locator("[aria-current] .count")).to_have_text("1")
    failure.get_by_role("button", name=known["folder.again"]).click()
    expect(page.locator(".said")).to_contain_text("laws/cut.pdf")
    until(lambda: all(each.stamp for each in center.room.index.failures()))
    expect(failure).to_be_visible()
    failure.get_by_role("button", name=known["folder.remove"]).click()
    expect(page.locator(".failure")).to_have_count(0, timeout=30_000)
    expect(page.locator(".documents tbody tr")).to_have_count(2)
    assert not (center.folder / "laws" / "cut.pdf").exists()


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_a_removed_document_comes_back_by_undo(center: Center, clerk: Clerk, locale: str, language: str) -> None:
    known, source = words(language), "outbound/russia.zh.md"
    page = clerk(f"folder/document?source={source}", locale)
    page.get_by_role("button", name=known["folder.remove"]).click()
    expect(page.locator(".said.done")).to_contain_text("俄罗斯税收指南")
    assert not (center.folder / source).exists()
    expect(page.locator(".documents tbody tr")).to_have_count(1, timeout=30_000)
    assert center.room.index.document(source) is None
    page.get_by_role("button", name=known["frame.undo"]).click()
    expect(page.locator(".said.done")).to_contain_text("俄罗斯税收指南")
    expect(page.locator(".documents tbody tr")).to_have_count(2, timeout=30_000)
    assert (center.folder / source).read_text(encoding="utf-8") == FOLDER[source]
    page.goto(center.staff(f"folder/document?source={source}"))
    expect(page.locator(".entries > li")).to_have_count(2)
    expect(page.locator(".entries > li").first).to_contain_text(known["log.action.document.put_back"])
    expect(page.locator(".entries > li").first).to_contain_text(NAME)


def test_what_was_removed_is_kept_until_it_is_deleted_for_good(center: Center, clerk: Clerk) -> None:
    source = "inbound/warehouse.en.md"
    page = clerk(f"folder/document?source={source}", "en-GB")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("link", name="Removed documents").click()
    expect(page.locator("tbody tr")).to_contain_text([source])
    fill(center.folder, {source: "# Another guide\n\nText.\n"})
    page.get_by_role("button", name="Put back").click()
    expect(page.locator(".said.trouble")).to_contain_text(source)
    assert (center.folder / source).read_text(encoding="utf-8").startswith("# Another")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator(".empty")).to_be_visible()
    assert [each.action for each in center.room.audit.entries(subject=source)] == [
        "document.deleted",
        "document.put_back",
        "document.removed",
    ]


def test_the_last_document_can_be_removed_and_put_back(tmp_path: Path, embedder: Embedder, visitor: Visitor) -> None:
    with opened(tmp_path, embedder, {"only.md": "# Only\n\nThe fee is 5 yuan.\n"}) as center:
        page = signed_in(center, visitor("en-GB"), "folder/document?source=only.md")
        with center.library.syncing:  # as when a long scan is being read: who removes does not wait for it
            page.get_by_role("button", name="Remove").click()
            expect(page.locator(".said.done")).to_contain_text("The folder is now empty")
            expect(page.get_by_role("button", name="Undo")).to_be_visible()
        until(lambda: not center.room.index.documents())
        page.get_by_role("button", name="Undo").click()
        until(lambda: bool(center.room.index.documents()))
        page.goto(center.staff("folder"))
        expect(page.locator(".documents tbody tr")).to_have_count(1)


def test_what_cannot_be_deleted_for_good_is_told(center: Center, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    removed = center.room.bin.take("outbound/russia.zh.md", "removed", NAME, {}.get)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    page = clerk("folder/removed")
    with monkeypatch.context() as context:
        context.setattr(Path, "rename", refuse)
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name=words("zh")["folder.delete"]).click()
        expect(page.locator(".said.trouble")).to_contain_text("Permission denied")
    assert center.room.bin.all() == [removed]


def test_a_folder_emptied_by_mishap_is_told_and_goes_on_answering(center: Center, clerk: Clerk) -> None:
    page = clerk("folder")
    for source in FOLDER:
        (center.folder / source).unlink()
    expect(page.locator("#progress .trouble")).to_contain_text("为防止误删", timeout=30_000)
    assert len(center.room.index.documents()) == 2


def test_what_was_read_from_the_text_is_marked_as_such(tmp_path: Path, embedder: Embedder, visitor: Visitor) -> None:
    with opened(tmp_path, embedder, {"laws/办法.md": DECREE} | FOLDER) as center:
        page = signed_in(center, visitor("zh-CN"), "folder")
        page.get_by_role("link", name="江城市跨境数据流动管理办法").click()
        until_ = page.locator("[data-field=effective_to]")
        expect(until_).to_contain_text("2028年12月31日")
        expect(until_).to_contain_text(words("zh")["folder.guessed"])
        page.goto(center.staff("folder/document?source=outbound/russia.zh.md"))
        expect(page.locator("[data-field=reviewed_on]")).to_contain_text("2026年1月10日")
        expect(page.locator("[data-field=reviewed_on]")).not_to_contain_text(words("zh")["folder.guessed"])


def test_the_file_itself_can_be_downloaded_and_nothing_else_of_the_machine(center: Center, clerk: Clerk) -> None:
    page = clerk("folder/document?source=outbound/russia.zh.md")
    with page.expect_download() as download:
        page.get_by_role("link", name=words("zh")["folder.file"]).click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == FOLDER["outbound/russia.zh.md"]
    for source in ("../data/records.sqlite", "/etc/passwd", "no.md", ""):
        assert page.request.get(center.staff(f"folder/file?source={source}")).status == 404
        assert page.request.get(center.staff(f"folder/document?source={source}")).status == 404
        assert page.request.get(center.staff(f"folder/edit?source={source}")).status == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1280)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    center: Center, clerk: Clerk, locale: str, width: int, scheme: Any
) -> None:
    (center.folder / "cut.pdf").write_bytes(b"%PDF-1.7 cut short")
    page = clerk("folder", locale, width=width, color_scheme=scheme)
    expect(page.locator(".failure")).to_be_visible(timeout=30_000)
    source = "?source=outbound/russia.zh.md"
    for path in ("folder", f"folder/document{source}", f"folder/edit{source}", "folder/removed"):
        page.goto(center.staff(path))
        assert violations(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
