"""The service is paused and goes on, and a notice stands above the page: seen by the clerk and by who asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from bot.messages import text
from evals.serving import served
from records import Notice, Off, open_records
from records.models import now
from tests.records.conftest import come_true
from tests.support.scripted import Visitor, arrived, ask
from tests.web.staff.conftest import NAME, Center
from web.app import build
from web.context import Service
from web.staff.formatting import Speech
from web.staff.i18n import words

Clerk = Callable[..., Page]
LANGUAGES = {"zh-CN": "zh", "en-GB": "en"}
QUESTION = {"zh": "俄罗斯的利润税率是多少？", "en": "How long may goods stay in a bonded warehouse?"}
both = pytest.mark.parametrize("locale", LANGUAGES)


def say(locale: str, key: str, **values: object) -> str:
    return words(LANGUAGES[locale])[f"switch.{key}"].format(**values)


def switch_off(page: Page, locale: str, reason: str = "维护") -> None:
    page.get_by_label(say(locale, "reason"), exact=True).fill(reason)
    page.get_by_role("button", name=say(locale, "do_off"), exact=True).click()
    expect(page.get_by_role("heading", name=say(locale, "is_off"))).to_be_visible()


@both
def test_an_open_page_refuses_in_its_language_and_answers_again(
    clerk: Clerk, center: Center, visitor: Visitor, locale: str
) -> None:
    language = LANGUAGES[locale]
    asking = arrived(visitor(locale), center.address)
    staff = clerk("switch", locale)
    expect(staff.get_by_role("heading", name=say(locale, "is_on"))).to_be_visible()
    switch_off(staff, locale)
    expect(staff.locator(".state")).to_contain_text(NAME)
    expect(staff.locator(".said.trouble")).to_have_count(0)  # the state itself says so
    ask(asking, QUESTION[language])
    answer = asking.locator("#current .exchange.blocked")
    expect(answer).to_contain_text(text("switched_off", language), timeout=30_000)
    expect(answer).to_contain_text("12345")
    expect(asking.locator("#announcement .paused")).to_contain_text(text("switched_off", language))
    come_true(lambda: center.room.records.exchanges() != [])
    kept = center.room.records.exchanges()[0]
    assert (kept.outcome, kept.reason) == ("blocked", "switched_off")
    staff.goto(center.staff("log"))
    expect(staff.locator(".said.trouble")).to_contain_text(say(locale, "line"))
    staff.get_by_role("link", name=say(locale, "line_link"), exact=True).last.click()
    staff.get_by_role("button", name=say(locale, "turn_on")).click()
    expect(staff.get_by_role("heading", name=say(locale, "is_on"))).to_be_visible()
    ask(asking, QUESTION[language])
    expect(asking.locator("#current .exchange.answered")).to_be_visible(timeout=30_000)
    expect(asking.locator("#announcement .paused")).to_have_count(0)
    assert [each.action for each in center.room.audit.entries()] == ["service.resumed", "service.paused"]


def test_it_stays_off_after_a_restart_and_says_so_in_the_center_s_words_at_the_first_paint(center: Center) -> None:
    center.room.records.announcing.pause(Off(NAME, "x", {"en": "Back on <Monday>."}))
    settings, library = center.room.settings, center.library
    with open_records("", 30, settings.data_dir) as records:
        service = Service(
            center.room.bot,
            center_offering(center),
            library.index.document,
            settings.knowledge_dir,
            library.progress,
            records,
            library.contacts,
        )
        with served(build(service)) as address:
            assert "Back on &lt;Monday&gt;." in painted(address, "en")
            assert text("switched_off", "zh") in painted(address, "zh")
            assert text("switched_off", "ar") in painted(address, "ar")


def center_offering(center: Center):  # type: ignore[no-untyped-def]
    from bot.starters.cache import Offering

    return Offering(center.room.bot)


def painted(address: str, language: str) -> str:
    with urlopen(Request(address, headers={"Accept-Language": language}), timeout=30) as answer:
        return str(answer.read().decode())


def test_switching_off_needs_a_reason(clerk: Clerk, center: Center) -> None:
    page = clerk("switch", "en-GB")
    page.get_by_label("Reason", exact=True).fill("   ")
    page.get_by_role("button", name="Switch off", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(say("en-GB", "no_reason"))
    assert center.room.records.announcing.off is None


def test_what_cannot_be_seen_is_refused_and_the_service_is_not_said_to_be_off(clerk: Clerk, center: Center) -> None:
    form = {"reason": "x"} | dict.fromkeys(("zh", "en", "pt", "ru", "ar"), "\x01" * 999)
    answer = clerk("switch", "en-GB").request.post(center.staff("switch/off"), form=form)
    assert answer.status == 422
    assert words("en")["switch.control"] in answer.text() or words("zh")["switch.control"] in answer.text()
    assert center.room.records.announcing.off is None
    assert center.room.audit.entries() == []


@both
def test_a_notice_is_previewed_published_seen_and_dismissed_for_the_visit(
    clerk: Clerk, center: Center, visitor: Visitor, locale: str
) -> None:
    staff = clerk("switch", locale)
    notice = staff.get_by_role("region", name=say(locale, "notice"))
    notice.get_by_label(Speech(LANGUAGES[locale]).language_name("zh")).fill("周一休息 https://example.org/a")
    notice.get_by_label(Speech(LANGUAGES[locale]).language_name("en")).fill("Closed on Monday <b> http://example.org")
    notice.get_by_role("button", name=say(locale, "preview")).click()
    expect(staff.locator(".banner").first).to_contain_text("周一休息")
    assert center.room.records.announcing.notice is None
    staff.get_by_role("button", name=say(locale, "set_notice")).click()
    expect(staff.get_by_role("status")).to_have_text(say(locale, "done_notice"))
    page = arrived(visitor(locale), center.address)
    banner = page.locator("#announcement .banner")
    expect(banner).to_contain_text({"zh-CN": "周一休息", "en-GB": "Closed on Monday <b>"}[locale])
    expect(page.locator("#announcement [role=status]")).to_have_count(1)
    expect(banner.get_by_role("link")).to_have_count(1 if locale == "zh-CN" else 0)
    banner.get_by_role("button").click()
    expect(banner).to_be_hidden()
    page.reload()
    expect(page.locator("#welcome .door").first).to_be_visible()
    expect(banner).to_be_hidden()
    assert ("周一休息" if locale == "zh-CN" else "Closed on Monday") in painted(center.address, LANGUAGES[locale])
    assert "Closed on Monday" in painted(center.address, "pt")
    staff.get_by_role("button", name=say(locale, "remove_notice")).click()
    expect(staff.get_by_role("status")).to_have_text(say(locale, "done_no_notice"))
    assert "Closed on Monday" not in painted(center.address, "en")


def test_a_notice_that_is_too_long_or_over_is_not_taken(clerk: Clerk, center: Center) -> None:
    page = clerk("switch", "en-GB")
    notice = page.get_by_role("region", name="Notice above the page")
    notice.get_by_label("English").fill("x")
    page.evaluate("document.getElementById('notice-en').removeAttribute('maxlength')")
    notice.get_by_label("English").fill("x" * 301)
    notice.get_by_role("button", name="Publish the notice").click()
    expect(page.get_by_role("alert")).to_contain_text("300")
    notice.get_by_label("English").fill("short")
    notice.get_by_label("Shown until").fill(f"{datetime.now() - timedelta(days=1):%Y-%m-%dT%H:%M}")
    notice.get_by_role("button", name="Publish the notice").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert center.room.records.announcing.notice is None


def test_a_notice_is_shown_from_its_beginning_to_its_end(center: Center) -> None:
    for first, last, is_seen in ((-2, -1, False), (-1, 1, True), (1, 2, False)):
        moments = (now() + timedelta(hours=first), now() + timedelta(hours=last))
        center.room.records.announcing.announce(Notice({"en": "Closed on Monday"}, *moments))
        assert ("Closed on Monday" in painted(center.address, "en")) == is_seen
