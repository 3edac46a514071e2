"""What somebody has written is still there after the sign-in ended before it was saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from store.embeddings import Embedder
from tests.conftest import ROOT
from tests.support.staff_desk import NAME
from tests.web.staff.conftest import Center, Clerk, opened
from tests.web.staff.inspect.samples import SCAN, at, scan
from tests.web.staff.samples import DECREE
from web.staff.i18n import words
from web.staff.identity.password import PASSWORD, hash_password

pytestmark = pytest.mark.browser
SECRET, TEXT, SAY = "four unlike words here", "写了半天的内容", words("zh")
RULES = "rules.md"
WRITE, EDIT = "folder/write?template=blank.zh", f"folder/edit?source={RULES}"
FORMS = {
    WRITE: ("uploads.take_in", "textarea[name=text]"),
    "curated/new": ("curated.save", "textarea[name=answer_zh]"),
    at(SCAN).replace("inside?", "inside/correct?"): ("inspect.save", "textarea[name=text]"),
}


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Center]:
    """One for all tests: what they write is never saved, but for an answer that none of them looks for."""
    place = tmp_path_factory.mktemp("unsaved")
    path = place / "knowledge" / SCAN
    path.parent.mkdir(parents=True)
    scan(path)
    shutil.copytree(ROOT / "knowledge" / "templates", place / "knowledge" / "templates")
    with opened(place, embedder, {RULES: DECREE}) as center:
        yield center


def sign_out_elsewhere(center: Center, page: Page) -> None:
    (held,) = (each["value"] for each in page.context.cookies() if each["name"] == "staff")
    center.room.sessions.sign_out(held)
    page.context.clear_cookies(name="staff")
    center.room.sessions.set_value(PASSWORD, hash_password(SECRET))


def sign_in_as(page: Page, name: str) -> None:
    """Signs in once the page has read what is kept: until then it does not know where to return."""
    expect(page.locator("#unsaved")).to_be_visible()
    page.get_by_label(SAY["auth.name"]).fill(name)
    page.get_by_label(SAY["auth.password"]).fill(SECRET)
    page.get_by_role("button", name=SAY["auth.sign_in"]).click()


@pytest.mark.parametrize("path", FORMS)
def test_who_saves_after_the_sign_in_ended_returns_to_the_form_with_the_text(
    center: Center, clerk: Clerk, path: str
) -> None:
    button, area = FORMS[path]
    page = clerk(path)
    if path.startswith("folder/write"):
        page.get_by_label(SAY["documents.key.title"]).fill(TEXT)
    page.locator(area).fill(TEXT)
    sign_out_elsewhere(center, page)
    page.get_by_role("button", name=SAY[button], exact=True).click()
    expect(page.locator("#unsaved")).to_have_text(SAY["auth.unsaved"])
    sign_in_as(page, NAME)
    expect(page.locator("#unsaved")).to_contain_text(SAY["frame.unsaved"])
    page.get_by_role("button", name=SAY["frame.unsaved_back"]).click()
    expect(page.locator(area)).to_have_value(TEXT)
    expect(page.locator("#unsaved")).to_be_hidden()


def test_nobody_else_sees_it_and_what_was_saved_is_not_offered(center: Center, clerk: Clerk) -> None:
    path = "curated/new"
    page = clerk(path)
    page.locator("textarea[name=answer_zh]").fill(TEXT)
    sign_out_elsewhere(center, page)
    page.get_by_role("button", name=SAY["curated.save"]).click()
    sign_in_as(page, "另一位")
    expect(page.locator("form[data-unsaved]")).to_have_count(1)
    expect(page.locator("#unsaved")).to_be_hidden()
    page.wait_for_function("sessionStorage.length === 0")  # the script runs when the page has been read
    page.locator("textarea[name=questions_zh]").fill("几点开门？")
    page.locator("textarea[name=answer_zh]").fill(TEXT)
    page.get_by_role("button", name=SAY["curated.save"]).click()
    expect(page.locator("form[data-unsaved]")).to_have_count(0)
    page.wait_for_function("sessionStorage.length === 0")
    page.goto(center.staff(path))
    expect(page.locator("#unsaved")).to_be_hidden()


@dataclass(frozen=True)
class Sent:
    """A form, what is typed into it and its button."""

    path: str
    typed: dict[str, str]
    button: str


TITLED = {"[name=title]": TEXT, "[name=text]": TEXT}
NOT_SAVED = {
    "checked": Sent(WRITE, TITLED, "uploads.show_preview"),
    "not accepted": Sent(WRITE, TITLED | {"[name=text]": "请向〔机关全称〕申请。"}, "uploads.take_in"),
    "asked about validity": Sent(EDIT, {"[name=effective_to]": "2026-02-01"}, "documents.edit.save"),
    "ends before it begins": Sent(EDIT, {"[name=effective_to]": "2020-01-01"}, "documents.edit.save"),
    "asked about numbers": Sent(at(SCAN).replace("inside?", "inside/correct?"), {"[name=text]": TEXT}, "inspect.save"),
    "looked for near questions": Sent("curated/new", {"[name=answer_zh]": TEXT}, "curated.check"),
    "previewed": Sent("switch", {"#notice-zh": TEXT}, "maintenance.preview"),
}


@pytest.mark.parametrize("why", NOT_SAVED)
def test_what_was_sent_but_not_saved_is_still_there_after_leaving(center: Center, clerk: Clerk, why: str) -> None:
    sent = NOT_SAVED[why]
    page = clerk(sent.path)
    for field, text in sent.typed.items():
        page.locator(field).fill(text)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name=SAY[sent.button], exact=True).click()
    page.wait_for_load_state()
    expect(page.locator("body[data-posted]")).to_have_count(1)
    page.get_by_role("link", name=SAY["frame.section.gaps"]).click()
    page.goto(center.staff(sent.path))
    page.get_by_role("button", name=SAY["frame.unsaved_back"]).click()
    for field, text in sent.typed.items():
        expect(page.locator(field)).to_have_value(text)


def test_what_is_saved_after_a_question_about_it_is_not_offered_again(center: Center, clerk: Clerk) -> None:
    page = clerk(EDIT)
    page.locator("[name=effective_to]").fill("2026-03-01")
    page.get_by_role("button", name=SAY["documents.edit.save"], exact=True).click()
    page.locator("button[name=confirmed]").click()
    expect(page.locator(".said.done")).to_be_visible()
    page.wait_for_function("sessionStorage.length === 0")


def write_in(page: Page, text: str) -> None:
    """Types a page, and waits until it is kept."""
    page.get_by_label(SAY["documents.key.title"]).fill(text)
    page.locator("textarea[name=text]").fill(text)
    page.wait_for_function("text => Object.values(sessionStorage).join().includes(text)", arg=text)


def leave(page: Page) -> None:
    page.get_by_role("link", name=SAY["frame.section.gaps"], exact=True).click()
    expect(page.locator("form[data-unsaved]")).to_have_count(0)


def by_menu(page: Page, center: Center) -> None:
    leave(page)
    page.get_by_role("link", name=SAY["frame.section.folder"], exact=True).click()
    page.get_by_role("link", name=SAY["uploads.write"]).click()


def from_a_gap(page: Page, center: Center) -> None:
    leave(page)
    page.goto(center.staff("folder/write?gap=0123456789abcdef&days=90&asked=怎么办？"))


def by_back(page: Page, center: Center) -> None:
    leave(page)
    page.go_back()


def by_reload(page: Page, center: Center) -> None:
    page.reload()


def by_another_template(page: Page, center: Center) -> None:
    with page.expect_navigation():  # the page that is left has the same text
        page.locator(".choices a:not([aria-current])").last.click()


WAYS_BACK = (by_menu, from_a_gap, by_back, by_reload, by_another_template)


@pytest.mark.parametrize("way", WAYS_BACK)
def test_a_page_that_was_begun_is_there_whichever_way_one_comes_back(
    center: Center, clerk: Clerk, way: Callable[[Page, Center], None]
) -> None:
    page = clerk(WRITE)
    write_in(page, TEXT)
    for _ in range(2):  # also when one only looked at it in between
        way(page, center)
        page.wait_for_load_state()
        area = page.locator("textarea[name=text]")
        if area.input_value() != TEXT:  # the browser may have kept it itself
            expect(page.locator("#unsaved q")).to_have_text(TEXT)
            page.get_by_role("button", name=SAY["frame.unsaved_back"]).click()
        expect(area).to_have_value(TEXT)
        expect(page.locator("[name=template]")).to_have_value("blank.zh")


def test_a_second_page_that_is_begun_does_not_take_the_place_of_the_first(center: Center, clerk: Clerk) -> None:
    page, second = clerk(WRITE), "另一页的内容"
    write_in(page, TEXT)
    by_menu(page, center)
    write_in(page, second)
    leave(page)
    page.goto(center.staff(WRITE))
    offers = page.locator(".said:has(button[name=back])")
    expect(offers.locator("q")).to_have_text([second, TEXT])
    offers.last.get_by_role("button", name=SAY["frame.unsaved_back"]).click()
    expect(page.locator("textarea[name=text]")).to_have_value(TEXT)
    offers.first.get_by_role("button", name=SAY["frame.unsaved_drop"]).click()
    by_menu(page, center)
    expect(page.locator("#unsaved q")).to_have_text(TEXT)
    expect(offers).to_have_count(1)
