"""What the pages on documents do by a script: they follow the folder, ask before what is final, filter at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ingest.sync.progress import Progress
from tests.web.staff.conftest import Center, Clerk, violations_in_both_schemes
from web.staff.i18n import words

pytestmark = pytest.mark.browser


def test_the_list_follows_the_folder(center: Center, clerk: Clerk) -> None:
    known = words("zh")
    page = clerk("folder")
    expect(page.locator(".documents tbody tr")).to_have_count(2)
    expect(page.locator("#progress progress")).to_have_count(0)
    center.library.note(Progress("embedding", 5, 5, 30, 120, 40.0))
    expect(page.locator("#progress progress")).to_have_attribute("value", "30")
    expect(page.locator("#progress")).to_contain_text("约需 40 秒")
    center.library.note(Progress("ready"))
    expect(page.locator("#progress progress")).to_have_count(0)
    (center.folder / "laws").mkdir()
    (center.folder / "laws" / "cut.pdf").write_bytes(b"%PDF-1.7 cut short")
    expect(page.locator(".failure")).to_contain_text("laws/cut.pdf", timeout=30_000)
    page.locator(".failure").get_by_role("button", name=known["documents.remove"]).click()
    expect(page.locator(".failure")).to_have_count(0, timeout=30_000)
    page.get_by_label(known["documents.key.language"], exact=True).select_option("en")
    expect(page.locator(".documents tbody tr")).to_have_count(1)


def test_who_deletes_for_good_is_asked_before(center: Center, clerk: Clerk) -> None:
    page = clerk("folder/document?source=inbound/warehouse.en.md", "en-GB")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("link", name="Removed documents").click()
    expect(page.get_by_role("button", name="Delete for good")).to_be_visible()
    page.wait_for_load_state()  # the question comes from a script
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator(".empty")).to_be_visible()


def test_saving_a_form_leaves_a_day_that_cannot_be_read_as_it_is_written(center: Center, clerk: Clerk) -> None:
    path, source = center.folder / "outbound/russia.zh.md", "outbound/russia.zh.md"
    path.write_text(path.read_text("utf-8").replace("2027-01-10", "2027年初"), encoding="utf-8")
    page = clerk(f"folder/edit?source={source}", "en-GB")
    expect(page.get_by_label(words("en")["documents.key.review_by"], exact=True)).to_have_value("2027年初")
    page.get_by_label(words("en")["documents.key.contact"], exact=True).fill("商务局")
    page.get_by_role("button", name=words("en")["documents.edit.save"], exact=True).click()
    expect(page.locator(".said.done")).to_be_visible()
    assert "review_by: 2027年初" in path.read_text("utf-8") and "contact: 商务局" in path.read_text("utf-8")
    page.goto(center.staff(f"folder/edit?source={source}"))
    page.get_by_label(words("en")["documents.key.review_by"], exact=True).fill("2027-01-31")
    page.get_by_role("button", name=words("en")["documents.edit.save"], exact=True).click()
    expect(page.locator(".said.done")).to_be_visible()
    assert "review_by: 2027-01-31" in path.read_text("utf-8")


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1280)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(center: Center, clerk: Clerk, locale: str, width: int) -> None:
    (center.folder / "cut.pdf").write_bytes(b"%PDF-1.7 cut short")
    page = clerk("folder", locale, width=width)
    expect(page.locator(".failure")).to_be_visible(timeout=30_000)
    source = "?source=outbound/russia.zh.md"
    for path in ("folder", f"folder/document{source}", f"folder/edit{source}", "folder/removed"):
        page.goto(center.staff(path))
        assert violations_in_both_schemes(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
