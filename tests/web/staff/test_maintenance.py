"""The service is paused and goes on, and a notice stands above the page: seen by the clerk and by who asks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from bot.messages import text
from records import Notice, Off, open_records
from records.models import now
from tests.records.conftest import come_true
from tests.support.scripted import Visitor, arrived, ask
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import LOCALES, Center, both, service_of
from web.app import build
from web.context import ChatContext
from web.staff.context import StaffContext
from web.staff.formatting import Formatter

QUESTION = {"zh": "俄罗斯的利润税率是多少？", "en": "How long may goods stay in a bonded warehouse?"}


@pytest.fixture
def site(room: StaffContext) -> TestClient:
    """The page for companies."""
    return TestClient(build(service_of(room), room=room))


def painted(site: TestClient, language: str) -> str:
    """The page as it is first painted."""
    return site.get("/", headers={"accept-language": language}).text


@both
def test_switching_off_and_on_is_said_on_every_page_and_noted(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("switch")
    assert desk.text("#state") == desk.say("maintenance.is_on")
    desk.fill_labelled(desk.say("maintenance.reason"), "维护").press(desk.say("maintenance.do_off"))
    assert desk.text("#state") == desk.say("maintenance.is_off")
    assert NAME in desk.text(".state")
    assert desk.count(".said.trouble") == 0  # the state itself says so
    assert room.bot.answer(QUESTION[language]).text
    assert desk.say("maintenance.line") in desk.open("log").text(".said.trouble")
    desk.follow(desk.say("maintenance.line_link"), ".said").press(desk.say("maintenance.turn_on"))
    assert desk.text("#state") == desk.say("maintenance.is_on")
    assert [each.action for each in room.audit.entries()] == ["service.resumed", "service.paused"]


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_an_open_page_refuses_in_its_language_and_answers_again(
    center: Center, visitor: Visitor, locale: str, language: str
) -> None:
    asking = arrived(visitor(locale), center.address)
    announcing = center.room.records.announcing
    announcing.pause(Off(NAME, "维护", {}))
    ask(asking, QUESTION[language])
    answer = asking.locator("#current .exchange.blocked")
    expect(answer).to_contain_text(text("switched_off", language), timeout=30_000)
    expect(answer).to_contain_text("12345")
    expect(asking.locator("#announcement .paused")).to_contain_text(text("switched_off", language))
    come_true(lambda: center.room.records.exchanges() != [])
    kept = center.room.records.exchanges()[0]
    assert (kept.outcome, kept.reason) == ("blocked", "switched_off")
    announcing.resume()
    ask(asking, QUESTION[language])
    expect(asking.locator("#current .exchange.answered")).to_be_visible(timeout=30_000)
    expect(asking.locator("#announcement .paused")).to_have_count(0)


def test_it_stays_off_after_a_restart_and_says_so_in_the_center_s_words_at_the_first_paint(room: StaffContext) -> None:
    room.records.announcing.pause(Off(NAME, "x", {"en": "Back on <Monday>."}))
    known = service_of(room)
    with open_records("", 30, room.settings.data_dir) as records:
        service = ChatContext(
            known.bot, known.starters, known.documents, known.knowledge_dir, known.progress, records, known.contacts
        )
        site = TestClient(build(service))
        assert "Back on &lt;Monday&gt;." in painted(site, "en")
        assert text("switched_off", "zh") in painted(site, "zh")
        assert text("switched_off", "ar") in painted(site, "ar")


def test_switching_off_needs_a_reason(room: StaffContext) -> None:
    desk = StaffDesk(room, "en").open("switch").fill_labelled("Reason", "   ").press("Switch off")
    assert desk.text("[role=alert]") == desk.say("maintenance.no_reason")
    assert room.records.announcing.off is None


@both
def test_what_cannot_be_seen_is_refused_and_the_service_is_not_said_to_be_off(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language)
    answer = desk.post("switch/off", reason="x", **dict.fromkeys(("zh", "en", "pt", "ru", "ar"), "\x01" * 999))
    assert answer.status_code == 422
    assert desk.say("maintenance.control") in answer.text
    assert room.records.announcing.off is None
    assert room.audit.entries() == []


@both
def test_a_notice_is_previewed_published_seen_and_removed(room: StaffContext, site: TestClient, language: str) -> None:
    desk = StaffDesk(room, language).open("switch")
    names = {code: Formatter(language).language_name(code) for code in ("zh", "en")}
    labels = {plain: label.get("for") for label in desk.all("label") if (plain := label.text_content().strip())}
    assert [labels[names[code]] for code in names] == ["notice-zh", "notice-en"]
    desk.fill(**{"notice-zh": "周一休息 https://example.org/a", "notice-en": "Closed on Monday <b> http://example.org"})
    desk.press(desk.say("maintenance.preview"))
    assert "周一休息" in desk.texts(".banner")[0]
    assert room.records.announcing.notice is None
    desk.press(desk.say("maintenance.set_notice"))
    assert desk.text(".said.done") == desk.say("maintenance.done_notice")
    assert {"zh": "周一休息", "en": "Closed on Monday &lt;b&gt;"}[language] in painted(site, language)
    assert "Closed on Monday" in painted(site, "pt")
    desk.press(desk.say("maintenance.remove_notice"))
    assert desk.text(".said.done") == desk.say("maintenance.done_no_notice")
    assert "Closed on Monday" not in painted(site, "en")


@both
def test_a_notice_says_which_languages_it_lacks_and_what_their_readers_see(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("switch")
    assert desk.count("#lacking") == 0
    desk.fill(**{"notice-zh": "周一休息"}).press(desk.say("maintenance.preview"))
    others = [Formatter(language).language_name(each) for each in ("en", "pt", "ru", "ar")]
    names = {"zh": "、", "en": ", "}[language].join(others)
    assert desk.text("#lacking") == desk.say("maintenance.missing_all", languages=names)
    desk.fill(**{f"notice-{each}": "Closed" for each in ("en", "pt", "ru")})
    desk.press(desk.say("maintenance.set_notice"))
    arabic = Formatter(language).language_name("ar")
    assert desk.text("#lacking") == desk.say("maintenance.missing_languages", languages=arabic)
    desk.fill(**{"notice-ar": "مغلق"}).press(desk.say("maintenance.set_notice"))
    assert desk.count("#lacking") == 0


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "told", "links"), [("zh-CN", "周一休息", 1), ("en-GB", "Closed on Monday <b>", 0)])
def test_a_notice_is_dismissed_for_the_visit(
    center: Center, visitor: Visitor, locale: str, told: str, links: int
) -> None:
    said = {"zh": "周一休息 https://example.org/a", "en": "Closed on Monday <b> http://example.org"}
    center.room.records.announcing.announce(Notice(said, now() - timedelta(hours=1), now() + timedelta(hours=1)))
    page = arrived(visitor(locale), center.address)
    banner = page.locator("#announcement .banner")
    expect(banner).to_contain_text(told)
    expect(page.locator("#announcement [role=status]")).to_have_count(1)
    expect(banner.get_by_role("link")).to_have_count(links)
    banner.get_by_role("button").click()
    expect(banner).to_be_hidden()
    page.reload()
    expect(page.locator("#welcome .door").first).to_be_visible()
    expect(banner).to_be_hidden()


def test_a_notice_that_is_too_long_or_over_is_not_taken(room: StaffContext) -> None:
    desk = StaffDesk(room, "en").open("switch")
    assert desk.one("#notice-en").get("maxlength") == "300"
    desk.fill(**{"notice-en": "x" * 301}).press("Publish the notice")
    assert "300" in desk.text("[role=alert]")
    desk.fill(**{"notice-en": "short"}, last=f"{datetime.now() - timedelta(days=1):%Y-%m-%dT%H:%M}")
    desk.press("Publish the notice")
    assert desk.count("[role=alert]") == 1
    assert room.records.announcing.notice is None


def test_a_notice_is_shown_from_its_beginning_to_its_end(room: StaffContext, site: TestClient) -> None:
    for first, last, is_seen in ((-2, -1, False), (-1, 1, True), (1, 2, False)):
        moments = (now() + timedelta(hours=first), now() + timedelta(hours=last))
        room.records.announcing.announce(Notice({"en": "Closed on Monday"}, *moments))
        assert ("Closed on Monday" in painted(site, "en")) == is_seen
