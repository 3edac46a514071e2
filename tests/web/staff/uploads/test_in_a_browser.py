"""Files are chosen or dropped onto the page, which sends them and follows what becomes of each."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.staff.conftest import Center, Clerk
from tests.web.staff.uploads.samples import BAD, FEES, LAW, NEWER
from tests.web.test_accessibility import violations
from web.http.security import LARGEST_REQUEST
from web.staff.i18n import words

pytestmark = pytest.mark.browser

PAGE = "folder/incoming"
SLOW = 60_000


def written(folder: Path, files: dict[str, str | bytes]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return [folder / name for name in files]


def row(page: Page, name: str) -> Locator:
    return page.locator(".arrivals li").filter(has=page.get_by_text(name, exact=True))


def reaches(page: Page, name: str, state: str) -> Locator:
    """The row of a file once it has come so far."""
    expect(row(page, name)).to_have_attribute("data-state", state, timeout=SLOW)
    return row(page, name)


def test_many_files_are_sent_one_after_the_other_and_the_list_follows_them(
    center: Center, clerk: Clerk, tmp_path: Path
) -> None:
    say = words("zh")
    page = clerk(PAGE, width=390)
    page.locator("#folder").select_option("outbound")
    page.locator("#files").set_input_files(written(tmp_path / "mine", {**FEES, **BAD}))
    for name in FEES:
        expect(reaches(page, f"outbound/{name}", "meaning")).to_contain_text(say["uploads.answerable"])
    refused = page.locator(".sending .refused")
    expect(refused).to_have_count(3)
    expect(refused.filter(has_text="programme.pdf")).to_contain_text(say["uploads.refused.program"])
    expect(refused.filter(has_text="archive.zip")).to_contain_text(".zip")
    expect(refused.filter(has_text="empty.txt")).to_contain_text("0")
    reaches(page, "broken.pdf", "unreadable")
    reaches(page, "copy.md", "same")
    assert violations(page) == {}
    page.reload()
    expect(page.locator(".arrivals li")).to_have_count(len(FEES) + 2)


def test_dropped_files_are_sent_into_a_new_folder_and_too_large_ones_are_told_before(
    center: Center, clerk: Clerk
) -> None:
    page = clerk(PAGE, "en-GB")
    page.locator("#new-folder").fill("dropped")
    drop = """([name, size]) => {
        const carried = new DataTransfer();
        const content = new Uint8Array(size).fill(10); // line breaks: whatever its size, it is one passage
        content.set([97]);
        carried.items.add(new File([content], name));
        document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: carried }));
    }"""
    page.evaluate(drop, ["large.txt", 101 << 20])
    expect(page.locator(".refused")).to_contain_text("ASSISTANT_FILE_MEGABYTES")
    page.evaluate(drop, ["a/b:c.txt", 10])
    expect(page.locator(".refused")).to_have_count(2)
    page.evaluate(drop, ["larger than other requests.txt", LARGEST_REQUEST + 1000])
    expect(row(page, "dropped/larger than other requests.txt")).to_be_visible(timeout=SLOW)
    assert list((center.room.settings.data_dir / "incoming").glob("*/large.txt")) == []


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1280)])
def test_axe_finds_nothing_on_a_comparison_nor_where_nothing_is_left_to_compare(
    center: Center, clerk: Clerk, tmp_path: Path, locale: str, width: int
) -> None:
    say = words(locale[:2])
    law = center.folder / "办法.md"
    law.write_text(LAW, encoding="utf-8")
    page = clerk(f"{PAGE}?replaces=办法.md", locale, width=width)
    assert violations(page) == {}
    page.locator("#files").set_input_files(written(tmp_path / "mine", {"2026.md": NEWER}))
    reaches(page, "2026.md", "clash").get_by_role("link", name=say["uploads.see"]).click()
    expect(page.locator(".figures tbody tr")).to_have_count(2)
    assert violations(page) == {}
    law.unlink()
    page.reload()
    expect(page.get_by_role("button", name=say["uploads.add_it"], exact=True)).to_be_visible()
    assert violations(page) == {}


def test_who_changes_a_text_follows_it_on_a_page_about_that_document(center: Center, clerk: Clerk) -> None:
    say, source = words("zh"), "outbound/russia.zh.md"
    page = clerk(f"folder/write?source={source}")
    page.locator("#text").fill(page.locator("#text").input_value().replace("22%", "23%"))
    page.get_by_role("button", name=say["uploads.edit_save"]).click()
    expect(page.locator("h1")).to_contain_text("俄罗斯税收指南")
    expect(page.locator("#add")).to_have_count(0)
    found = reaches(page, "russia.zh.md", "clash")
    expect(found.get_by_role("link", name=say["uploads.see"])).to_be_visible()
    expect(page.locator("main a").first).to_have_attribute("href", f"/staff/folder/document?source={quote(source)}")
    assert violations(page) == {}


def test_who_discards_a_file_is_asked_before(center: Center, clerk: Clerk, tmp_path: Path) -> None:
    say = words("zh")
    page = clerk(PAGE)
    page.locator("#files").set_input_files(written(tmp_path / "mine", {"broken.pdf": BAD["broken.pdf"]}))
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    button = reaches(page, "broken.pdf", "unreadable").get_by_role("button", name=say["uploads.discard"])
    button.click()
    assert asked == [say["uploads.discard_sure"].format(name="broken.pdf")]
    page.reload()
    page.once("dialog", lambda dialog: dialog.accept())
    button.click()
    expect(row(page, "broken.pdf")).to_have_count(0)


def test_a_basis_is_found_by_the_number_of_a_public_document(center: Center, clerk: Clerk) -> None:
    notice = "# 关于境外参展补助的通知\n\n钱商务〔2026〕21号\n\n每个展位补助八千元。\n"
    (center.room.settings.knowledge_dir / "notice.md").write_text(notice, encoding="utf-8")
    center.room.library.sync()
    page = clerk("folder/write", width=390)
    page.locator("#text").fill("每个展位补助八千元。")
    page.locator("#basis").fill("无此文件")
    page.locator("[data-insert=basis]").click()
    expect(page.locator("#text")).to_have_value("每个展位补助八千元。")
    page.locator("#basis").fill("钱商务〔2026〕21号")
    page.locator("[data-insert=basis]").click()
    expect(page.locator("#preview")).to_contain_text("关于境外参展补助的通知")
