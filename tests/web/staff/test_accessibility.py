"""What the tests of single sections do not open in a browser: axe, a phone, and the buttons of the page to write."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from records import Draft, DraftKind, Role
from tests.support.scripted import Visitor
from tests.support.staff_desk import account_session
from tests.web.staff.conftest import Center, violations_in_both_schemes
from web.staff.auth.routes import COOKIE
from web.staff.curated.form import blank
from web.staff.curated.table import fields_of

PAGES = ("accounts", "approvals", "approvals/draft?id=", "log", "backup", "folder/write")


def as_administrator(center: Center, visitor: Visitor, locale: str, width: int) -> Page:
    """A browser in which the holder of an account has signed in; a colleague's returned draft waits."""
    accounts = center.room.accounts
    for name in ("Li", "Fang"):
        accounts.set_password(accounts.add(name, Role.ADMINISTRATOR).id, "no hash")
    account = accounts.find("Fang")
    assert account
    browser = visitor(locale, width=width)
    held = account_session(center.room, account)
    browser.add_cookies([{"name": COOKIE, "value": held, "url": f"{center.address}staff"}])
    return browser.new_page()


@pytest.mark.browser
def test_axe_finds_nothing_on_a_phone_and_nothing_is_wider(center: Center, visitor: Visitor) -> None:
    page = as_administrator(center, visitor, "zh-CN", 390)
    draft = Draft(DraftKind.ANSWER, "几点开门？", fields_of(blank("几点开门？")), "Li")
    center.room.records.drafts.add(draft)
    for path in PAGES:
        page.goto(center.staff(path + draft.id if path.endswith("id=") else path))
        assert violations_in_both_schemes(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.locator("#text").fill("税率30%")
    page.locator("[data-insert=list]").click()
    expect(page.locator("#preview li")).to_have_text("税率30%")
    page.locator("[data-insert=table]").click()
    expect(page.locator("#preview td")).to_have_count(4)
    page.locator("#basis").fill(page.locator("#bases [data-id='?']").get_attribute("value") or "")
    page.locator("[data-insert=basis]").click()
    assert page.locator("#text").input_value().splitlines()[-1].endswith("[^?]|")
    page.locator("[data-adds=topics]").select_option(index=1)
    assert page.locator("#topics").input_value()


@pytest.mark.browser
def test_the_english_menu_is_whole_on_a_small_desktop(center: Center, visitor: Visitor) -> None:
    page = as_administrator(center, visitor, "en-GB", 1280)
    page.goto(center.staff("log"))
    menu = "document.querySelector('.sections')"
    assert page.locator(".sections a").count() == 13
    assert page.evaluate(f"{menu}.scrollWidth <= {menu}.clientWidth")
