"""The clerk sees what ends, what is to be reviewed, which of two versions counts, and drafts that may be law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from records import CitedSource, CuratedAnswer, CuratedText, Exchange
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.support.staff_desk import StaffDesk, plain
from tests.web.staff.conftest import both, served_room, signed_in, stocked, violations_in_both_schemes
from web.staff.context import StaffContext
from web.staff.i18n import words
from web.staff.validity.calendar import Event, calendar

TODAY = date.today()
ENDS, LATE, ISSUED = TODAY + timedelta(20), TODAY - timedelta(5), TODAY - timedelta(300)


def policy(title: str, **keys: object) -> str:
    lines = "\n".join(f"{key}: {value}" for key, value in {"title": title, "language": "zh", **keys}.items())
    return f"---\n{lines}\n---\n# {title}\n\n补助最高 50 万元。\n"


FOLDER = {
    "policies/ends.md": policy("展会补助办法", effective_to=ENDS, status="in_force"),
    "policies/trial.md": policy("仓储补助办法（试行）", effective_to=TODAY + timedelta(200), status="in_force"),
    "policies/late.md": policy("<b>人才</b>指南", reviewed_on=ISSUED, review_by=LATE),
    "policies/draft.md": policy("数据条例（征求意见稿）", issued=ISSUED),
    "policies/old.md": policy("外贸政策", issuer="商务局", issued=date(2020, 1, 1)),
    "policies/new.md": policy("外贸政策", issuer="商务局", issued=date(2024, 5, 1)),
    "policies/copy.md": policy("物流政策"),
    "policies/copy-2.md": policy("物流政策"),
}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[StaffContext]:
    """Nothing here changes the folder: one room for all."""
    with stocked(tmp_path_factory.mktemp("validity"), embedder, FOLDER) as room:
        room.records.keep(Exchange("1", "补助？", "answered", citations=(CitedSource(1, "policies/ends.md", ""),)))
        room.records.keep(
            Exchange("2", "停车？", "not_in_knowledge_base", citations=(CitedSource(1, "policies/ends.md", ""),))
        )
        yield room


STORIES = {
    "zh": "有效期最后一天 / 还有 20 天 / 已过 5 天 / 试行期最后一天 / 自2024年5月1日起以这份为准 / 没有人查看过",
    "en": "Last day in force / in 20 days / 5 days ago / Last day of the trial / since 1 May 2024 / Not reviewed",
}


@pytest.mark.parametrize("language", STORIES)
def test_the_clerk_sees_what_is_to_be_done(room: StaffContext, language: str) -> None:
    ends, left, late, trial, counts, draft = STORIES[language].split(" / ")
    desk = StaffDesk(room, language).open("validity")
    row = desk.one("tr", "展会补助办法")
    for text in (left, ends, str(ENDS.day)):
        assert text in plain(row)
    assert plain(row.find_class("number")[0]) == "1", "what was only near is not counted, as in the statistics"
    links = [each.get("href") for each in row.iter("a")]
    assert links == ["/folder/document?source=policies/ends.md", "/folder/edit?source=policies/ends.md"]
    assert late in desk.text("tr", "<b>人才</b>指南")
    assert "仓储补助办法" not in desk.text("main")
    assert desk.text(".sections [aria-current] .count") == "4"
    desk.follow(desk.say("validity.ahead_days", days=365), ".choices")
    assert trial in desk.text("tr", "仓储补助办法（试行）")
    unclear = desk.one("li.card", "物流政策")
    assert len(unclear.find_class("button")) == 2
    assert draft in desk.text("li.card", "数据条例")
    assert counts in desk.text(".twin", "policies/new.md")


@pytest.mark.browser
def test_on_a_phone_and_in_the_dark_it_can_be_read_and_printed(room: StaffContext, visitor: Visitor) -> None:
    with served_room(room) as center:
        page = signed_in(center, visitor("zh-CN", width=390), "validity?days=365")
        page.locator("summary").last.click()
        expect(page.locator(".twin", has_text="policies/new.md")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert violations_in_both_schemes(page) == {}
        assert page.pdf().startswith(b"%PDF")


def test_what_is_due_goes_into_ones_own_calendar(room: StaffContext) -> None:
    text = StaffDesk(room).open("validity").follow(".ics").response.content.decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert f"DTSTART;VALUE=DATE:{ENDS:%Y%m%d}\r\n" in text
    assert "SUMMARY:有效期最后一天: 展会补助办法\r\n" in text


def test_an_answer_of_the_center_that_ends_is_told_as_well(room: StaffContext) -> None:
    text = CuratedText("zh", "仓储补助到哪天为止？", "到年底。")
    for identity, days in (("soon", 20), ("later", 200), ("over", -1)):
        room.records.curated.keep(CuratedAnswer(identity, TODAY + timedelta(days), (text,), ()))
    try:
        desk = StaffDesk(room).open("validity")
        assert [each.get("href") for each in desk.all("a", "仓储补助到哪天")] == ["/curated/edit?id=soon"]
        file = desk.follow(".ics").response.content.decode()
        assert f"DTSTART;VALUE=DATE:{TODAY + timedelta(20):%Y%m%d}\r\n" in file and file.count("固定答复最后一天") == 2
        desk.open("curated")
        assert sorted(desk.texts(".badge")) == ["即将到期", "已到期，不再使用"]
        assert "2" in desk.text(".sections [aria-current] .count")
    finally:
        for identity in ("soon", "later", "over"):
            room.records.curated.delete(identity)


def test_a_calendar_file_keeps_to_its_standard() -> None:
    event = Event(TODAY, "到期" * 40 + ", a; b\nEND:VEVENT", "x", "key")
    lines = calendar("名", [event], datetime(2026, 1, 1, tzinfo=UTC)).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")
    assert "SUMMARY:" + "到期" * 40 + "\\, a\\; b END:VEVENT" in unfolded
    assert unfolded.count("END:VEVENT") == 1


@both
def test_what_to_do_names_the_fields_as_the_form_does(language: str) -> None:
    known = words(language)
    fields = {text for key, text in known.items() if key.startswith("documents.key.")}
    for key in ("validity.how.review", "validity.how.seen", "validity.drafts_lead"):
        named = set(re.findall("“(.+?)”", known[key]))
        assert named and named <= fields, key
