"""A typed note or reply for somebody who waits for a person outlasts the other buttons beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Dialog, Page, expect

from records import PersonRequest
from tests.support.staff_questions import asked
from tests.web.staff.conftest import Center, Clerk
from web.staff.i18n import words

pytestmark = pytest.mark.browser
NOTE, REPLY, SAY = "打过电话，没有人接", "利润税税率为25%。", words("zh")


@pytest.fixture
def page(center: Center, clerk: Clerk) -> Page:
    """The requests, with one that nobody has taken."""
    given = asked(center.room, "俄罗斯的利润税是多少？")
    center.room.records.ask_person(PersonRequest(given.id, "Anna", "13800001111", datetime.now(UTC)))
    return clerk("asked/requests")


def write(page: Page) -> None:
    for key in ("staff_note", "reply_own"):
        page.locator("summary", has_text=SAY[f"questions.{key}"]).click()
    page.locator("[name=staff_note]").fill(NOTE)
    page.locator("[name=reply]").fill(REPLY)


def press(page: Page, key: str) -> None:
    page.get_by_role("button", name=SAY[f"questions.{key}"], exact=True).click()


def expect_both(page: Page) -> None:
    expect(page.locator("[name=staff_note]")).to_have_value(NOTE)
    expect(page.locator("[name=reply]")).to_have_value(REPLY)


def test_taking_a_request_or_saving_one_text_keeps_what_is_typed(page: Page) -> None:
    write(page)
    press(page, "take")
    expect(page.locator(".said.done")).to_be_visible()
    expect_both(page)
    expect(page.locator("#unsaved")).to_be_hidden()
    press(page, "save")
    expect(page.locator(".said.done")).to_be_visible()
    expect_both(page)
    press(page, "reply_save")
    expect(page.locator("blockquote.written")).to_have_text(REPLY)
    page.wait_for_function("sessionStorage.length === 0")


def test_closing_warns_of_what_is_typed_and_keeps_it_where_it_is_refused(center: Center, page: Page) -> None:
    asked_for, answers = list[str](), [False, True]

    def answer(dialog: Dialog) -> None:
        asked_for.append(dialog.message)
        (dialog.accept if answers[len(asked_for) - 1] else dialog.dismiss)()

    page.on("dialog", answer)
    write(page)
    press(page, "close")
    expect_both(page)
    assert page.locator("[role=alert]").count() == 0
    press(page, "close")
    expect(page.locator("[role=alert]")).to_have_text(SAY["questions.needs_words"])
    expect_both(page)
    assert asked_for == [SAY["questions.close_sure"]] * 2
    press(page, "save")
    expect(page.locator(".said.done")).to_be_visible()
    assert center.room.records.requests()[0].staff_note == NOTE


def test_what_is_typed_is_offered_again_to_who_left_the_page(center: Center, page: Page) -> None:
    write(page)
    page.get_by_role("link", name=SAY["frame.section.gaps"]).click()
    page.goto(center.staff("asked/requests"))
    expect(page.locator("[name=reply]")).to_have_value("")
    page.get_by_role("button", name=SAY["frame.unsaved_back"]).click()
    expect_both(page)
    page.reload()
    page.get_by_role("button", name=SAY["frame.unsaved_drop"]).click()
    page.reload()
    expect(page.locator("#unsaved")).to_be_hidden()
